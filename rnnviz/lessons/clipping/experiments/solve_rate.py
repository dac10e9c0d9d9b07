"""How many of n seeds solve the task, without and with clipping?"""

from __future__ import annotations

from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.networks import clipped, entry, free, seeds_of
from rnnviz.studies.answer import Answer
from rnnviz.studies.percent import percent
from rnnviz.studies.race import Race, State, race
from rnnviz.work.slices import Work

SEEDS = 5
UPDATES = 2_000
WITHOUT, WITH = "without clipping", "with clipping"


def solve_rate(config: ClippingConfig, updates: int = UPDATES) -> Work[State, Race]:
    """Train five seeds, each without and with clipping, from the same weights and on the same sequences."""
    entries = [
        entry(name, one, rule)
        for one in seeds_of(config, SEEDS)
        for name, rule in ((WITHOUT, free(one)), (WITH, clipped(one)))
    ]
    return race(entries, updates)


def more_seeds(run: Race) -> Answer:
    """Which way solves it more often: with clipping (0), without (1), both alike (2)? Or does no seed solve it (3)?"""
    without, with_clipping = run.solved(WITHOUT), run.solved(WITH)
    fired = float(run.fired[run.of(WITH)].mean())
    seen = (
        f"Within {run.updates:,} updates {without} of {SEEDS} seeds solved it without clipping and {with_clipping} of "
        f"{SEEDS} with it, where it fired on {percent(fired)} of the updates."
    )
    why = (
        "Each pair started from the same weights and read the same sequences, so only the clipping differed; five "
        "seeds are a direction, not a law."
    )
    return Answer(option(without, with_clipping), seen, why, "Pascanu, Mikolov & Bengio 2013")


def option(without: int, with_clipping: int) -> int:
    """The option that so many seeds make true."""
    if without == with_clipping:
        return 2 if without else 3
    return 0 if with_clipping > without else 1
