"""A question before the picture, and what came true after it."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.studies.answer import Answer


def choice(key: str, question: str, options: Sequence[str], then: str) -> int | None:
    """Ask; return the position of what was chosen, or None.

    Args:
        key: names the question on the page.
        question: what to predict.
        options: what can be predicted.
        then: what happens after the choice.
    """
    chosen: int | None = st.radio(
        f"**Predict first.** {question}", range(len(options)), index=None, format_func=options.__getitem__, key=key
    )
    if chosen is None:
        st.caption(f"Choose one, then {then}.")
    return chosen


def verdict(options: Sequence[str], chosen: int, answer: Answer) -> None:
    """Say what came true, and why."""
    said = "As you predicted" if chosen == answer.option else f"You said: {options[chosen]}. Measured"
    st.markdown(f"{said}: **{options[answer.option]}**. {answer.because}")
