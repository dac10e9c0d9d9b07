"""The run that a visitor of the lesson meets first, made before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.agreement import Agreement, with_a_twin
from rnnviz.lessons.clipping.experiments.pair import WITH, Frame, Pair, Stand, Terms
from rnnviz.lessons.clipping.experiments.pair_training import training

FILE = Path(__file__).with_name("recorded.npz")
CURVES = ("losses", "accuracies", "norms", "clipped", "cosines")
STANDS = ("weights", "x", "targets")


def record() -> None:
    """Make the run anew, and measure for how long a nudged twin agrees with it."""
    config = ClippingConfig()
    save(training(config).whole(), twin=with_a_twin(config))


def compared(updates: int) -> Iterator[tuple[str, Array, Array]]:
    """The first updates as they were recorded and as the code makes them now: a name, and both, for each curve.

    Without clipping, leaps magnify the last digits, which differ between machines; so that side is left out.
    """
    stored, live = load(), training(ClippingConfig(), updates).whole()
    for name in ("losses", "norms", "accuracies"):
        yield name, getattr(stored, name)[: updates + 1, WITH], getattr(live, name)[:, WITH]
    yield "hidden", stored.frames[0].hidden, live.frames[0].hidden


def save(pair: Pair, file: Path = FILE, twin: Agreement | None = None) -> None:
    """Write a pair, and how its twin agreed with it."""
    frames: dict[str, Any] = {name: np.stack([getattr(frame, name) for frame in pair.frames]) for name in Frame._fields}
    notes = {
        "config": pair.config.to_query(),
        "symbols": pair.symbols,
        "answer": pair.answer,
        "terms": pair.terms,
        "generator": pair.stand.generator,
        "leaping": pair.stand.leaping,
        "baseline": pair.baseline,
        "chance": pair.chance,
        "twin": twin,
    }
    curves: dict[str, Any] = {name: getattr(pair, name) for name in CURVES}
    stands = {name: getattr(pair.stand, name) for name in STANDS}
    np.savez_compressed(file, notes=np.array(json.dumps(notes)), **curves, **frames, **stands)


def load(file: Path = FILE) -> Pair:
    """Read it back."""
    with np.load(file, allow_pickle=False) as stored:
        arrays = dict(stored)
    notes = json.loads(str(arrays["notes"]))
    columns = zip(*(arrays[name] for name in Frame._fields), strict=True)
    stands = {name: arrays[name] for name in STANDS}
    return Pair(
        config=ClippingConfig.from_query(notes["config"])[0],
        symbols=tuple(notes["symbols"]),
        answer=notes["answer"],
        **{name: arrays[name] for name in CURVES},
        frames=tuple(Frame(int(update), *rest) for update, *rest in columns),
        terms=tuple(Terms(*terms) for terms in notes["terms"]),
        stand=Stand(**stands, generator=notes["generator"], leaping=notes["leaping"]),
        baseline=notes["baseline"],
        chance=notes["chance"],
    )


def twin(file: Path = FILE) -> Agreement:
    """For how long the recorded run and its nudged twin agreed."""
    with np.load(file, allow_pickle=False) as stored:
        return Agreement(*json.loads(str(stored["notes"]))["twin"])
