"""What do clipping by norm and clipping by value leave of one real gradient?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.config.vocabulary import THRESHOLDS
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.networks import first_weights, free, task_of
from rnnviz.studies.answer import Answer
from rnnviz.studies.race import BATCH
from rnnviz.training.clip import lengths
from rnnviz.training.lockstep import Lockstep

LEARNT = 10
"""Clipped updates behind the gradient that is looked at."""
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


def bend(config: ClippingConfig, updates: int = LEARNT) -> Bend:
    """Take the gradient of the network after a few clipped updates, and clip it at every threshold there is."""
    task, data = task_of(config), np.random.default_rng(config.seed)
    run = Lockstep([first_weights(config)], task.seq_len, BATCH, task.scored, [replace(free(config), max_norm=1.0)])
    for _ in range(updates):
        run.forward_backward(*task.batch(BATCH, data))
        run.step()
    run.rules = [free(config)]
    run.forward_backward(*task.batch(BATCH, data))
    g = run.gradient[0].astype(float)
    theta = np.array(THRESHOLDS)
    cut = np.clip(g, -theta[:, None], theta[:, None])
    length, after = float(lengths(g)), lengths(cut)
    cosine = np.clip(cut @ g / (after * length), -1, 1)
    return Bend(theta, length, np.minimum(theta, length), after, np.degrees(np.arccos(cosine)))


def turned(bend: Bend) -> Answer:
    """By how much does clipping by value turn it: hardly (0), by up to 15 degrees (1), by more (2)?"""
    angle = float(bend.angle[int(abs(bend.thresholds - ASKED).argmin())])
    return Answer(
        0 if angle < 1 else 1 if angle < 15 else 2,
        f"At θ = {ASKED:g} clipping by value turns this gradient by {angle:.0f}°, clipping by norm by 0°.",
        "Dividing a vector by a number keeps where it points; cutting its largest components does not.",
        "Pascanu, Mikolov & Bengio 2013",
    )
