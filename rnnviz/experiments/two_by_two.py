"""Does clipping cure a network whose signal vanishes? Initialisation that blocks or passes it × clipping off or on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rnnviz.config import ClippingConfig
from rnnviz.experiments.answer import Answer
from rnnviz.experiments.race import Entry, Race, race, seeds_of
from rnnviz.experiments.start import clipped, free

SEEDS = 3
UPDATES = 1_000
SHORT = 20
STARTS = {"blocks": "torch", "passes": "orthogonal"}
CLIPPINGS = ("off", "on")


def named(start: str, clipping: str) -> str:
    """An entry's name."""
    return f"{start}, clipping {clipping}"


def two_by_two(config: ClippingConfig, updates: int = UPDATES) -> Iterator[Race]:
    """Train three seeds in each of the four cells of the table."""
    short = replace(config, length=min(config.length, SHORT))
    entries = [
        Entry(named(start, clipping), replace(one, start=how, keep=passing(one, start)), rule)
        for start, how in STARTS.items()
        for one in seeds_of(short, SEEDS)
        for clipping, rule in zip(CLIPPINGS, (free(one), clipped(one)), strict=True)
    ]
    return race(entries, updates)


def passing(config: ClippingConfig, start: str) -> float:
    """A gated cell passes the signal through its memory: its forget bias decides."""
    return 1.0 if start == "passes" and config.heeds("keep") else 0.0


def cures(run: Race) -> Answer:
    """Clipping alone, where the signal is blocked: solves no seed (0), some (1), all (2)."""
    table = {(s, c): run.solved(named(s, c)) for s in STARTS for c in CLIPPINGS}
    fired = float(run.fired[run.of(named("blocks", "on"))].mean())
    seen = (
        f"Solved, of {SEEDS} seeds each: signal blocked, {table['blocks', 'off']} without and {table['blocks', 'on']} "
        f"with clipping (it fired on {fired:.0%} of the updates); signal passed, {table['passes', 'off']} without and "
        f"{table['passes', 'on']} with. Clipping can only shorten: it makes an open path safe, it does not open one."
    )
    count = table["blocks", "on"]
    return Answer(0 if count == 0 else 2 if count == SEEDS else 1, seen)
