"""What else helps: gates, a better start, a pressure on the weights, a shorter window; each on the same task."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.networks import asked, clipped, entry, free, seeds_of
from rnnviz.studies.answer import Answer
from rnnviz.studies.race import Entry, Race, State, race
from rnnviz.work.slices import Work

SEEDS = 3
UPDATES = 1_500
PRESSURE = 0.5  # weight of Pascanu's regulariser
RATE, THETA = 0.2, 0.5
GATED_RATE, GATED_THETA = 1.0, 1.0  # gates make gradients small
NOTHING, START, CLIPPING, BOTH = "nothing", "orthogonal start", "clipping", "orthogonal start + clipping"
REGULARISER, WINDOW = "regulariser + clipping", "window of T/2 + clipping"
GRU, LSTM = "GRU as PyTorch draws it + clipping", "LSTM with forget bias 1 + clipping"
KINDS = ((START, BOTH), (GRU, LSTM), (REGULARISER,))


def remedies(config: ClippingConfig, updates: int = UPDATES) -> Work[State, Race]:
    """Train three seeds of each on the lesson's task, plain networks at one rate and gated ones at another.

    The loss counts the answers that nothing but memory gives, so that a window drops no step's own loss.
    """
    return race([asked(remedy) for one in seeds_of(config.short, SEEDS) for remedy in all_of(one)], updates)


def all_of(config: ClippingConfig) -> list[Entry]:
    """Every remedy for one seed."""
    plain = replace(config, cell="elman", initial="torch", forget_bias="torch", clip="norm", lr=RATE, max_norm=THETA)
    passing = replace(plain, initial="orthogonal")
    gated = replace(plain, lr=GATED_RATE, max_norm=GATED_THETA)
    gru, lstm = replace(gated, cell="gru"), replace(gated, cell="lstm", forget_bias="1")
    return [
        entry(NOTHING, plain, free(plain)),
        entry(CLIPPING, plain, clipped(plain)),
        entry(START, passing, free(passing)),
        entry(BOTH, passing, clipped(passing)),
        entry(REGULARISER, plain, replace(clipped(plain), regulariser=PRESSURE)),
        entry(WINDOW, passing, replace(clipped(passing), window=config.half)),
        entry(GRU, gru, clipped(gru)),
        entry(LSTM, lstm, clipped(lstm)),
    ]


def fastest(run: Race) -> Answer:
    """Whose median seed is first: a start's (0), gates' (1), the regulariser's (2), several at once (3), none's (4)?"""
    best = [min(median_at(run, name) for name in names) for names in KINDS]
    counts = "; ".join(f"{name}: {run.solved(name)}{at_median(run, name)}" for name in run.names)
    return Answer(
        option(best),
        f"Solved within {run.updates:,} updates, of {SEEDS} seeds each: {counts}.",
        "Each is one setting of its kind, so this ranks these networks and not the ideas behind them.",
        "Hochreiter & Schmidhuber 1997; Pascanu, Mikolov & Bengio 2013; Le, Jaitly & Hinton 2015",
    )


def at_median(run: Race, name: str) -> str:
    """When the median seed had solved it, if it has."""
    when = median_at(run, name)
    return f", the median at update {when:,.0f}" if np.isfinite(when) else ""


def median_at(run: Race, name: str) -> float:
    """The update at which the median seed had solved it; ∞ where it has not."""
    return float(np.median(np.nan_to_num(run.solved_at[run.of(name)], nan=np.inf)))


def option(best: list[float]) -> int:
    """The option that these updates, one for each kind, make true."""
    first = min(best)
    if not np.isfinite(first):
        return len(best) + 1
    return best.index(first) if best.count(first) == 1 else len(best)
