"""What do clipping by norm and clipping by value leave of one real gradient?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.config.vocabulary import THRESHOLDS
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.networks import clipped, first_weights, free
from rnnviz.studies.answer import Answer
from rnnviz.studies.digits import digits, given
from rnnviz.studies.race import BATCH
from rnnviz.training.clip import lengths
from rnnviz.training.lockstep import Lockstep

LEARNT = 10
"""Clipped updates behind the gradient that is looked at."""
TINY = np.finfo(float).tiny
ASKED = 0.01
"""The threshold that the question is about."""


@dataclass(frozen=True, eq=False)
class Bend:
    """One real gradient, clipped both ways at every threshold."""

    thresholds: Annotated[Array, "R"]
    length: float  # of the gradient
    by_norm: Annotated[Array, "R"]  # its length after clipping by norm; the angle is 0
    by_value: Annotated[Array, "R"]  # after clipping by value
    angle: Annotated[Array, "R"]  # degrees between the gradient and what clipping by value leaves of it
    cut: Annotated[Array, "R"]  # how many of its components are larger than the threshold
    components: int  # that it has


def bend(config: ClippingConfig, updates: int = LEARNT) -> Bend:
    """Take the gradient of the clipped network after a few updates, and clip it at every threshold there is."""
    task, data = config.problem, np.random.default_rng(config.seed)
    run = Lockstep([first_weights(config)], task.seq_len, BATCH, task.scored, [clipped(config)])
    for _ in range(updates):
        run.forward_backward(*task.batch(BATCH, data))
        run.step()
    run.rules = [free(config)]
    run.forward_backward(*task.batch(BATCH, data))
    g = run.gradient[0].astype(float)
    theta = np.array(THRESHOLDS)
    cut = np.clip(g, -theta[:, None], theta[:, None])
    length, after = float(lengths(g)), lengths(cut)
    angle = turn(g, cut)
    return Bend(
        theta, length, np.minimum(theta, length), after, angle, (np.abs(g) > theta[:, None]).sum(axis=1), len(g)
    )


def turn(g: Array, cut: Array) -> Array:
    """Degrees between a gradient (P,) and each of several others (R, P); 0 where either has no direction.

    From the halves of sum and difference of the unit vectors, so that small angles do not drown in
    rounding. (Kahan 2006.)
    """
    scale = np.where((lengths(cut) > 0) & (lengths(g) > 0), 1.0, 0.0)[:, None]
    unit, others = g / max(float(lengths(g)), TINY), cut / np.maximum(lengths(cut), TINY)[:, None]
    angle: Array = np.degrees(2 * np.arctan2(lengths(scale * (others - unit)), lengths(others + unit)))
    return angle


def turned(bend: Bend) -> Answer:
    """By how much does clipping by value turn it: by less than 1 degree (0), by less than 15 (1), by more (2)?"""
    k = int(abs(bend.thresholds - ASKED).argmin())
    angle, cut = float(bend.angle[k]), int(bend.cut[k])
    return Answer(
        0 if angle < 1 else 1 if angle < 15 else 2,
        f"At θ = {given(ASKED)} clipping by value turns this gradient, which is {digits(bend.length)} long, by "
        f"{digits(angle)}°, clipping by norm by 0°.",
        why(cut, bend.components),
        "Pascanu, Mikolov & Bengio 2013",
    )


def why(cut: int, components: int) -> str:
    """What clipping by value did to so many of the components."""
    if cut == 0:
        return f"None of its {components:,} components is larger than θ, so clipping by value leaves all as they are."
    return (
        f"By value {cut:,} of its {components:,} components were cut to θ and the others kept; to divide all of them "
        "by one number keeps where a vector points."
    )
