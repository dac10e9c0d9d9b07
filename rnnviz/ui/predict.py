"""Predict, then see: a question whose answer is measured only after the visitor has chosen."""

from collections.abc import Callable, Sequence

import streamlit as st

from rnnviz.studies.answer import Answer
from rnnviz.ui.asking import choice, verdict


def predict(key: str, question: str, options: Sequence[str], measure: Callable[[], Answer]) -> bool:
    """Ask; after the choice, measure, answer and explain. Return whether the visitor has chosen."""
    with st.container(border=True, key=f"predict-{key}"):
        chosen = choice(key, question, options, "the network answers")
        if chosen is None:
            return False
        verdict(options, chosen, measure())
    return True
