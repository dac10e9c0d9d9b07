import itertools

import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.config.kinds import Ladder, Several, Whole
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.unrolling.config import RunConfig
from rnnviz.lessons.vanishing.config import GradientConfig


def turning_pages():
    import streamlit as st

    from rnnviz.lessons.unrolling.config import RunConfig
    from rnnviz.ui import link

    link.turn(st.session_state.get("page", "home"))
    link.carry(RunConfig)
    st.session_state["config"] = link.current(RunConfig)


def writing_back():
    import streamlit as st

    from rnnviz.lessons.unrolling.config import RunConfig
    from rnnviz.ui import link, set_setting

    set_setting(RunConfig, "updates", st.session_state.get("asked", 30))
    st.session_state["config"] = link.current(RunConfig)
    st.session_state["refused"] = link.refusals()


def on_page(app, page, **query):
    app.session_state["page"] = page
    app.query_params.clear()
    app.query_params.update(query)
    return app.run()


def test_settings_follow_the_visitor_to_another_page():
    app = on_page(AppTest.from_function(turning_pages), "home", seed="7", cell="gru")
    assert on_page(app, "unrolling").session_state["config"] == RunConfig(seed=7, cell="gru")


def test_a_link_to_another_page_wins_over_what_was_carried():
    app = on_page(AppTest.from_function(turning_pages), "home", seed="7")
    assert on_page(app, "unrolling", cell="gru").session_state["config"] == RunConfig(cell="gru")


def test_going_back_to_the_bare_link_of_the_same_page_is_going_back_to_the_defaults():
    app = on_page(AppTest.from_function(turning_pages), "home", seed="7")
    assert on_page(app, "home").session_state["config"] == RunConfig()


def test_the_stage_can_write_a_setting_into_the_link():
    app = AppTest.from_function(writing_back)
    app.session_state["asked"] = 64
    app.run()
    assert app.session_state["config"].updates == 64
    assert app.query_params["updates"] == "64"


def test_the_link_refuses_what_is_out_of_range_and_says_so():
    app = AppTest.from_function(writing_back)
    app.session_state["asked"] = 101
    app.run()
    assert app.session_state["config"] == RunConfig()
    assert app.session_state["refused"] == {
        "updates": "Updates of training cannot be “101”: choose a whole number from 0 to 100."
    }


def changing_twice():
    import streamlit as st

    from rnnviz.lessons.unrolling.config import RunConfig
    from rnnviz.ui import link

    for name, value in st.session_state.pop("asked", {}).items():
        link.set_setting(RunConfig, name, value)
    link.turn("unrolling")
    st.session_state["config"] = link.current(RunConfig)


def asked(app, query, **settings):
    app.query_params.clear()
    app.query_params.update(query)
    app.session_state["asked"] = settings
    return app.run()


def test_a_change_survives_the_next_one_that_comes_with_the_browser_s_older_link():
    app = asked(AppTest.from_function(changing_twice), {"seed": "5"}, cell="gru")
    asked(app, {"seed": "5"}, hidden_size=3)  # the browser does not know of the cell yet
    asked(app, {"seed": "5", "cell": "gru"}, lr=0.1)  # nor now of the units
    assert app.session_state["config"] == RunConfig(seed=5, cell="gru", hidden_size=3, lr=0.1)


def test_once_the_browser_has_caught_up_an_older_link_is_a_wish_to_go_back():
    app = asked(AppTest.from_function(changing_twice), {"seed": "5"}, cell="gru")
    asked(app, {"seed": "5", "cell": "gru"})
    asked(app, {"seed": "5"})
    assert app.session_state["config"] == RunConfig(seed=5)


def changing_late():
    import streamlit as st

    from rnnviz.lessons.unrolling.config import RunConfig
    from rnnviz.ui import link

    link.turn("unrolling")
    link.late()
    for name, value in st.session_state.pop("asked", {}).items():
        link.set_setting(RunConfig, name, value)
    st.session_state["config"] = link.current(RunConfig)
    st.session_state["meanwhile"] = st.query_params.to_dict()
    if st.session_state.get("patient", True):
        link.settle()


def test_a_page_that_is_late_with_the_link_shows_the_change_first():
    app = asked(AppTest.from_function(changing_late), {"seed": "5"}, cell="gru")
    assert app.session_state["config"] == RunConfig(seed=5, cell="gru")
    assert app.session_state["meanwhile"] == {"seed": "5"}
    assert app.query_params == {"seed": "5", "cell": "gru"}


