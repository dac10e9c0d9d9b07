"""Gradients of the weights, as a sum over time, and how long each step's share is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.forward import Columns
from rnnviz.engine.layout import Layout
from rnnviz.engine.tape import Play

AT_ONCE = 1 << 18  # numbers of the steps' separate gradients in memory: what a processor's cache holds
ADDENDS = 128  # steps that are added up in single precision: longer sums lose digits
SAFE = {"f": (1e-30, 1e30), "d": (1e-290, 1e290)}  # squares that a type of number holds with all their digits


def by_network(array: Array, columns: Columns) -> Array:
    """(T, rows, N) as (K, T, rows, B)."""
    return array.reshape(*array.shape[:2], columns.networks, columns.batch).transpose(2, 0, 1, 3)


class Shares:
    """Every step's share of the gradient of a packed matrix: what adds the shares up, and measures them.

    Args:
        rows: the gradient of the pre-activations, (T, R, N).
        z: what the matrix multiplies, (T, D, N).
        layout: whose rows and columns are whose.
        columns: N = K * B.
        norms: whether to measure.
        grouped: take the products of several steps as one, which is quicker and rounds otherwise; without norms only.
    """

    def __init__(
        self, rows: Array, z: Array, layout: Layout, columns: Columns, *, norms: bool, grouped: bool = False
    ) -> None:
        self.layout, self.norms = layout, norms
        self.left, self.right = by_network(rows, columns), by_network(z, columns)
        self.shape = self.left.shape[:2]  # K T
        self.totals = {name: self.empty(layout.size[0], self.width(name)) for name in layout.sides}
        self.squares = np.zeros((*self.shape, len(layout.sides), layout.blocks), columns.dtype)
        self.calls: list[Play] = list(self.each_call(columns.batch, grouped=grouped))

    def width(self, side: str) -> int:
        """How many columns a side has."""
        columns = self.layout.columns[side]
        width: int = columns.stop - columns.start
        return width

    def empty(self, height: int, width: int) -> Array:
        """A buffer for a sum over time, (K, height, width); a bias adds up in double precision."""
        return np.zeros((self.shape[0], height, width), np.float64 if width == 1 else self.left.dtype)

    def run(self) -> tuple[dict[str, Array], dict[str, Array]]:
        """∂L/∂W by torch's names, (K, ...), and the lengths of the steps' shares, (K, T), if they are measured."""
        for call in self.calls:
            call()
        return self.layout.unpack(self.totals, self.left.dtype), self.lengths() if self.norms else {}

    def parts(self, numbers: int = 0) -> list[slice]:
        """Some steps at a time, if a step has so many numbers."""
        some = min(ADDENDS, max(1, AT_ONCE // numbers)) if numbers else ADDENDS
        return [slice(start, min(start + some, self.shape[1])) for start in range(0, self.shape[1], some)]

    def each_call(self, batch: int, *, grouped: bool) -> Iterator[Play]:
        """What adds the shares up."""
        if batch == 1:
            return self.of_one()
        return self.of_groups(min(self.shape[1], max(1, ADDENDS // batch))) if grouped else self.of_many()

    def of_groups(self, together: int) -> Iterator[Play]:
        """Steps side by side are one product."""
        sides, groups = [], -(-self.shape[1] // together)
        for array in (self.left, self.right):
            networks, steps, rows, batch = array.shape
            beside = np.zeros((networks, groups, rows, together, batch), array.dtype)
            for group, start in enumerate(range(0, steps, together)):
                part = array[:, start : start + together].swapaxes(1, 2)
                yield partial(np.copyto, beside[:, group, :, : part.shape[2]], part)
            sides.append(beside.reshape(networks, groups, rows, -1))
        left, right = sides
        products = np.zeros((*left.shape[:3], right.shape[2]), left.dtype)
        total = np.zeros((len(left), *products.shape[2:]))
        self.totals = {side: total[:, :, self.layout.columns[side]] for side in self.totals}
        yield partial(np.matmul, left, right.swapaxes(2, 3), products)
        yield partial(np.add.reduce, products, 1, total.dtype, total)

    def of_one(self) -> Iterator[Play]:
        """Of one sequence the sum is one matrix product."""
        left, right = self.left[..., 0].swapaxes(1, 2), self.right[..., 0]
        for side, total in self.totals.items():
            part, columns = np.zeros_like(total), self.layout.columns[side]
            for at in self.parts():
                yield partial(np.matmul, left[:, :, at], right[:, at, columns], part if at.start else total)
                if at.start:
                    yield partial(np.add, total, part, total)

    def of_many(self) -> Iterator[Play]:
        """Of several sequences each share is one. It is measured while it is in the processor's cache."""
        for i, (side, total) in enumerate(self.totals.items()):
            networks, *size = total.shape
            right, part = self.right[:, :, self.layout.columns[side]].swapaxes(2, 3), np.zeros_like(total)
            parts = self.parts(total.size)
            room = np.zeros((networks, parts[0].stop, *size), self.left.dtype)
            for at in parts:
                share = room[:, : at.stop - at.start]
                yield partial(np.matmul, self.left[:, at], right[:, at], share)
                if self.norms:
                    blocks = share.reshape(*share.shape[:2], self.layout.blocks, -1)
                    yield partial(np.vecdot, blocks, blocks, self.squares[:, at, i])
                yield over_time(share, part if at.start else total)
                if at.start:
                    yield partial(np.add, total, part, total)

    def lengths(self) -> dict[str, Array]:
        """Of every weight's shares."""
        if self.left.shape[3] == 1:
            return outer_norms(self.left[..., 0], self.right[..., 0], self.layout)
        squares, scale = (self.squares, np.ones((1, 1))) if self.safe() else self.wide()
        found = scale[..., None] * np.sqrt(owned(squares.reshape(*self.shape, -1), self.layout.owned))
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
        """The squares, and what their roots are to be multiplied by, (K, T), where squares would lose digits.

        (Norms from products of sequences, the Gram trick, would lose digits where the sequences of a batch cancel.)
        """
        low, high = SAFE[self.squares.dtype.char]
        found, scale = self.squares.astype(np.float64), np.ones(self.shape)
        doubtful = np.argwhere(~((found > low) & (found < high)).all((2, 3)))
        some = max(1, AT_ONCE // (self.layout.size[0] * self.layout.size[1]))
        for start in range(0, len(doubtful), some):
            at = tuple(doubtful[start : start + some].T)
            left, right = self.left[at].astype(np.float64), self.right[at].astype(np.float64).swapaxes(1, 2)
            scale[at] = peaks(left, (1, 2))[:, 0, 0]
            left /= scale[at][:, None, None]
            for i, side in enumerate(self.totals):
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


def over_time(share: Array, out: Array) -> Play:
    """The sum of (K, T, R, D) over T; in single precision as a matrix product, which is the quickest."""
    if out.dtype != share.dtype:
        return partial(np.add.reduce, share, 1, out.dtype, out)
    flat = share.reshape(*share.shape[:2], -1)
    return partial(np.matmul, np.ones((1, flat.shape[1]), out.dtype), flat, out.reshape(len(out), 1, -1))


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
