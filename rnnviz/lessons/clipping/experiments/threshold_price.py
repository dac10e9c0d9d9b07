"""What does a threshold cost? The loss at the end, over three decades of thresholds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.networks import entry, free, seeds_of
from rnnviz.studies.answer import Answer
from rnnviz.studies.digits import digits, given
from rnnviz.studies.percent import percent
from rnnviz.studies.race import Race, State, race
from rnnviz.work.slices import Work

LADDER = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
SEEDS = 3
UPDATES = 1_000
NEVER = "no clipping"
ALIKE = 0.1  # share of the larger loss by which two may differ and still count as alike
LEARNT = 0.95  # of the loss of a model without memory: what is above ranks noise


def named(theta: float) -> str:
    """An entry's name."""
    return f"{theta:g}"


def threshold_price(config: ClippingConfig, updates: int = UPDATES) -> Work[State, Race]:
    """Train three seeds at each threshold on the ladder, by norm, and without."""
    entries = []
    for one in seeds_of(config.short, SEEDS):
        entries += [entry(named(theta), one, replace(free(one), max_norm=theta)) for theta in LADDER]
        entries.append(entry(NEVER, one, free(one)))
    return race(entries, updates)


def final_losses(run: Race) -> tuple[Array, Array]:
    """Loss over the latest passes, (LADDER, SEEDS), and without clipping, (SEEDS,); ∞ for what is no number."""
    last = np.nan_to_num(run.losses[-1], nan=np.inf, posinf=np.inf)
    return np.array([last[run.of(named(theta))] for theta in LADDER]), last[run.of(NEVER)]


def costs(run: Race) -> Answer:
    """Is the smallest threshold's loss lower than without clipping (0), about as high (1), or higher (2)?

    Where no median beats a model without memory, there is nothing to compare (3).
    """
    losses, never = final_losses(run)
    middle, none = np.median(losses, axis=1), float(np.median(never))
    least, first = LADDER[0], float(middle[0])
    seen = (
        f"After {run.updates:,} updates the median loss is {digits(first)} nats at θ = {given(least)} and "
        f"{digits(none)} without clipping, where a model without memory has {digits(run.task.baseline)}; "
        f"{lowest(middle, none, run.task.baseline)}."
    )
    return Answer(option(middle, none, run.task.baseline), seen, why(run), "Pascanu, Mikolov & Bengio 2013")


def option(middle: Array, none: float, baseline: float) -> int:
    """The option that these medians make true."""
    first = float(middle[0])
    if not learnt(middle, none, baseline):
        return 3
    if min(first, none) >= (1 - ALIKE) * max(first, none):
        return 1
    return 0 if first < none else 2


def learnt(middle: Array, none: float, baseline: float) -> bool:
    """Whether any median beats a model without memory."""
    return float(min(*middle, none)) < LEARNT * baseline


def lowest(middle: Array, none: float, baseline: float) -> str:
    """Where the median loss is lowest, if anything was learned."""
    best = float(min(*middle, none))
    if not learnt(middle, none, baseline):
        return f"no median is below {percent(LEARNT)} of that"
    places = [f"θ = {given(theta)}" for theta, loss in zip(LADDER, middle, strict=True) if loss == best]
    places += ["no clipping"] if none == best else []
    return f"the lowest is {digits(best)}, at {', '.join(places)}"


def why(run: Race) -> str:
    """How often the smallest threshold clipped, and how short that made a step."""
    least, rate = LADDER[0], run.entries[0].rule.lr
    fired = float(run.fired[run.of(named(least))].mean())
    if fired == 0:
        return f"At θ = {given(least)} clipping never fired, so it changed nothing."
    return (
        f"At θ = {given(least)} clipping fired on {percent(fired)} of the updates, and none of its steps was longer "
        f"than rate × θ = {digits(rate * least)}, whether the ground called for a short step or for a long one."
    )
