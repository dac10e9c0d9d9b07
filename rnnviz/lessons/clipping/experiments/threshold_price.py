"""What does a threshold cost? The loss at the end, over three decades of thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.networks import free
from rnnviz.studies.answer import Answer
from rnnviz.studies.race import Entry, Race, race, seeds_of

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
    best, least = int(middle.argmin()), LADDER[0]
    seen = (
        f"After {run.updates:,} updates the median loss is {middle[0]:.2g} nats at θ = {least:g}, {none:.2g} without "
        f"clipping, and lowest, {middle[best]:.2g}, at θ = {LADDER[best]:g}."
    )
    fired = float(run.fired[run.of(named(least))].mean())
    longest = least * run.entries[0].config.rate
    why = (
        f"At θ = {least:g} clipping fired on {fired:.0%} of the updates and let none of those steps be longer than "
        f"rate × θ = {longest:g}, which costs time where the path is safe and saves the weights where it is not."
    )
    option = 0 if best == 0 else 1 if middle[0] <= none else 2
    return Answer(option, seen, why, "Pascanu, Mikolov & Bengio 2013")
