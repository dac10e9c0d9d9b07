"""How many of n seeds solve the task, without and with clipping?"""

from __future__ import annotations

from collections.abc import Iterator

from rnnviz.config import ClippingConfig
from rnnviz.experiments.answer import Answer
from rnnviz.experiments.race import Entry, Race, race, seeds_of
from rnnviz.experiments.start import clipped, free

SEEDS = 5
UPDATES = 2_000
WITHOUT, WITH = "without clipping", "with clipping"


def solve_rate(config: ClippingConfig, updates: int = UPDATES) -> Iterator[Race]:
    """Train five seeds, each without and with clipping, from the same weights and on the same sequences."""
    entries = [
        Entry(name, one, rule)
        for one in seeds_of(config, SEEDS)
        for name, rule in ((WITHOUT, free(one)), (WITH, clipped(one)))
    ]
    return race(entries, updates)


def more_seeds(run: Race) -> Answer:
    """Which way solves it more often: with clipping (0), both alike (1), without (2)?"""
    without, with_clipping = run.solved(WITHOUT), run.solved(WITH)
    seen = (
        f"Within {run.updates:,} updates {without} of {SEEDS} seeds solved it without clipping and {with_clipping} of "
        f"{SEEDS} with it. One seed is an anecdote; five are a direction, not a law."
    )
    return Answer(0 if with_clipping > without else 1 if with_clipping == without else 2, seen)
