"""Gradients of the weights, as a sum over time, and how long each step's share is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.forward import Columns
from rnnviz.engine.layout import Layout

AT_ONCE = 1 << 18  # numbers of the steps' separate gradients in memory: what a processor's cache holds
ADDENDS = 128  # steps that are added up in single precision: longer sums lose digits
SAFE = (1e-30, 1e30)  # squares that single precision holds with all their digits


class Gradients(NamedTuple):
    """Of the packed matrix: totals (K, R, ·) by columns, and lengths (K, T) of each step's share by torch's names."""

    totals: dict[str, Array]
    norms: dict[str, Array]


def by_network(array: Array, columns: Columns) -> Array:
    """(T, rows, N) as (K, T, rows, B)."""
    return array.reshape(*array.shape[:2], columns.networks, columns.batch).transpose(2, 0, 1, 3)


def gradients(rows: Array, z: Array, layout: Layout, columns: Columns, *, norms: bool) -> Gradients:
    """Form every step's share, add up, and measure the shares if asked for."""
    left, right = by_network(rows, columns), by_network(z, columns)
    form = of_one if columns.batch == 1 else of_many
    return form(left, right, layout, norms=norms)


def of_one(left: Array, right: Array, layout: Layout, *, norms: bool) -> Gradients:
    """Of one sequence: a share is an outer product, and its norm the product of the norms."""
    left, right = left[..., 0], right[..., 0]
    parts = [slice(start, start + ADDENDS) for start in range(0, left.shape[1], ADDENDS)]
    totals = np.sum([np.matmul(left[:, at].swapaxes(1, 2), right[:, at]) for at in parts], axis=0)
    parted = {name: totals[:, :, place] for name, place in layout.columns.items()}
    return Gradients(parted, outer_norms(left, right, layout) if norms else {})


def outer_norms(left: Array, right: Array, layout: Layout) -> dict[str, Array]:
    """Lengths of outer products (K, T, R) x (K, T, D), by weight."""
    left, right = np.square(left, dtype=np.float64), np.square(right, dtype=np.float64)
    found = np.sqrt((left @ layout.of_rows) * (right @ layout.of_columns))
    return {weight: found[:, :, i] for i, weight in enumerate(layout.weights)}


def of_many(left: Array, right: Array, layout: Layout, *, norms: bool) -> Gradients:
    """Of several sequences: a share is a matrix product.

    (Norms from products of sequences instead, the Gram trick, lose digits where the sequences of a batch cancel.)
    """
    squares = np.zeros((*left.shape[:2], len(layout.sides), layout.blocks)) if norms else None
    totals = {
        name: added(left, right[:, :, layout.columns[name]], None if squares is None else squares[:, :, i])
        for name, i in layout.sides.items()
    }
    return Gradients(totals, {} if squares is None else of_weights(squares, layout))


def added(left: Array, right: Array, squares: Array | None) -> Array:
    """The sum of the shares (K, R, D); the squared length of each block of rows of each share to ``squares``."""
    networks, steps, height, _ = left.shape
    width = right.shape[2]
    total = np.zeros((networks, 1, height * width), np.float64 if width == 1 else left.dtype)
    some = min(ADDENDS, max(1, AT_ONCE // (networks * height * width)))
    for start in range(0, steps, some):
        at = slice(start, start + some)
        share = np.matmul(left[:, at], right[:, at].swapaxes(2, 3)).reshape(networks, -1, height * width)
        total += np.matmul(np.ones((1, share.shape[1]), total.dtype), share)
        if squares is not None:
            squares[:, at] = squared(share.reshape(*share.shape[:2], squares.shape[2], -1))
    whole: Array = total.reshape(networks, height, width)
    return whole


def of_weights(squares: Array, layout: Layout) -> dict[str, Array]:
    """Lengths (K, T) by torch's names, from squared lengths (K, T, sides, blocks)."""
    flat = squares.reshape(*squares.shape[:2], -1)
    found = np.sqrt(flat @ layout.owned.reshape(flat.shape[2], -1))
    return {weight: found[:, :, i] for i, weight in enumerate(layout.weights)}


def squared(vectors: Array) -> Array:
    """Squared lengths along the last axis; in double precision where single would lose digits."""
    found: Array = np.vecdot(vectors, vectors).astype(np.float64)
    doubtful = ~((found > SAFE[0]) & (found < SAFE[1]))
    if doubtful.any():
        wide = vectors[doubtful].astype(np.float64)
        found[doubtful] = np.vecdot(wide, wide)
    return found


def lengths(share: Array) -> Array:
    """Length of each step's share, (K, T, ...) -> (K, T), in double precision."""
    flat = share.reshape(*share.shape[:2], -1).astype(np.float64)
    found: Array = np.sqrt(np.vecdot(flat, flat))
    return found


def of_inputs(rows: Array, packed: Array, layout: Layout, columns: Columns) -> Array:
    """∂L/∂x, (T, I, N)."""
    weights = packed[:, :, layout.columns["x"]].transpose(0, 2, 1)
    product: Array
    if columns.networks == 1:
        product = np.matmul(weights[0], rows)
        return product
    split = by_network(rows, columns)
    product = np.matmul(weights[:, None], split)
    return product.transpose(1, 2, 0, 3).reshape(columns.steps, -1, columns.count)
