"""Gradients of the weights, as a sum over time, and how long each step's share is."""

from __future__ import annotations

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.forward import Columns
from rnnviz.engine.layout import Layout

AT_ONCE = 1 << 20  # numbers: how much of the steps' separate gradients is held in memory


def by_network(array: Array, columns: Columns) -> Array:
    """(T, rows, N) as (K, T, rows, B)."""
    return array.reshape(*array.shape[:2], columns.networks, columns.batch).transpose(2, 0, 1, 3)


def total(rows: Array, z: Array, columns: Columns) -> Array:
    """Gradient (K, R, D) of the packed matrix: one matrix product over all steps and sequences."""
    left = by_network(rows, columns).transpose(0, 2, 1, 3).reshape(columns.networks, rows.shape[1], -1)
    right = by_network(z, columns).transpose(0, 1, 3, 2).reshape(columns.networks, -1, z.shape[1])
    product: Array = np.matmul(left, right)
    return product


def total_and_norms(rows: Array, z: Array, layout: Layout, columns: Columns) -> tuple[Array, dict[str, Array]]:
    """The same, and the Frobenius norm of each step's share, (K, T) by torch weight.

    The shares are formed one chunk of steps at a time. (Norms from products of sequences instead, the Gram trick, lose
    digits where the sequences of a batch cancel.)
    """
    left, right = by_network(rows, columns), by_network(z, columns).transpose(0, 1, 3, 2)
    if columns.batch == 1:  # an outer product: its norm is the product of the norms
        left_square, right_square = square(left)[..., 0], square(right)
        squares = {c: left_square * right_square[..., at].sum(-1) for c, at in layout.columns.items()}
        return total(rows, z, columns), layout.norms(squares)
    packed = np.zeros((columns.networks, *layout.size), columns.dtype)
    squares = {c: np.empty((*left.shape[:2], layout.size[0])) for c in layout.columns}
    chunk = max(1, AT_ONCE // packed.size)
    for start in range(0, columns.steps, chunk):
        at = slice(start, start + chunk)
        share = np.matmul(left[:, at], right[:, at])
        packed += share.sum(1)
        wide = square(share)
        for c, span in layout.columns.items():
            squares[c][:, at] = wide[..., span].sum(-1)
    return packed, layout.norms(squares)


def square(array: Array) -> Array:
    """Squares in double precision: a vanishing gradient's do not fit into single."""
    wide = array.astype(np.float64)
    return np.multiply(wide, wide, wide)


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
