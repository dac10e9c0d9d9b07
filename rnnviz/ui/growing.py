"""A family on a page while it is measured: it shows how far it is, can be stopped, keeps what it has, and can go on."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.ui.server import remembered

if TYPE_CHECKING:
    from rnnviz.lessons.vanishing.experiments.flow import Flow

_PATIENCE = 0.4  # seconds without a word about how far it is


@dataclass(eq=False)
class _Growing:
    """One family, the same for all visitors who ask for it: whoever comes first does the work."""

    work: "Iterator[Flow]"
    latest: "Flow | None" = None
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def share(self) -> float:
        """How much of it is there."""
        return 0.0 if self.latest is None else self.latest.share

    def advance(self) -> None:
        """Measure the next piece."""
        with self.turn:
            if self.share < 1:
                self.latest = next(self.work)


def grown(config: GradientConfig, question: str) -> "Flow":
    """Measure a family to its end, or to where the visitor stops; return what there is.

    Args:
        config: the settings as they stand.
        question: which family, a module and function of ``rnnviz.experiments``.
    """
    settings = settled(config, question)
    growing = _growing(settings, question)
    place, bar, began = st.empty(), None, time.monotonic()
    while growing.latest is None or (growing.share < 1 and _stopped(question) != settings):
        growing.advance()
        if bar is None and growing.share < 1 and time.monotonic() > began + _PATIENCE:
            bar = _bar(place, question, settings)
        if bar is not None:  # touching the page also ends a run that a newer one has replaced
            bar.progress(growing.share, f"Running the networks: {growing.share:.0%}")
    place.empty()
    return growing.latest


def resume(found: "Flow", question: str) -> None:
    """Say what a stopped family has, and offer to go on."""
    if found.share < 1:
        from rnnviz.lessons.vanishing.scene.sweep import reached

        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"Stopped at {found.share:.0%}; what was reached is shown: {reached(found)}.")
            st.button("Go on from here", key=f"{question}-resume", on_click=_stop, args=(question, None))


def settled(config: GradientConfig, question: str) -> GradientConfig:
    """Return the settings that a family depends on: not the one it ranges over."""
    dial = config.dial if question == "dials" else "rho"
    changed: dict[str, Any] = {"dial": dial, "rho": config.rho, dial: getattr(GradientConfig(), dial)}
    return replace(config.family, **changed)


def _bar(place: "st.delta_generator.DeltaGenerator", question: str, settings: GradientConfig) -> Any:
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0)
        st.button("Stop", key=f"{question}-stop", on_click=_stop, args=(question, settings))
    return bar


def _stopped(question: str) -> GradientConfig | None:
    """Return the settings whose family this visitor has stopped. Asking also ends a run that was replaced."""
    settings: GradientConfig | None = st.session_state.get(f"{question}-stopped")
    return settings


def _stop(question: str, settings: GradientConfig | None) -> None:
    st.session_state[f"{question}-stopped"] = settings


@remembered(max_entries=32)
def _growing(settings: GradientConfig, question: str) -> _Growing:
    from importlib import import_module

    return _Growing(getattr(import_module(f"rnnviz.lessons.vanishing.experiments.{question}"), question)(settings))
