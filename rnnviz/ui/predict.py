"""Predict, then see: a question whose answer is measured only after the visitor has chosen."""

from collections.abc import Callable, Sequence

import streamlit as st

from rnnviz.experiments.answer import Answer


def predict(key: str, question: str, options: Sequence[str], measure: Callable[[], Answer]) -> bool:
    """Ask; after the choice, measure, answer and explain. Return whether the visitor has chosen."""
    with st.container(border=True, key=f"predict-{key}"):
        chosen = st.radio(
            f"**Predict first.** {question}", range(len(options)), index=None, format_func=options.__getitem__, key=key
        )
        if chosen is None:
            st.caption("Choose one, then the network answers.")
            return False
        answer = measure()
        verdict = "As you predicted" if chosen == answer.option else f"You said: {options[chosen]}. Measured"
        st.markdown(f"{verdict}: **{options[answer.option]}**. {answer.because}")
    return True
