"""The frame around every page: navigation, the settings carried along, a place at the gate, the footer."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st
from streamlit.navigation.page import Page

from rnnviz.ui import link, server
from rnnviz.ui.lessons import PAGES, lessons
from rnnviz.ui.page import common, footer
from rnnviz.ui.page import header as page_header

_FRAMED = ContextVar("framed", default=False)


@contextmanager
def frame(first: Sequence[str] = ()) -> Iterator[Page]:
    """Yield the page to run, with everything around it.

    Args:
        first: modules that draw the first picture, imported beside the server.
    """
    server.server(first)
    common()
    page = _navigation()
    link.turn(page.url_path)
    outside = _FRAMED.set(True)
    try:
        with server.gate():
            yield page
        footer()
    finally:
        _FRAMED.reset(outside)


def header(title: str, lead: str) -> None:
    """Open a page: its title, and one sentence in larger type on what there is to see.

    A page may have been started without its frame: Streamlit runs a file in ``pages/`` by itself until
    ``st.navigation`` is first called, so the link first opened after a start would show a bare page.
    """
    if not _FRAMED.get():
        _navigation()
        st.rerun()
    page_header(title, lead)


def body(show: Callable[[], None]) -> None:
    """Show what is below a page's head, as a part of its own: its controls run it again, and leave the frame alone.

    The link follows at its end. Streamlit does not interrupt such a part: what runs long in it tells how far it is.
    """

    @st.fragment
    def part() -> None:
        if not _FRAMED.get():
            link.follow()
        with server.gate():
            show()
        link.settle()

    link.late()
    part()


def _navigation() -> Page:
    home = st.Page(PAGES / "home.py", title="Home", default=True)
    pages = [st.Page(lesson.path, title=lesson.title, url_path=lesson.name) for lesson in lessons()]
    return st.navigation([home, *pages], position="top")
