"""What does a threshold cost: the final loss over three decades of thresholds, and what clipping by value bends?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.config import THRESHOLDS, ClippingConfig
from rnnviz.experiments.answer import Answer
from rnnviz.experiments.race import Entry, Race, race, seeds_of
from rnnviz.experiments.start import BATCH, free, network_of, task_of
from rnnviz.training.lockstep import Lockstep, lengths

LADDER = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
SEEDS = 3
UPDATES = 1_000
SHORT = 20  # steps a sequence has here at the most: 27 networks are trained
NEVER = "no clipping"


def named(theta: float) -> str:
    """An entry's name."""
    return f"{theta:g}"


def threshold_price(config: ClippingConfig, updates: int = UPDATES) -> Iterator[Race]:
    """Train three seeds at each threshold on the ladder, by norm, and without."""
    short = replace(config, length=min(config.length, SHORT))
    entries = []
    for one in seeds_of(short, SEEDS):
        entries += [Entry(named(theta), one, replace(free(one), max_norm=theta)) for theta in LADDER]
        entries.append(Entry(NEVER, one, free(one)))
    return race(entries, updates)


def final_losses(run: Race) -> tuple[Array, Array]:
    """Loss over the latest passes, (LADDER, SEEDS), and without clipping, (SEEDS,)."""
    last = run.losses[-1]
    return np.array([last[run.of(named(theta))] for theta in LADDER]), last[run.of(NEVER)]


def costs(run: Race) -> Answer:
    """Is the smallest threshold the best (0), worse but no worse than none at all (1), or worse than none (2)?"""
    losses, never = final_losses(run)
    middle, none = np.median(losses, axis=1), float(np.median(never))
    best = int(middle.argmin())
    seen = (
        f"After {run.updates:,} updates the median loss is {middle[0]:.2g} nats at θ = {LADDER[0]:g}, "
        f"{middle[best]:.2g} at θ = {LADDER[best]:g}, {middle[-1]:.2g} at θ = {LADDER[-1]:g} and {none:.2g} "
        "without clipping. Too low a threshold makes every step short; too high a one never fires when it is needed."
    )
    if best == 0:
        return Answer(0, seen)
    return Answer(1 if middle[0] <= none else 2, seen)


@dataclass(frozen=True, eq=False)
class Bend:
    """One real gradient, clipped both ways at every threshold."""

    thresholds: Annotated[Array, "R"]
    length: float  # of the gradient
    by_norm: Annotated[Array, "R"]  # its length after clipping by norm; the angle is 0
    by_value: Annotated[Array, "R"]  # after clipping by value
    angle: Annotated[Array, "R"]  # degrees between the gradient and what clipping by value leaves of it


def bend(config: ClippingConfig, updates: int = 40) -> Bend:
    """Take the gradient of the network after a few clipped updates, and clip it at every threshold there is."""
    task, data = task_of(config), np.random.default_rng(config.seed)
    run = Lockstep([network_of(config)], task.seq_len, BATCH, task.scored, [replace(free(config), max_norm=1.0)])
    for _ in range(updates):
        run.look(*task.batch(BATCH, data))
        run.step()
    run.rules = [free(config)]
    run.look(*task.batch(BATCH, data))
    g = run.gradient[0].astype(float)
    theta = np.array(THRESHOLDS)
    cut = np.clip(g, -theta[:, None], theta[:, None])
    length, after = float(lengths(g)), lengths(cut)
    cosine = np.clip(cut @ g / (after * length), -1, 1)
    return Bend(theta, length, np.minimum(theta, length), after, np.degrees(np.arccos(cosine)))
