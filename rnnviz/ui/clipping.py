"""The clipping lesson's pictures below its theatre."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from rnnviz.cells import CELLS
from rnnviz.config import ClippingConfig
from rnnviz.experiments.answer import Answer
from rnnviz.ui import link, server
from rnnviz.ui.controls import controls
from rnnviz.ui.export import chart
from rnnviz.ui.layout import note
from rnnviz.ui.scene import scene

if TYPE_CHECKING:
    from rnnviz.experiments.bend import Bend
    from rnnviz.experiments.race import Race
    from rnnviz.experiments.truncation import Reach

_TABLE = "solve-rate-table"


def solved(run: Race) -> None:
    """Show every seed, and keep the count beside those of the cells measured before."""
    from rnnviz.figures.standings import standings

    config = run.entries[0].config
    chart(standings(run), "solve-rate", "Share of right answers of five seeds, without and with clipping.")
    counts = "; ".join(f"{name} {run.solved(name)} of {len(run.of(name))}" for name in run.names)
    table = st.session_state.setdefault(_TABLE, {})
    table[CELLS[config.cell].title, config.length] = f"{counts} (within {run.updates:,} updates, rate {config.rate:g})"
    for (cell, length), line in table.items():
        st.markdown(f"- **{cell}**, T = {length}: {line}")
    note(_held(run, "Only the clipping differs. Choose another cell, length or rate above and measure again."))


def price(run: Race) -> None:
    """Show the loss over the thresholds."""
    from rnnviz.figures.threshold_price import threshold_price

    chart(threshold_price(run), "threshold-price", "Loss at the end against the clipping threshold, on log axes.")
    note(_held(run, "Only the threshold differs; clipping by norm."))


def standing(run: Race, name: str, held: str) -> None:
    """Show who solves the task."""
    from rnnviz.figures.standings import standings

    chart(standings(run), name, "Share of right answers of every seed of every entry.")
    note(_held(run, held))


def bends(config: ClippingConfig) -> None:
    """Show one real gradient clipped both ways."""
    from rnnviz.figures.bend import angles, arrows

    found = _bend(config.family)
    config = link.current(ClippingConfig)
    controls(config, "cut")
    left, right = st.columns(2)
    with left:
        chart(arrows(found, config.cut), "clipped-arrows", "The gradient, clipped by norm and by value, as arrows.")
    with right:
        chart(
            angles(found),
            "clipping-angle",
            "Angle that clipping by value bends the gradient by, against the threshold.",
        )
    note(
        f"Held constant: one gradient of the network above, of length {found.length:.3g}, after 10 clipped updates. "
        f"The arrows stand at θ = {config.cut:g}; by norm, θ bounds its length, by value each of its components."
    )


def bent(config: ClippingConfig) -> Answer:
    """Which clipping keeps the direction?"""
    from rnnviz.experiments.bend import turned

    return turned(_bend(config.family))


def cliff() -> None:
    """Show the one-unit network's error surface: from above with a ball on it, and at rest in three dimensions."""
    config = link.current(ClippingConfig)
    if "cliff" not in st.session_state:  # from here on the browser keeps where the ball is
        st.session_state["cliff-at"] = config
    data = _cliff(st.session_state["cliff-at"])
    scene("cliff", data, key="cliff", kind=ClippingConfig, reports=("w", "b", "pace", "bound"))
    note(
        "Across the wall the state changes which of its two resting places it falls into, so fifty steps turn a small "
        "move of b into a large one of the error. (Doya 1993; Pascanu, Mikolov & Bengio 2013, figure 6.)"
    )
    if st.toggle("In three dimensions", key="cliff-solid"):
        cliff_in_3d(config)


def cliff_in_3d(config: ClippingConfig) -> None:
    """The same surface and both ways, to be turned."""
    server.server().imports.join()
    from rnnviz.experiments.cliff import descend
    from rnnviz.figures.error_surface import error_surface

    plain = descend(config.w, config.b, config.pace)
    clipped = descend(config.w, config.b, config.pace, config.bound)
    chart(error_surface(plain, clipped), "cliff-3d", "The error over weight and bias, a wall between two plains.")
    note("Both ways as above, up to where they leave the map. Held constant: x₀ = ½, 50 steps, the goal σ(x₅₀) = 0.7.")


def fall() -> Answer:
    """What becomes of the plain ball?"""
    config = link.current(ClippingConfig)
    from rnnviz.experiments.cliff import off_the_cliff

    return off_the_cliff(config.w, config.b, config.pace, config.bound)


def window(config: ClippingConfig) -> None:
    """Show what each window of truncated backpropagation keeps."""
    key = "window"
    if key not in st.session_state:
        st.session_state["window-at"] = config.window
    scene(
        "window",
        _window(config.family, st.session_state["window-at"]),
        key=key,
        kind=ClippingConfig,
        reports=("window",),
    )


def _held(run: Race, only: str) -> str:
    c = run.entries[0].config
    seeds = len(run.of(run.names[0]))
    return (
        f"Held constant: {c.task.replace('_', ' ')}, T = {c.length}, {c.units} hidden units, 20 fresh sequences "
        f"an update, {run.updates:,} updates, seeds {c.seed} to {c.seed + seeds - 1}. {only}"
    )


@server.remembered(max_bytes=1_000_000)
def _bend(family: ClippingConfig) -> Bend:
    from rnnviz.experiments.bend import bend

    return bend(family)


@server.remembered(max_bytes=4_000_000)
def _cliff(config: ClippingConfig) -> bytes:
    from rnnviz.stage.cliff import cliff as pack_cliff

    return pack_cliff(config)


@server.remembered(max_bytes=1_000_000)
def _window(family: ClippingConfig, at: int) -> bytes:
    from rnnviz.stage.window import window as pack_window

    return pack_window(_reach(family), at)


@server.remembered(max_bytes=1_000_000)
def _reach(family: ClippingConfig) -> Reach:
    from rnnviz.experiments.truncation import reach

    return reach(family)
