"""What does a threshold cost? The loss at the end, over three decades of thresholds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.networks import entry, free, seeds_of, short
from rnnviz.studies.answer import Answer
from rnnviz.studies.race import Race, State, race
from rnnviz.work.slices import Work

LADDER = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
SEEDS = 3
UPDATES = 1_000
NEVER = "no clipping"


def named(theta: float) -> str:
    """An entry's name."""
    return f"{theta:g}"


def threshold_price(config: ClippingConfig, updates: int = UPDATES) -> Work[State, Race]:
    """Train three seeds at each threshold on the ladder, by norm, and without."""
    entries = []
    for one in seeds_of(short(config), SEEDS):
        entries += [entry(named(theta), one, replace(free(one), max_norm=theta)) for theta in LADDER]
        entries.append(entry(NEVER, one, free(one)))
    return race(entries, updates)


def final_losses(run: Race) -> tuple[Array, Array]:
    """Loss over the latest passes, (LADDER, SEEDS), and without clipping, (SEEDS,)."""
    last = run.losses[-1]
    return np.array([last[run.of(named(theta))] for theta in LADDER]), last[run.of(NEVER)]


def costs(run: Race) -> Answer:
    """Is the smallest threshold the best (0), worse but no worse than none at all (1), or worse than none (2)?"""
    losses, never = final_losses(run)
    middle, none = np.median(losses, axis=1), float(np.median(never))
    best, least = int(middle.argmin()), LADDER[0]
    seen = (
        f"After {run.updates:,} updates the median loss is {middle[0]:.2g} nats at θ = {least:g}, {none:.2g} without "
        f"clipping, and lowest, {middle[best]:.2g}, at θ = {LADDER[best]:g}."
    )
    fired = float(run.fired[run.of(named(least))].mean())
    longest = least * run.entries[0].rule.lr
    why = (
        f"At θ = {least:g} clipping fired on {fired:.0%} of the updates and let none of those steps be longer than "
        f"rate × θ = {longest:g}, which costs time where the path is safe and saves the weights where it is not."
    )
    option = 0 if best == 0 else 1 if middle[0] <= none else 2
    return Answer(option, seen, why, "Pascanu, Mikolov & Bengio 2013")
