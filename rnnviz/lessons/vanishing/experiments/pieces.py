"""A family is measured piece by piece, from its default on to both ends: who stops early has a range without gaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from rnnviz.engine.threads import one_thread
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.experiments.flow import Flow
from rnnviz.lessons.vanishing.experiments.passes import Passes, in_a_row
from rnnviz.work.slices import Slice, Work

PIECE = 60_000
"""Networks × cells × steps × units of one piece: about a fifth of a second."""

Measure = Callable[[str, range], Passes]
"""One cell's networks at some places of the control."""


class Piece(NamedTuple):
    """Some neighbours of a family."""

    places: range
    passes: dict[str, Passes]  # by cell


class Pieces(NamedTuple):
    """What of a family has been measured, in the order of its values."""

    family: Flow  # without its passes
    measured: tuple[Piece, ...]


def by_pieces(family: Callable[[], Flow], measure: Measure) -> Work[Pieces, Flow]:
    """Measure a family.

    Args:
        family: gives it without its passes.
        measure: one cell's networks at some places of the control.
    """
    return Work(partial(unmeasured, family), partial(measure_more, measure))


def unmeasured(family: Callable[[], Flow]) -> Pieces:
    """The family before any of it is measured."""
    return Pieces(family(), ())


def measure_more(measure: Measure, state: Pieces, units: int | None = None) -> Slice[Pieces, Flow]:
    """Measure the next piece, of so many networks a cell."""
    family, measured = state
    config, count = family.config, len(family.values)
    size = units or max(1, PIECE // (len(config.cells) * config.seq_len * config.hidden_size))
    places = next_places(family, measured, size)
    with one_thread():
        piece = Piece(places, {cell: measure(cell, places) for cell in config.cells})
    pieces = tuple(sorted((*measured, piece), key=lambda one: one.places.start))
    flow = joined(family, pieces)
    return Slice(Pieces(family, pieces), flow, len(flow.values) / count)


def next_places(family: Flow, measured: tuple[Piece, ...], size: int) -> range:
    """Where to go on: above what is there and below it in turns, at first from the default on."""
    count = len(family.values)
    if not measured:
        start = min(range(count), key=lambda k: abs(distance(family, k)))
        return range(start, min(count, start + size))
    low, high = measured[0].places.start, measured[-1].places.stop
    below, above = range(max(0, low - size), low), range(high, min(count, high + size))
    return (below or above) if len(measured) % 2 else (above or below)


def distance(family: Flow, k: int) -> float:
    """How far the k-th value is from the default."""
    default, value = getattr(GradientConfig(), family.setting), family.values[k]
    return float(value != default) if isinstance(value, str) else value - default


def joined(family: Flow, pieces: tuple[Piece, ...]) -> Flow:
    """The part of the family that the pieces, in their order, make up."""
    start, stop = pieces[0].places.start, pieces[-1].places.stop
    values = family.values[start:stop]
    return replace(
        family,
        values=values,
        passes={cell: in_a_row([piece.passes[cell] for piece in pieces]) for cell in family.config.cells},
        laws=tuple(replace(law, factors=law.factors[start:stop]) for law in family.laws),
        marks=tuple(mark for mark in family.marks if values[0] <= mark[0] <= values[-1]),  # type: ignore[operator]
        notes=family.notes[start:stop],
        lengths=family.lengths[start:stop],
        share=len(values) / len(family.values),
    )
