import pytest
from streamlit.testing.v1 import AppTest


def refusing():
    import streamlit as st

    from rnnviz.ui.page import problem

    problem(st.session_state["sentence"])


@pytest.mark.parametrize(
    "quote", ["![x](http://example.org/x.png)", "[click](http://example.org)", ":red[x] $x$ `x` <b>"]
)
def test_a_quoted_text_is_never_taken_as_markdown(quote):
    app = AppTest.from_function(refusing)
    app.session_state["sentence"] = quote
    shown = app.run().warning[0].value
    assert shown.replace("\\", "") == quote
    for sign in "![]()`<>:$":
        assert shown.count(sign) == shown.count(f"\\{sign}")


def inviting():
    from rnnviz.ui.lessons import PAGES, Lesson
    from rnnviz.ui.page import cards

    cards([Lesson(PAGES / "home.py", f"lesson{n}", f"Title {n}", "Summary.") for n in range(5)])


def test_every_lesson_gets_a_card(monkeypatch):
    monkeypatch.setattr("streamlit.page_link", lambda *_, **__: None)  # the pages of these lessons do not exist
    app = AppTest.from_function(inviting).run()
    assert [title.value for title in app.subheader] == [f"Title {n}" for n in range(5)]
