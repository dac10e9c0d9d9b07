"""Long measurements on demand: asked first, then trained while the page watches, until it is over or stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import streamlit as st

from rnnviz.config import ClippingConfig
from rnnviz.experiments.answer import Answer
from rnnviz.ui import server

_PULSE = 0.1  # seconds until the browser asks for more
_CHUNK = 0.9  # seconds of work between two looks at the page


@dataclass
class Job:
    """A measurement of one visitor, and how far it is."""

    family: ClippingConfig
    work: Iterator[Any]
    latest: Any = None
    running: bool = True

    def advance(self) -> None:
        """Work for a moment, if it is this visitor's turn."""
        with server.gate():
            end = time.monotonic() + _CHUNK
            while self.running and time.monotonic() < end:
                found = next(self.work, None)
                self.running = found is not None and found.share < 1
                self.latest = found or self.latest


def demand(
    experiment: str,
    config: ClippingConfig,
    question: str,
    options: Sequence[str],
    *,
    answer: str,
    show: Callable[[Any], None],
) -> None:
    """Ask; the choice starts the measurement, whose picture grows with it; at its end comes the answer.

    Args:
        experiment: module of ``rnnviz.experiments``, whose function of the same name yields results with a ``share``.
        config: the settings as they stand.
        question: what to predict.
        options: what can be predicted.
        answer: function of that module that finds the option that came true.
        show: draws a result.
    """
    job = st.session_state.get(f"{experiment}-job")
    pulse = _PULSE if job and job.running else None
    st.fragment(_section, run_every=pulse)(experiment, config.family, question, options, answer=answer, show=show)


def _section(
    experiment: str,
    family: ClippingConfig,
    question: str,
    options: Sequence[str],
    *,
    answer: str,
    show: Callable[[Any], None],
) -> None:
    job: Job | None = st.session_state.get(f"{experiment}-job")
    with st.container(border=True, key=f"demand-{experiment}"):
        chosen = st.radio(
            f"**Predict first.** {question}",
            range(len(options)),
            index=None,
            format_func=options.__getitem__,
            key=f"{experiment}-choice",
        )
        if chosen is None:
            st.caption("Choose one, then the networks are trained.")
            return
        if job is None:
            _start(experiment, family)
            st.rerun()
        _bar(experiment, job, family)
        if not job.running and job.latest is not None:
            verdict: Answer = getattr(_module(experiment), answer)(job.latest)
            said = "As you predicted" if chosen == verdict.option else f"You said: {options[chosen]}. Measured"
            st.markdown(f"{said}: **{options[verdict.option]}**. {verdict.because}")
    if job.latest is not None:
        show(job.latest)


def _bar(experiment: str, job: Job, family: ClippingConfig) -> None:
    if job.running:
        job.advance()
        with st.container(horizontal=True, vertical_alignment="center", key=f"{experiment}-bar"):
            share = 0.0 if job.latest is None else job.latest.share
            done = 0 if job.latest is None else job.latest.updates
            st.progress(share, f"Training: update {done:,}")
            st.button("Stop", key=f"{experiment}-stop", on_click=_stop, args=(job,))
        if not job.running:
            st.rerun()
    elif job.family != family or job.latest.share < 1:
        stale = "These numbers were measured with other settings." if job.family != family else "Stopped early."
        with st.container(horizontal=True, vertical_alignment="center", key=f"{experiment}-again-bar"):
            st.markdown(stale)
            if st.button("Measure again", key=f"{experiment}-again", on_click=_start, args=(experiment, family)):
                st.rerun()


def _start(experiment: str, family: ClippingConfig) -> None:
    server.server().imports.join()
    st.session_state[f"{experiment}-job"] = Job(family, getattr(_module(experiment), experiment)(family))


def _stop(job: Job) -> None:
    job.running = False


def _module(experiment: str) -> Any:
    return import_module(f"rnnviz.experiments.{experiment}")