def test_a_change_that_a_run_cut_short_never_sent_is_kept_and_sent_by_the_next():
    app = AppTest.from_function(changing_late)
    app.session_state["patient"] = False
    asked(app, {"seed": "5"}, cell="gru")
    app.session_state["patient"] = True
    asked(app, {"seed": "5"}, hidden_size=3)
    assert app.session_state["config"] == RunConfig(seed=5, cell="gru", hidden_size=3)
    assert app.query_params == {"seed": "5", "cell": "gru", "hidden_size": "3"}


def test_a_change_that_was_not_sent_before_the_page_turned_is_carried_like_any_other():
    app = AppTest.from_function(changing_late)
    app.session_state["patient"] = False
    asked(app, {"seed": "5"}, cell="gru")
    home = AppTest.from_function(turning_pages)
    for name in ("link-kept", "link-trail", "link-page", "link-late"):
        home.session_state[name] = app.session_state[name]
    assert on_page(home, "home").session_state["config"] == RunConfig(seed=5, cell="gru")
    assert on_page(home, "vanishing").query_params == {"seed": "5", "cell": "gru"}


def test_settings_travel_from_lesson_to_lesson_as_far_as_each_takes_them():
    app = on_page(AppTest.from_function(turning_pages), "home", seed="7")
    app.session_state["link-kept"] |= {"seq_len": "9", "hidden_size": "50", "task": "copying"}  # 50 is too much here
    assert on_page(app, "unrolling").session_state["config"] == RunConfig(seed=7, seq_len=9)


def passing_through():
    import streamlit as st

    from rnnviz.lessons.clipping.config import ClippingConfig
    from rnnviz.lessons.unrolling.config import RunConfig
    from rnnviz.lessons.vanishing.config import GradientConfig
    from rnnviz.ui import link

    page = st.session_state["page"]
    kind = {"unrolling": RunConfig, "vanishing": GradientConfig, "clipping": ClippingConfig}[page]
    link.turn(page)
    link.carry(kind)
    for name, value in st.session_state.pop("chosen", {}).items():
        link.set_setting(kind, name, value)
    st.session_state["config"] = link.current(kind)


LESSONS = {"unrolling": RunConfig, "vanishing": GradientConfig, "clipping": ClippingConfig}


def extremes(setting):
    """Values at both ends of what a setting takes."""
    if isinstance(setting, Whole):
        return [setting.low, setting.high]
    if isinstance(setting, Ladder):
        return [setting.rungs[0], setting.rungs[-1]]
    return [(next(iter(setting.titles)),)] if isinstance(setting, Several) else [*setting.titles]


@pytest.mark.parametrize(("here", "there"), [*itertools.permutations(LESSONS, 2)])
def test_no_setting_is_lost_on_the_way_through_another_lesson(here, there):
    app, config = AppTest.from_function(passing_through), LESSONS[here]()
    for name in LESSONS[here].settings().keys() & LESSONS[there].settings().keys():
        for value in extremes(config.settings()[name]):
            app.session_state["chosen"] = {name: value}
            chosen = on_page(app, here).session_state["config"]
            assert getattr(chosen, name) == value
            on_page(app, there)
            assert on_page(app, here).session_state["config"] == chosen, (name, value)


def test_a_default_that_was_chosen_travels_as_well():
    app = AppTest.from_function(passing_through)
    app.session_state["chosen"] = {"seq_len": 60}
    on_page(app, "unrolling")
    assert on_page(app, "clipping").session_state["config"].seq_len == 60
    app.session_state["chosen"] = {"seq_len": 40}  # the default here
    app.run()
    assert on_page(app, "unrolling").session_state["config"].seq_len == 40


def saying():
    import streamlit as st

    from rnnviz.lessons.unrolling.config import RunConfig
    from rnnviz.ui import link

    st.session_state["said"] = link.problems(RunConfig)


def test_a_setting_that_this_lesson_does_not_have_is_named_and_what_others_added_is_not():
    app = on_page(AppTest.from_function(saying), "unrolling", max_nrom="9", hiden_size="3", utm_source="mail", seed="2")
    assert app.session_state["said"] == [
        f"The link sets “{name}”, which this lesson does not have: it does nothing."
        for name in ("max_nrom", "hiden_size")
    ]
