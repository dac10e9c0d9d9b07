"""Long work on a page: it grows, can be stopped, keeps what it has, goes on. What one visitor has done serves all."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar, cast

import streamlit as st

from rnnviz.studies.answer import Answer
from rnnviz.ui import link, server
from rnnviz.ui.asking import choice, verdict
from rnnviz.ui.pulse import pulse
from rnnviz.work.pace import PACE
from rnnviz.work.slices import Slice, Work

_PATIENCE = 0.1  # seconds until the next look at what somebody else is making

State = TypeVar("State")
Result = TypeVar("Result")
Settings = TypeVar("Settings", bound=Hashable)


@dataclass
class Job(Generic[State, Result]):
    """A piece of work that one visitor looks at.

    Args:
        key: what it is: equal keys stand for equal work.
        work: how it is done.
        torch: whether it needs torch.
    """

    key: Hashable
    work: Work[State, Result]
    torch: bool = True
    latest: Slice[State, Result] | None = None
    stopped: bool = False

    @property
    def share(self) -> float:
        """How much of it is done."""
        return 0.0 if self.latest is None else self.latest.share

    @property
    def running(self) -> bool:
        """Whether there is more to come."""
        return not self.stopped and self.share < 1

    @property
    def result(self) -> Result | None:
        """What is known so far."""
        return None if self.latest is None else self.latest.result

    @property
    def answer(self) -> Result | None:
        """What is known in the end, or where it was stopped; None while it goes on."""
        return None if self.running else self.result

    def advance(self) -> None:
        """Go on for a moment, when it is this visitor's turn. To stop is not to make the next slice."""
        if not self.running:
            return
        shared = server.server()
        shared.imports.join(torch=self.torch)
        with server.gate():
            for _ in PACE.turns():
                if not self.running or (self.latest is not None and PACE.held()):
                    return
                st.session_state.get("work")  # any touch of Streamlit ends a run that a newer one has replaced
                before, self.latest = self.latest, shared.desk.advance(self.key, self.work, self.latest, PACE.cut)
                if self.latest is before or shared.gate.crowded:  # somebody else is at it, or waits for this place
                    break
        if before is self.latest and self.running:
            time.sleep(_PATIENCE)  # a fragment has left the gate by now

    def stop(self) -> None:
        """Stay where it is."""
        self.stopped = True

    def go_on(self) -> None:
        """Make the next slices again."""
        self.stopped = False


def job(name: str, key: Hashable, work: Callable[[], Work[State, Result]], *, torch: bool = True) -> Job[State, Result]:
    """Return this visitor's job at a place of the page; a new one where the key has changed.

    Args:
        name: of the place.
        key: what the work is.
        work: gives it.
        torch: whether it needs torch.
    """
    mine = _known(name)
    if mine is None or mine.key != key:
        server.server().imports.join(torch=torch)
        mine = st.session_state[_place(name)] = Job(key, work(), torch)
    return mine


def _known(name: str) -> Job[Any, Any] | None:
    """The job at a place of this page, whatever it is about."""
    found: Job[Any, Any] | None = st.session_state.get(_place(name))
    return found


def _place(name: str) -> str:
    """A place of this page among those of all pages."""
    return f"{link.page()}-{name}-job"


def bar(name: str, job: Job[State, Result], doing: str, reached: str = "") -> None:
    """Say how far a job is, with a button to stop it or to go on; nothing where it is over.

    Args:
        name: of the place on the page.
        job: what is done there.
        doing: what is going on, such as "Training: update 40".
        reached: what a job that was stopped has, in a few words.
    """
    if job.share >= 1:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"{name}-bar"):
        if job.running:
            st.progress(job.share, doing)
            st.button("Stop", key=f"{name}-stop", on_click=job.stop)
        else:
            st.markdown(f"Stopped at {job.share:.0%}; what was reached is shown{f': {reached}' if reached else ''}.")
            st.button("Go on", key=f"{name}-on", on_click=job.go_on)
    if job.running:
        pulse(f"{name}-pulse")


@st.fragment
def measure(
    name: str,
    settings: Settings,
    question: str,
    options: Sequence[str],
    *,
    work: Callable[[Settings], Work[State, Result]],
    doing: Callable[[Result], str],
    answer: Callable[[Result], Answer],
    show: Callable[[Result, Settings], None],
) -> None:
    """Ask; the choice starts a measurement, whose picture grows with it; at its end comes the answer.

    Args:
        name: of the place on the page.
        settings: as they stand now.
        question: what to predict.
        options: what can be predicted.
        work: the measurement, for some settings.
        doing: what is going on, said of a result.
        answer: finds the option that came true.
        show: draws a result, given the settings that it was measured with.
    """
    mine: Job[State, Result] | None = _known(name)
    with st.container(border=True, key=f"measure-{name}"):
        chosen = choice(f"{name}-choice", question, options, "the networks are trained")
        if chosen is None:
            return
        mine = mine or job(name, (name, settings), partial(work, settings))
        mine.advance()
        bar(name, mine, doing(mine.result) if mine.result is not None else "Training")
        if mine.key != (name, settings):
            _stale(name, partial(job, name, (name, settings), partial(work, settings)))
        if mine.answer is not None:
            verdict(options, chosen, answer(mine.answer))
    if mine.result is not None:
        _, measured_with = cast("tuple[str, Settings]", mine.key)
        show(mine.result, measured_with)


def _stale(name: str, again: Callable[..., Any]) -> None:
    """Say that a result is of other settings, and offer to measure again."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"{name}-again-bar"):
        st.markdown("These numbers were measured with other settings.")
        st.button("Measure again", key=f"{name}-again", on_click=again)
