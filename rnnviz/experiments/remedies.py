"""What else helps: gates, a better start, a pressure on the weights, a shorter window; each on the same task."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from rnnviz.config import ClippingConfig
from rnnviz.experiments.answer import Answer
from rnnviz.experiments.race import Entry, Race, race, seeds_of
from rnnviz.experiments.start import clipped, free

SEEDS = 3
UPDATES = 1_500
SHORT = 20
PRESSURE = 0.5  # weight of Pascanu's regulariser
GATED_RATE, GATED_THETA = 1.0, 1.0  # gates make gradients small
NOTHING, START, CLIPPING, BOTH = "nothing", "orthogonal start", "clipping", "orthogonal start + clipping"
REGULARISER, WINDOW = "regulariser + clipping", "window of T/2 + clipping"
GRU, LSTM = "GRU + clipping", "LSTM, forget bias 1 + clipping"


def remedies(config: ClippingConfig, updates: int = UPDATES) -> Iterator[Race]:
    """Train three seeds of each. Plain networks learn at the lesson's rate, gated ones at 1."""
    entries = [
        entry for one in seeds_of(replace(config, length=min(config.length, SHORT)), SEEDS) for entry in all_of(one)
    ]
    return race(entries, updates)


def all_of(config: ClippingConfig) -> list[Entry]:
    """Every remedy for one seed."""
    plain = replace(config, cell="elman", start="torch", keep=0.0, how="norm")
    passing = replace(plain, start="orthogonal")
    gated = replace(plain, rate=max(config.rate, GATED_RATE), theta=GATED_THETA)
    gru, lstm = replace(gated, cell="gru"), replace(gated, cell="lstm", keep=1.0)
    return [
        Entry(NOTHING, plain, free(plain)),
        Entry(CLIPPING, plain, clipped(plain)),
        Entry(START, passing, free(passing)),
        Entry(BOTH, passing, clipped(passing)),
        Entry(REGULARISER, plain, replace(clipped(plain), regulariser=PRESSURE)),
        Entry(WINDOW, passing, replace(clipped(passing), window=config.length // 2)),
        Entry(GRU, gru, clipped(gru)),
        Entry(LSTM, lstm, clipped(lstm)),
    ]


def fastest(run: Race) -> Answer:
    """Which solves it first, in the median: a start that passes the signal (0), gates (1), the regulariser (2)?"""
    when = {name: float(np.median(np.nan_to_num(run.solved_at[run.of(name)], nan=np.inf))) for name in run.names}
    best = {
        0: min(when[START], when[BOTH]),
        1: min(when[GRU], when[LSTM]),
        2: when[REGULARISER],
    }
    told = ", ".join(f"{name}: {run.solved(name)} of {SEEDS}" for name in run.names)
    first = min(best, key=lambda option: best[option])
    return Answer(
        first,
        f"Solved within {run.updates:,} updates: {told}. Each alone is one setting of its remedy, no ranking of kinds.",
    )
