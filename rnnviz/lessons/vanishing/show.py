"""A family of networks on a page: measured piece by piece, moved in the browser by its one control."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.scene import SWEEP
from rnnviz.ui import work
from rnnviz.ui.scene import scene
from rnnviz.ui.server import remembered

if TYPE_CHECKING:
    from rnnviz.lessons.vanishing.experiments.flow import Flow
    from rnnviz.work.slices import Work

    Family = Callable[[GradientConfig], Work[Any, Flow]]


def dragged(config: GradientConfig) -> Work[Any, Flow]:
    """The family of the setting that the visitor drags."""
    from rnnviz.lessons.vanishing.experiments.dials import dials

    return dials(config)


def over_forget_biases(config: GradientConfig) -> Work[Any, Flow]:
    """Networks as PyTorch draws them, over all forget biases."""
    from rnnviz.lessons.vanishing.experiments.forget_biases import over_forget_biases as family

    return family(config)


def through_training(config: GradientConfig) -> Work[Any, Flow]:
    """Networks at every mark of a training."""
    from rnnviz.lessons.vanishing.experiments.before_after import before_after

    return before_after(config)


def flow(config: GradientConfig, family: Family, key: str, *, main: bool = False) -> None:
    """Show a family. Only other networks send a new film; the control's whole range is in it.

    Args:
        config: the settings as they stand.
        family: which one.
        key: names this place on the page.
        main: the page's keys move it even when nothing has the focus, and it offers other settings to drag.
    """
    measuring = measured(config, family)
    measuring.advance()
    shown, at = measuring.result, f"{key}-at"
    if shown is None:
        return
    if key not in st.session_state:  # not on the page yet: from here on the browser keeps where it stands
        st.session_state[at] = getattr(config, shown.setting)
    reports = (shown.setting, "dial") if main else (shown.setting,)
    data = _packed(measuring.key, shown.share, st.session_state[at], main, flow=shown)
    scene(SWEEP, data, key=key, kind=GradientConfig, reports=reports)
    work.bar(family.__name__, measuring, f"Running the networks: {measuring.share:.0%}", _reached(shown))


def measured(config: GradientConfig, family: Family) -> work.Job[Any, Flow]:
    """The measurement of a family, for its picture and for the answers that it gives."""
    settled = without_range(config, config.dial) if family is dragged else with_one_loss(config)
    return work.job(family.__name__, (family.__name__, settled), lambda: family(settled))


def without_range(config: GradientConfig, setting: str) -> GradientConfig:
    """The settings that a family depends on: not the one it ranges over."""
    changed: dict[str, Any] = {"dial": setting, "rho": config.rho, setting: getattr(GradientConfig(), setting)}
    return replace(config.key, **changed)


def with_one_loss(config: GradientConfig) -> GradientConfig:
    """The settings that the chosen cells depend on when they are asked for one error, that of the last step."""
    return replace(config.key, loss_on="last", **dragged_bias(config))


def dragged_bias(config: GradientConfig) -> dict[str, Any]:
    """What is dragged and where it stands, if that is the forget bias: it belongs to the networks then."""
    return (
        {"dial": "bias", "bias": config.bias} if config.dial == "bias" else {"dial": GradientConfig.dial, "bias": 0.0}
    )


def shadowed(config: GradientConfig) -> set[str]:
    """Return the settings that need no control of their own: the slider moves them, or makes them idle."""
    return {config.dial} | {"bias": {"forget_bias"}, "seq_len": {"loss_on"}}.get(config.dial, set())


def _reached(flow: Flow) -> str:
    from rnnviz.lessons.vanishing.scene.sweep import reached

    return reached(flow)


@remembered(max_bytes=30_000_000)
def _packed(family: object, share: float, at: float | str, main: bool, *, flow: Flow) -> bytes:  # noqa: ARG001 -- family and share tell flows apart for the cache
    from rnnviz.figures import palette
    from rnnviz.lessons.vanishing.scene.sweep import sweep

    return sweep(flow, at, looks={cell: palette.css(cell) for cell in flow.passes}, main=main)
