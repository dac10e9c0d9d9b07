"""One section of a lesson: a question first, then the picture that answers it."""

from collections.abc import Callable, Sequence

import streamlit as st

from rnnviz.studies.answer import Answer
from rnnviz.ui.predict import predict


def section(  # noqa: PLR0917 -- in the order in which they are read on the page
    key: str,
    title: str,
    lead: str,
    question: str,
    options: Sequence[str],
    measure: Callable[[], Answer],
    show: Callable[[], None],
    *,
    stoppable: bool = False,
) -> None:
    """Ask; what is expensive is computed and shown only after the visitor has chosen, or has asked to see.

    It is a fragment: what happens inside it leaves the rest of the page alone. But Streamlit does not interrupt a
    fragment that runs, so one whose work can be ``stoppable`` is part of the page.
    """
    (_ask if stoppable else _ask_alone)(key, title, lead, question, options, measure, show)


def _ask(  # noqa: PLR0917 -- as above
    key: str,
    title: str,
    lead: str,
    question: str,
    options: Sequence[str],
    measure: Callable[[], Answer],
    show: Callable[[], None],
) -> None:
    st.header(title, anchor=key)
    st.markdown(lead)
    chosen = predict(key, question, options, measure)
    if chosen or st.toggle("Show it without a prediction", key=f"{key}-show"):
        show()


_ask_alone = st.fragment(_ask)
