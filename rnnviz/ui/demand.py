"""Long measurements on demand: asked first, then trained while the page watches, until it is over or stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import streamlit as st

from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.ui import server
from rnnviz.ui.asking import choice, verdict
from rnnviz.ui.pulse import pulse

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


@st.fragment
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
    family = config.family
    job: Job | None = st.session_state.get(f"{experiment}-job")
    with st.container(border=True, key=f"demand-{experiment}"):
        chosen = choice(f"{experiment}-choice", question, options, "the networks are trained")
        if chosen is None:
            return
        if job is None:
            job = _start(experiment, family)
        _bar(experiment, job, family)
        if not job.running and job.latest is not None:
            verdict(options, chosen, getattr(_module(experiment), answer)(job.latest))
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
        pulse(f"{experiment}-pulse")
    elif job.family != family or job.latest.share < 1:
        stale = "These numbers were measured with other settings." if job.family != family else "Stopped early."
        with st.container(horizontal=True, vertical_alignment="center", key=f"{experiment}-again-bar"):
            st.markdown(stale)
            if job.family == family:
                st.button("Go on", key=f"{experiment}-on", on_click=_go_on, args=(job,))
            st.button("Measure again", key=f"{experiment}-again", on_click=_again, args=(experiment, family))


def _start(experiment: str, family: ClippingConfig) -> Job:
    server.server().imports.join()
    job = st.session_state[f"{experiment}-job"] = Job(family, getattr(_module(experiment), experiment)(family))
    return job


def _again(experiment: str, family: ClippingConfig) -> None:
    _start(experiment, family)


def _stop(job: Job) -> None:
    job.running = False


def _go_on(job: Job) -> None:
    job.running = True


def _module(experiment: str) -> Any:
    return import_module(
        f"rnnviz.lessons.clipping.experiments.{'windows' if experiment == 'truncation' else experiment}"
    )
