"""A training on a page that shows how far it is, can be stopped, keeps what it has, and can be gone on with."""

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import streamlit as st

from rnnviz.config import TRAINED, GradientConfig
from rnnviz.ui.server import remembered

if TYPE_CHECKING:
    from rnnviz.experiments.before_after import Course
    from rnnviz.experiments.flow import Flow

_STOPPED = "course-stopped"  # the settings whose training this visitor has stopped


@dataclass(frozen=True, eq=False)
class _Shared:
    """One training, the same for all visitors who ask for it: whoever comes first does the work."""

    course: "Course"
    turn: threading.Lock = field(default_factory=threading.Lock)


def trained(config: GradientConfig) -> "Flow":
    """Train to the end, or to where the visitor stops; return what there is."""
    settled = course_of(config)
    shared = _shared(settled)
    place = st.empty()
    if not shared.course.over and st.session_state.get(_STOPPED) != settled:
        with place.container(horizontal=True, vertical_alignment="center"):
            bar = st.progress(0.0)
            st.button("Stop", key="course-stop", on_click=_stop, args=(settled,))
        while not shared.course.over:
            done = shared.course.reached
            bar.progress(done / TRAINED[-1], f"Training: {done} of {TRAINED[-1]} updates")  # a newer run ends this one
            with shared.turn:
                if not shared.course.over:
                    shared.course.advance()
    place.empty()
    return _reached(settled, shared.course.reached)


def course_of(config: GradientConfig) -> GradientConfig:
    """Return the settings a training depends on: not where one looks, nor what one drags."""
    return replace(config.family, dial=GradientConfig.dial)


def resume(config: GradientConfig) -> None:
    """Offer to go on with a stopped training."""
    course = _shared(course_of(config)).course
    if not course.over:
        st.markdown(f"Stopped after {course.reached} of {TRAINED[-1]} updates; what was reached is shown.")
        st.button("Go on from here", key="course-resume", on_click=_stop, args=(None,))


def _stop(settled: GradientConfig | None) -> None:
    st.session_state[_STOPPED] = settled


@remembered(max_entries=16)
def _shared(settled: GradientConfig) -> _Shared:
    from rnnviz.experiments.before_after import Course

    return _Shared(Course(settled))


@remembered(max_entries=32)
def _reached(settled: GradientConfig, updates: int) -> "Flow":
    """The flow at one mark; the mark is the key, for the course grows."""
    del updates
    shared = _shared(settled)
    with shared.turn:
        return shared.course.flow()
