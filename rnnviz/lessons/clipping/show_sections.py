"""The clipping lesson's pictures below the pair of trainings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from rnnviz.cells import CELLS
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.scene import CLIFF, WINDOW
from rnnviz.studies.answer import Answer
from rnnviz.studies.digits import digits, given
from rnnviz.ui import link, server
from rnnviz.ui.controls import controls
from rnnviz.ui.export import chart
from rnnviz.ui.page import note
from rnnviz.ui.scene import scene

if TYPE_CHECKING:
    from rnnviz.lessons.clipping.experiments.bend import Bend
    from rnnviz.lessons.clipping.experiments.windows import Reach
    from rnnviz.studies.race import Race

_TABLE = "solve-rate-table"
_COUNTED = "The loss counts the answers that nothing but memory gives."


def solved(run: Race, config: ClippingConfig) -> None:
    """Show every seed, and keep the count beside those of the cells measured before."""
    from rnnviz.figures.standings import standings

    chart(standings(run), "solve-rate", "Share of right answers of five seeds, without and with clipping.")
    counts = "; ".join(f"{name} {run.solved(name)} of {len(run.of(name))}" for name in run.names)
    table = st.session_state.setdefault(_TABLE, {})
    table[config.key] = f"{counts} (within {run.updates:,} updates)"
    for settings, line in table.items():
        st.markdown(f"- **{CELLS[settings.cell].title}**, {trained_on(settings)}: {line}")
    note(_held(run, config, "Only the clipping differs. Choose another cell, length or rate above and measure again."))


def price(run: Race, config: ClippingConfig) -> None:
    """Show the loss over the thresholds."""
    from rnnviz.lessons.clipping.figures.threshold_price import threshold_price

    chart(threshold_price(run), "threshold-price", "Loss at the end against the clipping threshold, on log axes.")
    note(_held(run, config, "Only the threshold differs; clipping by norm."))


def windows(run: Race, config: ClippingConfig) -> None:
    """Show who solves the task through which window."""
    _standing(run, config, "truncation", f"All are clipped; only the window differs. {_COUNTED}")


def table(run: Race, config: ClippingConfig) -> None:
    """Show who solves the task from which start, without and with clipping."""
    _standing(run, config, "two-by-two", "Only the start and the clipping differ.")


def remedies(run: Race, config: ClippingConfig) -> None:
    """Show who solves the task by which remedy."""
    from rnnviz.lessons.clipping.experiments import remedies as r

    plain = f"Rate {given(r.RATE)}, θ = {given(r.THETA)} for plain networks"
    gated = f"rate {given(r.GATED_RATE)}, θ = {given(r.GATED_THETA)} for gated ones"
    _standing(run, config, "remedies", f"{plain}, {gated}. {_COUNTED}")


def _standing(run: Race, config: ClippingConfig, name: str, held: str) -> None:
    from rnnviz.figures.standings import standings

    chart(standings(run), name, "Share of right answers of every seed of every entry.")
    note(_held(run, config, held))


def bends(config: ClippingConfig) -> None:
    """Show one real gradient clipped both ways."""
    from rnnviz.lessons.clipping.experiments.bend import LEARNT
    from rnnviz.lessons.clipping.figures.bend import angles, arrows

    bend = _bend(config.key)
    config = link.current(ClippingConfig)
    controls(config, "cut")
    left, right = st.columns(2)
    with left:
        chart(arrows(bend, config.cut), "clipped-arrows", "The gradient, clipped by norm and by value, as arrows.")
    with right:
        chart(
            angles(bend),
            "clipping-angle",
            "Angle that clipping by value bends the gradient by, against the threshold.",
        )
    note(
        f"Held constant: one gradient, {digits(bend.length)} long: that of the network with clipping after {LEARNT} "
        f"updates with the settings above, seed {config.seed}. The arrows stand at θ = {given(config.cut)}; by norm, θ "
        "bounds the gradient's length, by value each of its components."
    )


def bent(config: ClippingConfig) -> Answer:
    """Which clipping keeps the direction?"""
    from rnnviz.lessons.clipping.experiments.bend import turned

    return turned(_bend(config.key))


def cliff() -> None:
    """Show the one-unit network's error surface: from above with a ball on it, and at rest in three dimensions."""
    config = link.current(ClippingConfig)
    if "cliff" not in st.session_state:  # from here on the browser keeps where the ball is
        st.session_state["cliff-at"] = config
    data = _cliff(st.session_state["cliff-at"])
    scene(CLIFF, data, key="cliff", kind=ClippingConfig, reports=("w", "b", "pace", "bound"))
    note(
        "Where the unit has two resting places, a small move across the wall changes which of them its state falls "
        "into, and the error with it. (Doya 1993; Pascanu, Mikolov & Bengio 2013, figure 6.)"
    )
    if st.toggle("In three dimensions", key="cliff-solid"):
        cliff_in_3d(config)


