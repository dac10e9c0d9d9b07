"""One section of a lesson: a question first, then the picture that answers it."""

from collections.abc import Callable, Sequence

import streamlit as st

from rnnviz.studies.answer import Answer
from rnnviz.ui.predict import predict


@st.fragment
def section(  # noqa: PLR0917 -- in the order in which they are read on the page
    key: str,
    title: str,
    lead: str,
    question: str,
    options: Sequence[str],
    measure: Callable[[], Answer | None],
    show: Callable[[], None],
) -> None:
    """Ask; what is expensive is computed and shown only after the visitor has chosen, or has asked to see.

    It is a fragment: what happens inside it leaves the rest of the page alone.
    """
    st.header(title, anchor=key)
    st.markdown(lead)
    chosen = predict(key, question, options, measure)
    if chosen or st.toggle("Show it without a prediction", key=f"{key}-show"):
        show()
