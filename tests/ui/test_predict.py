from streamlit.testing.v1 import AppTest


def asking():
    import streamlit as st

    from rnnviz.studies.answer import Answer
    from rnnviz.ui import predict

    def measure():
        st.session_state["measured"] = True
        return Answer(2, "It fell to 1e-5.", "Each step shrinks it.", "Bengio et al. 1994")

    predict("reach", "Will the gradient …", ["stay", "halve", "vanish"], measure)


def test_nothing_is_measured_or_shown_before_the_choice():
    app = AppTest.from_function(asking).run()
    assert app.radio(key="reach").value is None
    assert "measured" not in app.session_state
    assert not any("1e-5" in text.value for text in app.markdown)


def test_a_wrong_prediction_meets_the_measured_answer():
    app = AppTest.from_function(asking).run()
    app.radio(key="reach").set_value(1).run()
    assert (
        app.markdown[-1].value
        == "You said: halve. Measured: **vanish**. It fell to 1e-5. Each step shrinks it. (Bengio et al. 1994.)"
    )


def test_a_right_prediction_is_confirmed():
    app = AppTest.from_function(asking).run()
    app.radio(key="reach").set_value(2).run()
    assert app.markdown[-1].value.startswith("As you predicted: **vanish**.")
