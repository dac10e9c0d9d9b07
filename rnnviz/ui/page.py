"""How a page looks: its head, its notes, its cards and its foot."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import streamlit as st

from rnnviz.figures.palette import variables
from rnnviz.stage.comments import without_css_comments
from rnnviz.ui.lessons import Lesson

_HERE = Path(__file__).parent
_LOGO = str(_HERE / "logo.svg")


def common() -> None:
    """Set what every page has in common: the window's title, the mark, and what the theme cannot express."""
    st.set_page_config(page_title="rnnviz: see a recurrent network learn", page_icon=_LOGO, layout="wide")
    st.logo(_LOGO, size="large")
    st.html(f"<style>{_sheet()}</style>")


def header(title: str, lead: str) -> None:
    """Open a page: its title, and one sentence in larger type on what there is to see."""
    with st.container(key="header", gap="xsmall"):
        st.title(title, anchor=False)
        st.markdown(lead)


def note(text: str) -> None:
    """Say in small type how to read the picture above."""
    st.caption(text)


def problem(sentence: str) -> None:
    """Show one refusal. It may quote the visitor, so nothing in it is taken as Markdown."""
    st.warning(re.sub(r"([\\`*_{}\[\]()<>#+!|~$:&-])", r"\\\1", sentence))


def card(lesson: Lesson, number: int) -> None:
    """Invite to one lesson."""
    with st.container(border=True, height="stretch", gap="xsmall", key=f"card-{lesson.name}"):
        st.caption(f"Lesson {number}")
        st.subheader(lesson.title, anchor=False)
        st.markdown(lesson.summary)
        st.page_link(lesson.path, label=":primary[Open the lesson →]")


def cards(lessons: Sequence[Lesson], abreast: int = 3) -> None:
    """Invite to every lesson there is."""
    for row in range(0, len(lessons), abreast):
        for place, column in enumerate(st.columns(abreast)):
            if row + place < len(lessons):
                with column:
                    card(lessons[row + place], row + place + 1)


def footer() -> None:
    """Close a page with the promise every page keeps."""
    with st.container(key="footer"):
        st.caption("Every number on the screen was measured on the network you see. What was recorded earlier says so.")


@cache
def _sheet() -> str:
    own = (_HERE / "style.css").read_text(encoding="utf-8")
    return f"{variables(':root')}\n{without_css_comments(own)}"
