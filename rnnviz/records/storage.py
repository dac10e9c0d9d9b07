"""Traces on disk: one .npz, which any NumPy opens, without pickles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.records.trace import LayerTrace, Trace


def save(trace: Trace, path: str | Path) -> None:
    """Write a trace; its arrays carry the names by which one reads them: "layers/l0/grads/h"."""
    with Path(path).open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **dict(named(trace)))


def load(path: str | Path) -> Trace:
    """Read a trace that ``save`` wrote.

    Raises:
        ValueError: for a file that holds something else, or objects that would have to be unpickled.
    """
    with np.load(path, allow_pickle=False) as file:
        tree: dict[str, Any] = {}
        for name, array in file.items():
            *folders, leaf = name.split("/")
            place = tree
            for folder in folders:
                place = place.setdefault(folder, {})
            place[leaf] = array
    try:
        layers = {name: layer_of(tree_of) for name, tree_of in tree["layers"].items()}
        return Trace(tree["x"], tree["y"], float(tree["loss"]), layers, tree["weights"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path} does not hold a trace: {error} is missing.") from error


def named(trace: Trace) -> Iterator[tuple[str, Array]]:
    """Every array of a trace by its path."""
    yield "x", trace.x
    yield "y", trace.y
    yield "loss", np.array(trace.loss)
    yield from ((f"weights/{name}", weight) for name, weight in trace.weights.items())
    for layer, record in trace.layers.items():
        for field in fields(record):
            value = getattr(record, field.name)
            leaves = value.items() if isinstance(value, dict) else [(None, value)]
            for name, array in leaves:
                yield "/".join(filter(None, ("layers", layer, field.name, name))), array


def layer_of(tree: dict[str, Any]) -> LayerTrace:
    """One direction of one layer; an Elman network's has no gates. Files once left to the inputs what is padding."""
    return LayerTrace(**{"gates": {}, "gate_grads": {}, "active": ~np.isnan(tree["x"]).all(axis=-1)} | tree)
