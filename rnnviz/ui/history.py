"""Going back and forward in the browser: what tells a link that is wanted from one that is merely older."""

import streamlit as st

from rnnviz.stage.bundle import HERE, script
from rnnviz.ui import link


def history() -> None:
    """Take an older link for what is wanted once the visitor has gone back or forward to it.

    With every run the browser sends its link, and while it has not heard of the latest change that is an older one
    as well. Which of the two it is cannot be read off the link.
    """
    component = st.components.v2.component("rnnviz_history", js=script(HERE / "js" / "history.js"))
    component(key="history", height=1, on_moves_change=link.went)
