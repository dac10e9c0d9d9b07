"""Predict, then see: a question whose answer is measured only after the visitor has chosen."""

from collections.abc import Callable, Sequence

import streamlit as st

from rnnviz.studies.answer import Answer
from rnnviz.ui.asking import choice, verdict


def predict(key: str, question: str, options: Sequence[str], measure: Callable[[], Answer | None]) -> bool:
    """Ask; after the choice, measure, answer and explain. Return whether the visitor has chosen.

    Args:
        key: names the question on the page.
        question: what to predict.
        options: what can be predicted.
        measure: gives the answer; None while what would answer is still being measured.
    """
    with st.container(border=True, key=f"predict-{key}"):
        chosen = choice(key, question, options, "the network answers")
        if chosen is None:
            return False
        answer = measure()
        if answer is None:
            st.caption("It is being measured; the answer comes when that is over.")
        else:
            verdict(options, chosen, answer)
    return True
