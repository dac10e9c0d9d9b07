"""Gradients of the weights, as a sum over time, and how long each step's share is."""

from __future__ import annotations

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.forward import Columns
from rnnviz.engine.layout import Layout

AT_ONCE = 1 << 18  # numbers of the steps' separate gradients in memory: what a processor's cache holds
ADDENDS = 128  # products that one matrix product adds up: longer sums in single precision lose digits


def by_network(array: Array, columns: Columns) -> Array:
    """(T, rows, N) as (K, T, rows, B)."""
    return array.reshape(*array.shape[:2], columns.networks, columns.batch).transpose(2, 0, 1, 3)


@np.errstate(all="ignore")
def total(rows: Array, z: Array, columns: Columns) -> Array:
    """Gradient (K, R, D) of the packed matrix: matrix products over many steps at once, added up."""
    steps = min(len(rows), max(1, ADDENDS // columns.batch))
    whole = len(rows) - len(rows) % steps
    left, right = by_network(rows, columns), by_network(z, columns)
    found: Array = chunked(left[:, :whole], right[:, :whole], steps)
    if whole < len(rows):
        found += chunked(left[:, whole:], right[:, whole:], len(rows) - whole)
    found[:, :, -1] = left.sum((1, 3), dtype=np.float64)  # the biases' column: z is one
    return found


def chunked(left: Array, right: Array, steps: int) -> Array:
    """Sum over time and sequences of (K, T, R, B) times (K, T, D, B), ``steps`` steps in one product."""
    products = np.matmul(side_by_side(left, steps), side_by_side(right, steps).swapaxes(2, 3))
    found: Array = products.sum(1) if products.shape[1] > 1 else products[:, 0]
    return found


def side_by_side(side: Array, steps: int) -> Array:
    """(K, T, rows, B) -> (K, T / steps, rows, steps * B)."""
    networks, time, rows, batch = side.shape
    parted = side.reshape(networks, time // steps, steps, rows, batch).swapaxes(2, 3)
    return parted.reshape(networks, time // steps, rows, steps * batch)


@np.errstate(all="ignore")  # an exploded pass has NaN and infinity in it
def norms(rows: Array, z: Array, layout: Layout, columns: Columns) -> dict[str, Array]:
    """Frobenius norm of each step's share of every weight's gradient, (K, T) by torch's names.

    The shares are formed one chunk of steps at a time. (Norms from products of sequences instead, the Gram trick, lose
    digits where the sequences of a batch cancel.)
    """
    left, right = by_network(rows, columns), by_network(z, columns)
    if columns.batch == 1:
        return outer_norms(left[..., 0], right[..., 0], layout)
    scale = np.maximum(np.abs(left).max((2, 3)), np.finfo(columns.dtype).tiny)  # squares of tiny numbers vanish
    left, right = left / scale[..., None, None], right.swapaxes(2, 3)
    found = {weight: np.zeros(scale.shape, columns.dtype) for weight in layout.weights}
    chunk = max(1, AT_ONCE // (columns.networks * layout.size[0] * layout.size[1]))
    for start in range(0, columns.steps, chunk):
        at = slice(start, start + chunk)
        for name, place in layout.columns.items():
            share = np.matmul(left[:, at], right[:, at, :, place])
            for weight, (column, spans) in layout.spans.items():
                if column == name:
                    found[weight][:, at] = np.sqrt(sum(squares(share[:, :, span]) for span in spans))
    return {weight: norm * scale for weight, norm in found.items()}


def outer_norms(left: Array, right: Array, layout: Layout) -> dict[str, Array]:
    """Of one sequence: the share is an outer product, and its norm the product of the norms."""
    left, right = np.square(left, dtype=np.float64), np.square(right, dtype=np.float64)
    found = np.sqrt((left @ layout.of_rows) * (right @ layout.of_columns))
    return {weight: found[..., i] for i, weight in enumerate(layout.weights)}


def squares(share: Array) -> Array:
    """Sum of squares of each step, (K, T, R, ·) -> (K, T)."""
    flat = share.reshape(*share.shape[:2], -1)
    found: Array = np.vecdot(flat, flat)
    return found


def lengths(share: Array) -> Array:
    """Length of each step's share, (K, T, ...) -> (K, T), in double precision."""
    flat = share.reshape(*share.shape[:2], -1).astype(np.float64)
    found: Array = np.sqrt(np.vecdot(flat, flat))
    return found


@np.errstate(all="ignore")
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
