"""A family is measured from its usual network outwards, a piece at a time: who stops early has a range without gaps."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from rnnviz.engine.threads import one_thread
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.experiments.flow import Flow
from rnnviz.lessons.vanishing.experiments.passes import Passes

PIECE = 60_000
"""Networks × cells × steps × units of one piece: about a fifth of a second."""

Measure = Callable[[str, range], Passes]
"""One cell's networks at some places of the control."""


def outwards(family: Flow, measure: Measure) -> Iterator[Flow]:
    """Measure a family, given without its passes; yield what there is after every piece."""
    config, count = family.config, len(family.values)
    usual = int(np.argmin([abs(place(family, k)) for k in range(count)]))
    size = max(1, PIECE // (len(config.cells) * config.seq_len * config.hidden_size))
    pieces: list[tuple[range, dict[str, Passes]]] = []
    for places in spans(count, usual, size):
        with one_thread():
            pieces.append((places, {cell: measure(cell, places) for cell in config.cells}))
        pieces.sort(key=lambda piece: piece[0].start)
        yield measured(family, pieces)


def place(family: Flow, k: int) -> float:
    """How far the k-th value is from the usual one."""
    usual, value = getattr(GradientConfig(), family.setting), family.values[k]
    return float(value != usual) if isinstance(value, str) else value - usual


def spans(count: int, first: int, size: int) -> Iterator[range]:
    """All places from 0 to ``count``, ``size`` at a time, now above ``first``, now below it."""
    low = high = first
    while low > 0 or high < count:
        for places in (range(high, min(count, high + size)), range(max(0, low - size), low)):
            if places:
                yield places
        low, high = max(0, low - size), min(count, high + size)


def measured(family: Flow, pieces: list[tuple[range, dict[str, Passes]]]) -> Flow:
    """The part of the family that the pieces, in their order, make up."""
    start, stop = pieces[0][0].start, pieces[-1][0].stop
    values = family.values[start:stop]
    return replace(
        family,
        values=values,
        passes={cell: joined([passes[cell] for _, passes in pieces]) for cell in family.config.cells},
        laws=tuple(replace(law, factors=law.factors[start:stop]) for law in family.laws),
        marks=tuple(mark for mark in family.marks if values[0] <= mark[0] <= values[-1]),  # type: ignore[operator]
        notes=family.notes[start:stop],
        share=len(values) / len(family.values),
    )


def joined(pieces: list[Passes]) -> Passes:
    """One cell's pieces, one behind the other."""
    kept = [piece.kept for piece in pieces if piece.kept is not None]
    norms = {state: np.concatenate([piece.norms[state] for piece in pieces]) for state in pieces[0].norms}
    return Passes(norms, np.concatenate(kept) if kept else None)
