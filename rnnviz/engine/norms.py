"""How long each step's share of the weights' gradients is."""

from __future__ import annotations

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.layout import Layout

AT_ONCE = 1 << 18  # numbers of the steps' separate gradients in memory: what a processor's cache holds
SAFE = {"f": (1e-30, 1e30), "d": (1e-290, 1e290)}  # squares that a type of number holds with all their digits


class Norms:
    """Lengths of the shares left @ right, of which ``squares`` were taken while they were formed.

    (Norms from products of sequences, the Gram trick, would lose digits where the sequences of a batch cancel.)

    Args:
        left: the gradient of the pre-activations, (K, T, R, B).
        right: what the matrix multiplies, (K, T, D, B).
        layout: whose rows and columns are whose.
    """

    def __init__(self, left: Array, right: Array, layout: Layout) -> None:
        self.left, self.right, self.layout = left, right, layout
        self.squares = np.zeros((*left.shape[:2], len(layout.sides), layout.blocks), left.dtype)  # K T sides blocks

    def lengths(self) -> dict[str, Array]:
        """By torch's names of the weights, (K, T), in double precision."""
        if self.left.shape[3] == 1:
            return outer_norms(self.left[..., 0], self.right[..., 0], self.layout)
        squares, scale = (self.squares, np.ones((1, 1))) if self.safe() else self.wide()
        flat = squares.reshape(*squares.shape[:2], -1)
        found = scale[..., None] * np.sqrt(owned(flat, self.layout.owned))
        return {weight: found[:, :, i] for i, weight in enumerate(self.layout.weights)}

    def safe(self) -> bool:
        """Whether no square has lost digits. A zero has lost none where there was no state yet."""
        squares, side = self.squares, self.layout.sides.get("h")
        stateless = side is not None and not self.right[:, 0, self.layout.columns["h"]].any()
        if stateless:
            squares[:, 0, side] = 1
        low, high = SAFE[squares.dtype.char]
        safe = bool(squares.min() > low and squares.max() < high)
        if stateless:
            squares[:, 0, side] = 0
        return safe

    def wide(self) -> tuple[Array, Array]:
        """The squares, in double precision where they have lost digits, and the factor of their roots, (K, T)."""
        low, high = SAFE[self.squares.dtype.char]
        found, scale = self.squares.astype(np.float64), np.ones(self.squares.shape[:2])
        doubtful = np.argwhere(~((found > low) & (found < high)).all((2, 3)))
        some = max(1, AT_ONCE // (self.layout.size[0] * self.layout.size[1]))
        for start in range(0, len(doubtful), some):
            at = tuple(doubtful[start : start + some].T)
            left, right = self.left[at].astype(np.float64), self.right[at].astype(np.float64).swapaxes(1, 2)
            scale[at] = peaks(left, (1, 2))[:, 0, 0]
            left /= scale[at][:, None, None]
            for side, i in self.layout.sides.items():
                share = np.matmul(left, right[:, :, self.layout.columns[side]])
                blocks = share.reshape(len(share), self.layout.blocks, -1)
                found[at[0], at[1], i] = np.vecdot(blocks, blocks)
        return found, scale


def peaks(array: Array, axes: int | tuple[int, ...]) -> Array:
    """The largest magnitudes along some axes, which stay; 1 where there is nothing to divide by."""
    found = np.abs(array).max(axes, keepdims=True)
    return np.where(np.isfinite(found) & (found > 0), found, 1)


def owned(squares: Array, shares: Array) -> Array:
    """Sums (K, T, W) of the squares (K, T, n) that are each weight's; another's infinity is none of it."""
    member = shares.reshape(squares.shape[2], -1)
    found: Array = squares @ member
    if not np.isfinite(found).all():
        found = np.stack([squares[:, :, mine > 0].sum(2) for mine in member.T], 2)
    return found


def outer_norms(left: Array, right: Array, layout: Layout) -> dict[str, Array]:
    """Lengths of outer products (K, T, R) x (K, T, D), by weight: the products of the lengths."""
    scale = peaks(left, 2) if left.dtype == np.float64 else 1  # squares of single numbers fit into double precision
    left, right = np.square(left / scale, dtype=np.float64), np.square(right, dtype=np.float64)
    found = scale * np.sqrt(owned(left, layout.of_rows)) * np.sqrt(owned(right, layout.of_columns))
    return {weight: found[:, :, i] for i, weight in enumerate(layout.weights)}


def lengths(share: Array) -> Array:
    """Length of each step's share, (K, T, ...) -> (K, T), in double precision."""
    flat = share.reshape(*share.shape[:2], -1).astype(np.float64)
    found: Array = np.sqrt(np.vecdot(flat, flat))
    return found
