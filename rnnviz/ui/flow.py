"""A family of networks on a page: computed once, moved in the browser by its one control."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from rnnviz.config import GradientConfig
from rnnviz.ui.scene import scene
from rnnviz.ui.server import remembered

if TYPE_CHECKING:
    from rnnviz.experiments.flow import Flow

_SLOW = 4_000  # steps × units × cells; above this a family takes longer than a blink and shows its progress


def flow(config: GradientConfig, question: str, key: str, *, keys: bool = False) -> None:
    """Show a family. Only other networks send a new film; the control's whole range is in it.

    Args:
        config: the settings as they stand.
        question: which family, a module and function of ``rnnviz.experiments``.
        key: names this place on the page.
        keys: whether the page's keys move it even when nothing has the focus.
    """
    shown(family(config, question), config, key, keys=keys)


def shown(found: "Flow", config: GradientConfig, key: str, *, keys: bool = False) -> None:
    """Show a family that is there."""
    at = f"{key}-at"
    if key not in st.session_state:  # not on the page yet: from here on the browser keeps where it stands
        st.session_state[at] = getattr(config, found.setting)
    scene("sweep", _packed(found, st.session_state[at], keys), key=key, kind=GradientConfig, reports=(found.setting,))


def family(config: GradientConfig, question: str) -> "Flow":
    """Return the numbers behind a family's picture."""
    place = st.empty()
    found = _family(settled(config, question), question, progress=_progress(place, config))
    place.empty()
    return found


def settled(config: GradientConfig, question: str) -> GradientConfig:
    """Return the settings that a family depends on: not the one it ranges over."""
    dial = config.dial if question == "dials" else "rho"
    changed: dict[str, Any] = {"dial": dial, "rho": config.rho, dial: getattr(GradientConfig(), dial)}
    return replace(config.family, **changed)


def shadowed(config: GradientConfig) -> set[str]:
    """Return the settings that need no control of their own: the slider moves them, or makes them idle."""
    return {config.dial} | {"bias": {"forget"}, "seq_len": {"loss_on"}}.get(config.dial, set())


def _progress(place: "st.delta_generator.DeltaGenerator", config: GradientConfig) -> Callable[[float], None]:
    """Tell the page how far a long run is. Touching the page also ends a run that a newer one has replaced."""
    if config.seq_len * config.hidden_size * len(config.cells) < _SLOW:
        return lambda _: None
    return lambda share: _report(place, share)


def _report(place: "st.delta_generator.DeltaGenerator", share: float) -> None:
    place.progress(min(share, 1.0), "Running the networks")


@remembered(max_entries=32)
def _packed(found: "Flow", at: float | str, keys: bool) -> bytes:
    from rnnviz.figures import colours
    from rnnviz.stage.sweep import sweep

    return sweep(found, at, looks={cell: colours.css(cell) for cell in found.passes}, keys=keys)


@remembered(max_entries=24)
def _family(family: GradientConfig, question: str, *, progress: Callable[[float], None]) -> "Flow":
    from importlib import import_module

    module = import_module(f"rnnviz.experiments.{question}")
    found: Flow = getattr(module, question)(family, progress)
    return found
