"""How long each step's share of the weights' gradients is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.ops import Instruction, Op, copied
from rnnviz.engine.weight_layout import WeightLayout

AT_ONCE = 1 << 15  # numbers of the steps' separate gradients in memory at once: what stays in a core's own cache
SAFE = {"f": (1e-30, 1e30), "d": (1e-290, 1e290)}  # squares that a type of number holds with all their digits


class Norms:
    """Lengths of the shares left @ right, from ``squares`` (K, T, S, G) by side of the matrix and by block of rows.

    (Norms from products of sequences, the Gram trick, would lose digits where the sequences of a batch cancel.)

    Args:
        left: the gradient of the pre-activations, (K, T, R, B).
        right: what the matrix multiplies, (K, T, D, B).
        layout: whose rows and columns are whose.
    """

    def __init__(self, left: Array, right: Array, layout: WeightLayout) -> None:
        self.left, self.right, self.layout = left, right, layout
        self.squares = np.zeros((*left.shape[:2], len(layout.sides), layout.blocks), left.dtype)
        self.checked = np.zeros_like(self.squares)
        self.bounds = np.zeros(2, left.dtype)  # the sum of what is to be checked, and that of the inverses
        self.sums = np.zeros((*left.shape[:2], len(layout.weights)), left.dtype)

    def of_outer(self) -> Iterator[Instruction]:
        """The squares where each share is an outer product: of one sequence."""
        networks, steps, _, _ = self.left.shape
        rows = np.zeros((networks, steps, 1, self.layout.blocks), self.left.dtype)
        blocks = self.left[..., 0].reshape(networks, steps, self.layout.blocks, -1)
        yield Op(np.vecdot, (blocks, blocks), rows[:, :, 0])
        sides = np.zeros((networks, steps, len(self.layout.sides), 1), self.left.dtype)
        for name, i in self.layout.sides.items():
            side = self.right[..., 0][:, :, self.layout.columns[name]]
            yield Op(np.vecdot, (side, side), sides[:, :, i, 0])
        yield Op(np.multiply, (sides, rows), self.squares)

    def of_squares(self) -> Iterator[Instruction]:
        """The lengths, once the squares are there; and the squares, but for zeros that are excused, to be checked."""
        owned = self.layout.owned.reshape(-1, self.sums.shape[2]).astype(self.sums.dtype)
        yield Op(np.matmul, (self.squares.reshape(*self.squares.shape[:2], -1), owned), self.sums)
        yield Op(np.sqrt, (self.sums,), self.sums)
        yield copied(self.squares, self.checked)
        known = np.zeros_like(self.squares[:, 0])
        yield from self.first_factors(known)
        yield Op(np.subtract, (np.ones((), known.dtype), known), known)
        yield Op(np.add, (self.checked[:, 0], known), self.checked[:, 0])
        inverse, ones = np.zeros_like(self.checked), np.ones(self.checked.size, known.dtype)
        yield Op(np.reciprocal, (self.checked,), inverse)
        for i, array in enumerate((self.checked, inverse)):
            yield Op(np.vecdot, (array.reshape(-1), ones), self.bounds[i : i + 1].reshape(()))

    def first_factors(self, known: Array) -> Iterator[Instruction]:
        """0 where a share of the first step, which mostly has no state yet, has a factor that is zero; 1 elsewhere."""
        networks, _, sides, blocks = self.squares.shape
        some = [np.zeros((networks, n), known.dtype) for n in (sides, blocks)]
        right, left = (np.zeros(array[:, 0].shape, known.dtype) for array in (self.right, self.left))
        yield Op(np.absolute, (self.right[:, 0],), right)
        yield Op(np.absolute, (self.left[:, 0],), left)
        parts = [(right[:, self.layout.columns[name]], some[0][:, i]) for name, i in self.layout.sides.items()]
        parts += [(left.reshape(networks, blocks, -1, copy=False), some[1])]
        for part, out in parts:
            flat = part.reshape(*out.shape, -1, copy=False)
            yield Op(np.vecdot, (flat, np.ones(flat.shape[-1], known.dtype)), out)
        for signs in some:
            yield Op(np.sign, (signs,), signs)
        yield Op(np.multiply, (some[0][:, :, None], some[1][:, None]), known)

    def lengths(self) -> dict[str, Array]:
        """By torch's names of the weights, (K, T), in double precision."""
        low, high = SAFE[self.squares.dtype.char]
        total, inverse = self.bounds.tolist()
        safe = total < high and inverse < 1 / low  # then so is every one of them
        lengths = self.sums.astype(np.float64) if safe else self.rescaled(low, high)
        return {weight: lengths[:, :, i] for i, weight in enumerate(self.layout.weights)}

    def rescaled(self, low: float, high: float) -> Array:
        """Lengths (K, T, W) in double precision; squares that have lost digits are formed anew, of scaled shares."""
        squares, scale = self.squares.astype(np.float64), np.ones(self.squares.shape[:2])
        doubtful = np.argwhere(~((self.checked > low) & (self.checked < high)).all((2, 3)))
        some = max(1, AT_ONCE // (self.layout.size[0] * self.layout.size[1]))
        for start in range(0, len(doubtful), some):
            at = tuple(doubtful[start : start + some].T)
            left, right = self.left[at].astype(np.float64), self.right[at].astype(np.float64)
            scale[at] = peaks(left, (1, 2))[:, 0, 0]
            squares[at] = squares_of(left / scale[at][:, None, None], right, self.layout)
        sums = owned(squares.reshape(*scale.shape, -1), self.layout.owned)
        lengths: Array = scale[..., None] * np.sqrt(sums)
        return lengths


def squares_of(left: Array, right: Array, layout: WeightLayout) -> Array:
    """Of the shares left (n, R, B) @ right (n, D, B), by side and block, (n, S, G)."""
    if left.shape[2] == 1:
        rows = np.square(left).reshape(len(left), 1, layout.blocks, -1).sum(3)
        sides = [np.square(right[:, layout.columns[name]]).sum((1, 2)) for name in layout.sides]
        squares: Array = np.stack(sides, 1)[:, :, None] * rows
        return squares
    shares = (np.matmul(left, right[:, layout.columns[name]].swapaxes(1, 2)) for name in layout.sides)
    flat = (share.reshape(len(share), layout.blocks, -1) for share in shares)
    return np.stack([np.vecdot(share, share) for share in flat], 1)


def peaks(array: Array, axes: int | tuple[int, ...]) -> Array:
    """The largest magnitudes along some axes, which stay; 1 where there is nothing to divide by."""
    largest = np.abs(array).max(axes, keepdims=True)
    return np.where(np.isfinite(largest) & (largest > 0), largest, 1)


def owned(squares: Array, shares: Array) -> Array:
    """Sums (K, T, W) of the squares (K, T, n) that are each weight's; another's infinity is none of it."""
    member = shares.reshape(squares.shape[2], -1)
    sums: Array = squares @ member
    if not np.isfinite(sums).all():
        sums = np.stack([squares[:, :, mine > 0].sum(2) for mine in member.T], 2)
    return sums


def lengths(share: Array) -> Array:
    """Length of each step's share, (K, T, ...) -> (K, T), in double precision."""
    flat = share.reshape(*share.shape[:2], -1).astype(np.float64)
    norms: Array = np.sqrt(np.vecdot(flat, flat))
    return norms
