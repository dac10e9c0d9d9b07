"""Gradients of the weights, as a sum over time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import accumulate
from math import prod

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.forward import Columns
from rnnviz.engine.native import fuse
from rnnviz.engine.norms import AT_ONCE, Norms
from rnnviz.engine.ops import Instruction, Op, copied
from rnnviz.engine.weight_layout import WeightLayout

ADDENDS = 128  # steps that are added up in single precision: longer sums lose digits


def by_network(array: Array, columns: Columns) -> Array:
    """(T, rows, N) as (K, T, rows, B)."""
    return array.reshape(*array.shape[:2], columns.networks, columns.batch).transpose(2, 0, 1, 3)


class WeightGradients:
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
        self, rows: Array, z: Array, layout: WeightLayout, columns: Columns, *, norms: bool, grouped: bool = False
    ) -> None:
        if norms and grouped:
            raise ValueError("Groups of steps have no norms: measure the shares, or group them.")
        self.layout, self.left, self.right = layout, by_network(rows, columns), by_network(z, columns)
        self.norms = Norms(self.left, self.right, layout) if norms else None
        whole = np.zeros(
            (columns.networks, *layout.size), np.float64 if grouped and columns.batch > 1 else columns.dtype
        )
        self.totals = {side: whole[:, :, layout.columns[side]].copy() for side in layout.sides}
        sizes = {name: (columns.networks, *shape) for name, shape in layout.weights.items()}
        ends = list(accumulate(map(prod, sizes.values())))
        self.gathered = np.zeros(ends[-1], columns.dtype)
        self.places = [(n, slice(e - prod(s), e), s) for (n, s), e in zip(sizes.items(), ends, strict=True)]
        self.instructions = fuse(self.each_instruction(grouped=grouped))

    def run(self) -> dict[str, Array]:
        """∂L/∂W by torch's names, (K, ...)."""
        for instruction in self.instructions:
            instruction()
        return self.by_name(self.gathered.copy())

    def lengths(self) -> dict[str, Array]:
        """Of the steps' shares in the latest ∂L/∂W, by torch's names, (K, T), in double precision."""
        return self.norms.lengths() if self.norms else {}

    def by_name(self, gathered: Array) -> dict[str, Array]:
        """Every weight's part, (K, ...)."""
        return {name: gathered[place].reshape(shape) for name, place, shape in self.places}

    def each_instruction(self, *, grouped: bool) -> Iterator[Instruction]:
        """What adds the shares up, hands the sums out, and measures."""
        single = self.left.shape[3] == 1
        yield from self.of_one() if single else self.of_groups() if grouped else self.of_many()
        yield from self.layout.unpacking(self.totals, self.by_name(self.gathered))
        if self.norms:
            yield from self.norms.of_outer() if single else ()
            yield from self.norms.of_squares()

    def parts(self, numbers: int = 0) -> list[slice]:
        """Some steps at a time, if a step has so many numbers."""
        steps, some = self.left.shape[1], min(ADDENDS, max(1, AT_ONCE // numbers)) if numbers else ADDENDS
        return [slice(start, min(start + some, steps)) for start in range(0, steps, some)]

    def of_one(self) -> Iterator[Instruction]:
        """Of one sequence the sum is one matrix product."""
        left, right = self.left[..., 0].swapaxes(1, 2), self.right[..., 0]
        for side, total in self.totals.items():
            part, columns = np.zeros_like(total), self.layout.columns[side]
            for at in self.parts():
                yield Op(np.matmul, (left[:, :, at], right[:, at, columns]), part if at.start else total)
                if at.start:
                    yield Op(np.add, (total, part), total)

    def of_many(self) -> Iterator[Instruction]:
        """Of several sequences each share is one. It is measured while it is in the processor's cache."""
        for i, (side, total) in enumerate(self.totals.items()):
            networks, *size = total.shape
            right, part = self.right[:, :, self.layout.columns[side]].swapaxes(2, 3), np.zeros_like(total)
            parts = self.parts(total.size)
            room = np.zeros((networks, parts[0].stop, *size), self.left.dtype)
            for at in parts:
                share = room[:, : at.stop - at.start]
                yield Op(np.matmul, (self.left[:, at], right[:, at]), share)
                if self.norms:
                    blocks = share.reshape(*share.shape[:2], self.layout.blocks, -1)
                    yield Op(np.vecdot, (blocks, blocks), self.norms.squares[:, at, i])
                if share.shape[1] == 1:
                    part = share[:, 0]
                else:
                    yield over_time(share, part)
                yield Op(np.add, (total, part), total) if at.start else copied(part, total)

    def of_groups(self) -> Iterator[Instruction]:
        """Steps side by side are one product."""
        networks, steps, _, batch = self.left.shape
        size = min(steps, max(1, ADDENDS // batch))
        groups, sides = -(-steps // size), []
        for array in (self.left, self.right):
            beside = np.zeros((networks, groups, array.shape[2], size, batch), array.dtype)
            for group, start in enumerate(range(0, steps, size)):
                part = array[:, start : start + size].swapaxes(1, 2)
                yield copied(part, beside[:, group, :, : part.shape[2]])
            sides.append(beside.reshape(networks, groups, array.shape[2], -1))
        left, right = sides
        products = np.zeros((*left.shape[:3], right.shape[2]), left.dtype)
        yield Op(np.matmul, (left, right.swapaxes(2, 3)), products)
        for side, total in self.totals.items():
            yield partial(np.add.reduce, products[..., self.layout.columns[side]], 1, total.dtype, total)


def over_time(share: Array, out: Array) -> Op:
    """The sum of (K, T, R, D) over T: as a matrix product, which is the quickest."""
    flat = share.reshape(*share.shape[:2], -1)
    return Op(np.matmul, (np.ones((1, flat.shape[1]), out.dtype), flat), out.reshape(len(out), 1, -1))


def of_inputs(rows: Array, packed: Array, layout: WeightLayout, columns: Columns) -> Array:
    """∂L/∂x, (T, I, N)."""
    weights = packed[:, :, layout.columns["x"]].transpose(0, 2, 1)
    product: Array
    if columns.networks == 1:
        product = np.matmul(weights[0], rows)
        return product
    split = by_network(rows, columns)
    product = np.matmul(weights[:, None], split)
    return product.transpose(1, 2, 0, 3).reshape(columns.steps, -1, columns.count)
