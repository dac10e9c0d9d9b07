"""Gradients of the weights, as a sum over time, and how long each step's share is."""

from __future__ import annotations

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.forward import Columns
from rnnviz.engine.layout import Layout

AT_ONCE = 1 << 18  # numbers of the steps' separate gradients in memory: what a processor's cache holds


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
    left, right = by_network(rows, columns), by_network(z, columns)
    if columns.batch == 1:
        return total(rows, z, columns), outer_norms(left[..., 0], right[..., 0], layout)
    scale = np.maximum(np.abs(left).max((2, 3)), np.finfo(columns.dtype).tiny)  # squares of tiny numbers vanish
    left, right = left / scale[..., None, None], right.swapaxes(2, 3)
    packed = np.zeros((columns.networks, *layout.size), columns.dtype)
    norms = {weight: np.zeros(scale.shape, columns.dtype) for weight in layout.weights}
    chunk = max(1, AT_ONCE // packed.size)
    for start in range(0, columns.steps, chunk):
        at = slice(start, start + chunk)
        for name, place in layout.columns.items():
            share = np.matmul(left[:, at], right[:, at, :, place])
            packed[:, :, place] += weighted(share, scale[:, at])
            for weight, (column, spans) in layout.spans.items():
                if column == name:
                    norms[weight][:, at] = np.sqrt(sum(squares(share[:, :, span]) for span in spans))
    return packed, {weight: norm * scale for weight, norm in norms.items()}


def outer_norms(left: Array, right: Array, layout: Layout) -> dict[str, Array]:
    """Of one sequence: the share is an outer product, and its norm the product of the norms."""
    left, right = np.square(left, dtype=np.float64), np.square(right, dtype=np.float64)
    tall = {column: right[..., span].sum(-1) for column, span in layout.columns.items()}
    return {
        weight: np.sqrt(sum(left[..., rows].sum(-1) for rows in spans) * tall[column])
        for weight, (column, spans) in layout.spans.items()
    }


def weighted(share: Array, scale: Array) -> Array:
    """Sum over time of (K, T, R, ·), each step times its scale (K, T)."""
    flat: Array = np.matmul(scale[:, None], share.reshape(*share.shape[:2], -1))
    return flat.reshape(len(share), *share.shape[2:])


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
