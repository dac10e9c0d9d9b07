"""Gradients of the weights, as a sum over time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.forward import Columns
from rnnviz.engine.layout import Layout
from rnnviz.engine.norms import AT_ONCE, Norms
from rnnviz.engine.tape import Play

ADDENDS = 128  # steps that are added up in single precision: longer sums lose digits


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
        grouped: take the products of several steps as one, which is quicker and rounds otherwise.

    Raises:
        ValueError: if the shares are to be measured, and not to be formed one by one.
    """

    def __init__(
        self, rows: Array, z: Array, layout: Layout, columns: Columns, *, norms: bool, grouped: bool = False
    ) -> None:
        if norms and grouped:
            raise ValueError("Groups of steps have no norms: measure the shares, or group them.")
        self.layout, self.left, self.right = layout, by_network(rows, columns), by_network(z, columns)
        self.norms = Norms(self.left, self.right, layout) if norms else None
        whole = np.zeros((columns.networks, *layout.size))
        # a bias adds up in double precision, and so do groups
        self.totals = {
            side: whole[:, :, layout.columns[side]].astype(np.float64 if grouped or side == "1" else columns.dtype)
            for side in layout.sides
        }
        form = self.of_one if columns.batch == 1 else self.of_groups if grouped else self.of_many
        self.calls: list[Play] = list(form())

    def run(self) -> tuple[dict[str, Array], dict[str, Array]]:
        """∂L/∂W by torch's names, (K, ...), and the lengths of the steps' shares, (K, T), if they are measured."""
        for call in self.calls:
            call()
        return self.layout.unpack(self.totals, self.left.dtype), self.norms.lengths() if self.norms else {}

    def parts(self, numbers: int = 0) -> list[slice]:
        """Some steps at a time, if a step has so many numbers."""
        steps, some = self.left.shape[1], min(ADDENDS, max(1, AT_ONCE // numbers)) if numbers else ADDENDS
        return [slice(start, min(start + some, steps)) for start in range(0, steps, some)]

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
                    yield partial(np.vecdot, blocks, blocks, self.norms.squares[:, at, i])
                yield over_time(share, part if at.start else total)
                if at.start:
                    yield partial(np.add, total, part, total)

    def of_groups(self) -> Iterator[Play]:
        """Steps side by side are one product."""
        networks, steps, _, batch = self.left.shape
        together = min(steps, max(1, ADDENDS // batch))
        groups, sides = -(-steps // together), []
        for array in (self.left, self.right):
            beside = np.zeros((networks, groups, array.shape[2], together, batch), array.dtype)
            for group, start in enumerate(range(0, steps, together)):
                part = array[:, start : start + together].swapaxes(1, 2)
                yield partial(np.copyto, beside[:, group, :, : part.shape[2]], part)
            sides.append(beside.reshape(networks, groups, array.shape[2], -1))
        left, right = sides
        products = np.zeros((*left.shape[:3], right.shape[2]), left.dtype)
        yield partial(np.matmul, left, right.swapaxes(2, 3), products)
        for side, total in self.totals.items():
            yield partial(np.add.reduce, products[..., self.layout.columns[side]], 1, total.dtype, total)


def over_time(share: Array, out: Array) -> Play:
    """The sum of (K, T, R, D) over T; in single precision as a matrix product, which is the quickest."""
    if out.dtype != share.dtype:
        return partial(np.add.reduce, share, 1, out.dtype, out)
    flat = share.reshape(*share.shape[:2], -1)
    return partial(np.matmul, np.ones((1, flat.shape[1]), out.dtype), flat, out.reshape(len(out), 1, -1))


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
