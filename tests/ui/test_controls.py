import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.config.kinds import Choice, Ladder, Seed, Text
from rnnviz.lessons.unrolling.config import RunConfig

ELSEWHERE = {  # by setting, a value that is not the default
    "text": "parrot",
    "cell": "gru",
    "activation": "relu",
    "seq_len": 12,
    "hidden_size": 3,
    "lr": 0.3,
    "updates": 0,
    "step": 4,
    "seed": 42,
}


def every_control():
    import streamlit as st

    from rnnviz.lessons.unrolling.config import RunConfig
    from rnnviz.ui import controls, settings

    config = st.session_state["config"] = settings(RunConfig)
    controls(config, *RunConfig.settings())


def opened(**query):
    app = AppTest.from_function(every_control)
    for name, raw in query.items():
        app.query_params[name] = raw
    return app.run()


def widget(app, name):
    kind = RunConfig.settings()[name]
    found = {Text: "text_input", Choice: "button_group", Ladder: "select_slider", Seed: "number_input"}
    element = "selectbox" if kind.cell_option else found.get(type(kind), "slider")
    return getattr(app, element)(key=f"control-{name}")


def link(app):
    return {name: value[-1] if isinstance(value, list) else value for name, value in app.query_params.items()}


def config(app):
    assert not app.exception
    return app.session_state["config"]


def test_this_file_knows_every_setting():
    assert ELSEWHERE.keys() == RunConfig.settings().keys()


@pytest.mark.parametrize("name", RunConfig.settings())
def test_the_link_sets_the_widget_and_the_config(name):
    app = opened(**{name: RunConfig.settings()[name].write(ELSEWHERE[name])})
    assert widget(app, name).value == ELSEWHERE[name]
    assert config(app) == RunConfig().with_setting(name, ELSEWHERE[name])


@pytest.mark.parametrize("name", RunConfig.settings())
def test_the_widget_sets_the_link_and_the_config(name):
    app = opened(hidden_size="5", utm_source="mail")
    widget(app, name).set_value(ELSEWHERE[name]).run()
    expected = RunConfig(hidden_size=5).with_setting(name, ELSEWHERE[name])
    assert config(app) == expected
    assert link(app) == {**expected.to_query(), "utm_source": "mail"}


def test_a_refused_text_stays_in_its_box_and_the_last_good_one_in_the_picture():
    app = opened(text="parrot", seed="7")
    widget(app, "text").set_value("two\x07bells").run()
    assert config(app) == RunConfig(text="parrot", seed=7)
    assert widget(app, "text").value == "two\x07bells"
    assert [warning.value for warning in app.warning] == [
        r"Text cannot be “two·bells”\: remove the invisible control character U\+0007."
    ]
    widget(app, "seed").set_value(8).run()
    assert len(app.warning) == 1
    widget(app, "text").set_value("bells").run()
    assert not app.warning
    assert config(app) == RunConfig(text="bells", seed=8)


def test_a_new_text_brings_its_length_until_the_visitor_changes_it():
    app = opened()
    widget(app, "text").set_value("a longer text").run()
    assert widget(app, "seq_len").value == 13
    widget(app, "seq_len").set_value(5).run()
    assert config(app) == RunConfig(text="a longer text", seq_len=5)


def test_a_new_seed_is_drawn_within_its_range_and_goes_into_the_link():
    app = opened()
    app.button(key="draw-seed").click().run()
    assert 0 <= config(app).seed <= 9999
    assert widget(app, "seed").value == config(app).seed


def test_the_activation_is_only_for_cells_that_take_one():
    app = opened(activation="relu")
    assert not widget(app, "activation").proto.disabled
    widget(app, "cell").set_value("lstm").run()
    assert widget(app, "activation").proto.disabled
    assert "an Elman RNN lets you choose" in widget(app, "activation").proto.help
    widget(app, "cell").set_value("elman").run()
    assert config(app).activation == "relu"


def test_what_the_chosen_cell_does_without_is_disabled_and_says_so():
    def bias_and_weights():
        from rnnviz.lessons.clipping.config import ClippingConfig
        from rnnviz.ui import controls, settings

        controls(settings(ClippingConfig), "forget_bias", "initial")

    app = AppTest.from_function(bias_and_weights).run()
    keep, start = app.button_group(key="control-forget_bias"), app.button_group(key="control-initial")
    assert (keep.proto.disabled, start.proto.disabled) == (True, False)
    assert "does without" in keep.proto.help
    app.query_params["cell"] = "mingru"
    app.run()
    keep, start = app.button_group(key="control-forget_bias"), app.button_group(key="control-initial")
    assert (keep.proto.disabled, start.proto.disabled) == (False, True)


def test_a_lost_session_comes_back_from_the_link():
    app = opened()
    widget(app, "hidden_size").set_value(20).run()
    assert config(opened(**link(app))) == config(app)


@pytest.mark.parametrize("name", ["text", "seq_len", "lr", "seed"])
def test_what_the_visitor_entered_is_not_given_back_to_the_control(name):
    """A key that is held has moved on by then: the value given back would rewind it."""
    app = opened()
    widget(app, name).set_value(ELSEWHERE[name]).run()
    assert getattr(config(app), name) == ELSEWHERE[name]
    assert not widget(app, name).proto.set_value
