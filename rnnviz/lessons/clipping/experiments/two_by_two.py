"""Does clipping cure a network whose signal vanishes? Initialisation that blocks or passes it × clipping off or on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.networks import clipped, entry, free, seeds_of
from rnnviz.studies.answer import Answer
from rnnviz.studies.percent import percent
from rnnviz.studies.race import Race, State, race
from rnnviz.work.slices import Work

SEEDS = 3
UPDATES = 1_000
USUAL, PASSING = "PyTorch's start", "a start that passes the signal"
STARTS = {USUAL: "torch", PASSING: "orthogonal"}
CLIPPINGS = ("without", "with")


def named(start: str, clipping: str) -> str:
    """An entry's name."""
    return f"{start}, {clipping} clipping"


def two_by_two(config: ClippingConfig, updates: int = UPDATES) -> Work[State, Race]:
    """Train three seeds in each of the four cells of the table."""
    entries = [
        entry(named(start, clipping), replace(one, initial=how, forget_bias=passing(one, start)), rule)
        for start, how in STARTS.items()
        for one in seeds_of(config.short, SEEDS)
        for clipping, rule in zip(CLIPPINGS, (free(one), clipped(one)), strict=True)
    ]
    return race(entries, updates)


def passing(config: ClippingConfig, start: str) -> str:
    """A gated cell passes the signal through its memory: its forget bias decides."""
    return "1" if start == PASSING and config.uses("forget_bias") else "torch"


def cures(run: Race) -> Answer:
    """From PyTorch's start, clipping alone makes no seed solve it (0), some (1), all (2)."""
    table = {(s, c): run.solved(named(s, c)) for s in STARTS for c in CLIPPINGS}
    without, with_clipping = (np.isfinite(run.solved_at[run.of(named(USUAL, c))]) for c in CLIPPINGS)
    helped = int((with_clipping & ~without).sum())
    fired = float(run.fired[run.of(named(USUAL, "with"))].mean())
    seen = (
        f"Solved, of {SEEDS} seeds each: from PyTorch's start {table[USUAL, 'without']} without and "
        f"{table[USUAL, 'with']} with clipping, which fired on {percent(fired)} of the updates; from a start that "
        f"passes the signal {table[PASSING, 'without']} without and {table[PASSING, 'with']} with."
    )
    why = reason(helped, int(without.sum()), fired)
    return Answer(0 if helped == 0 else 2 if helped == SEEDS else 1, seen, why, "Pascanu, Mikolov & Bengio 2013")


def reason(helped: int, without: int, fired: float) -> str:
    """Why clipping helped so many seeds, or none.

    Args:
        helped: seeds that solved it with clipping and not without.
        without: seeds that solved it without.
        fired: share of updates at which clipping fired.
    """
    if helped:
        return "What they had to learn from was there, and bounded steps did not destroy it: clipping only shortens."
    if without == SEEDS:
        return "All of them solve it without clipping, so there is nothing to cure."
    if fired == 0:
        return "No gradient was longer than the threshold, so clipping changed nothing."
    return "Clipping can only shorten a gradient: a signal that does not arrive it makes no stronger."