def cliff_in_3d(config: ClippingConfig) -> None:
    """Show the surface and both ways on it, to be turned."""
    server.server().imports.join()
    from rnnviz.lessons.clipping.experiments.cliff import descend
    from rnnviz.lessons.clipping.figures.error_surface import error_surface

    plain = descend(config.w, config.b, config.pace)
    clipped = descend(config.w, config.b, config.pace, config.bound)
    chart(error_surface(plain, clipped), "cliff-3d", "The error over weight and bias, a wall between two plains.")
    note("Both ways as above, up to where they leave the map. Held constant: x₀ = ½, 50 steps, the goal σ(x₅₀) = 0.7.")


def drop(config: ClippingConfig) -> str:
    """Ask where a ball will be."""
    place = f"w = {given(config.w)}, b = {given(config.b)}"
    return f"Drop a ball at {place}, or drag it elsewhere. Without clipping, where is it after 200 steps of descent?"


def fall() -> Answer:
    """What becomes of the plain ball?"""
    config = link.current(ClippingConfig)
    from rnnviz.lessons.clipping.experiments.cliff import off_the_cliff

    return off_the_cliff(config.w, config.b, config.pace, config.bound)


def window(config: ClippingConfig) -> None:
    """Show what each window of truncated backpropagation keeps."""
    key = "window"
    if key not in st.session_state:
        st.session_state["window-at"] = config.window
    scene(
        WINDOW,
        _window(config.key, st.session_state["window-at"]),
        key=key,
        kind=ClippingConfig,
        reports=("window",),
    )


def _held(run: Race, c: ClippingConfig, only: str) -> str:
    from rnnviz.studies.race import BATCH, LATEST, SOLVED

    return (
        f"Held constant: {run.task.title.lower()}, T = {run.task.seq_len}, {c.hidden_size} hidden units, {BATCH} fresh "
        f"sequences an update, {run.updates:,} updates, seeds {', '.join(map(str, run.seeds))}. Solved: {SOLVED:.0%} "
        f"of the answers right over {LATEST} updates. {only}"
    )


def trained_on(c: ClippingConfig) -> str:
    """What a pair of networks was trained on, and how."""
    start = [f"{c.initial if c.initial != 'torch' else 'PyTorch’s'} weights"] if c.uses("initial") else []
    bias = (
        [f"forget bias {c.forget_bias if c.forget_bias != 'torch' else 'PyTorch’s'}"] if c.uses("forget_bias") else []
    )
    task = [c.problem.title.lower(), f"T = {c.seq_len}", f"{c.hidden_size} units"]
    return ", ".join([*task, *start, *bias, f"rate {given(c.lr)}", f"θ = {given(c.max_norm)} by {c.clip}"])


@server.remembered(max_bytes=4_000_000)
def _bend(config: ClippingConfig) -> Bend:
    from rnnviz.lessons.clipping.experiments.bend import bend

    return bend(config)


@server.remembered(max_bytes=4_000_000)
def _cliff(config: ClippingConfig) -> bytes:
    from rnnviz.lessons.clipping.scene.cliff import cliff as pack_cliff

    return pack_cliff(config)


@server.remembered(max_bytes=4_000_000)
def _window(config: ClippingConfig, at: int) -> bytes:
    from rnnviz.lessons.clipping.scene.window import window as pack_window

    return pack_window(_reach(config), at)


@server.remembered(max_bytes=4_000_000)
def _reach(config: ClippingConfig) -> Reach:
    from rnnviz.lessons.clipping.experiments.windows import reach

    return reach(config)
