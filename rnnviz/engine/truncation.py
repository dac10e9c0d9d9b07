"""Truncated backpropagation through time: the loss looks back so far and no farther."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.many import Many, Window, kept_by
from rnnviz.engine.stack import Stack


@dataclass(frozen=True)
class Truncation:
    """After every ``stride`` steps their losses go back ``window`` steps (Williams & Peng 1990: k1 and k2).

    Raises:
        ValueError: unless 1 <= stride <= window.
    """

    window: int
    stride: int

    def __post_init__(self) -> None:
        if not 1 <= self.stride <= self.window:
            raise ValueError(f"Truncation needs 1 <= stride <= window, not stride {self.stride}, window {self.window}.")

    def chunks(self, steps: int) -> list[tuple[int, int, int]]:
        """Of each chunk of losses: the step where its way back ends, its first step, and the one after its last.

        The last chunk can be short; its way back ends where that of a whole one would.
        """
        starts, reach = range(0, steps, self.stride), self.window - self.stride
        return [(max(0, start - reach), start, min(start + self.stride, steps)) for start in starts]


def truncated(stack: Stack, outside: Array, truncation: Truncation) -> tuple[Array, dict[str, dict[str, Array]]]:
    """Go back from ∂L/∂y (T, P, N) chunk by chunk, and leave the sums where an untruncated way back leaves its totals.

    Returns:
        ∂L/∂x (T, I, N), and what was cut off by direction and state: lengths (chunks, N) of the gradients that stood
        before the first step of each chunk's window; zero for those that reach the beginning.
    """
    chunks = truncation.chunks(len(outside))
    many = kept_by(stack, "truncation", truncation, partial(Many, stack, len(chunks), lambda _: reach(chunks)))
    parted = np.zeros((*outside.shape, len(chunks)), outside.dtype)
    for m, (_, start, end) in enumerate(chunks):
        parted[start:end, ..., m] = outside[start:end]
    below = many.run(parted).sum(3)
    for name in stack.parts:
        add_up(many, name)
    return below, {name: cut(many, name, chunks) for name in stack.parts}


def reach(chunks: list[tuple[int, int, int]]) -> Window:
    """The chunks whose way back passes a step."""

    def window(t: int) -> slice:
        passing = [m for m, (back, _, end) in enumerate(chunks) if back <= t < end]
        return slice(passing[0], passing[-1] + 1)

    return window


def add_up(many: Many, name: str) -> None:
    """Put the sums over the chunks where the weights' gradients and the record are taken from."""
    mine, one = many.reverses[name], many.stack.parts[name].reverse
    axis, single = 3, many.gradients == 1
    for source, place in [(mine.rows, one.rows), (mine.raw, one.raw)] + [
        (mine.total[s], one.total[s]) for s in mine.total
    ]:
        place[:] = source if single else source.sum(axis)
    for state, place in one.carried.items():
        place[:] = many.carried(name, state).sum(axis)


def cut(many: Many, name: str, chunks: list[tuple[int, int, int]]) -> dict[str, Array]:
    """Lengths of what was cut off from each chunk, (chunks, N) by state."""
    found = {}
    for state in many.reverses[name].carried:
        carried = many.carried(name, state)
        left = [carried[back, ..., m] * (back > 0) for m, (back, _, _) in enumerate(chunks)]
        found[state] = np.linalg.norm(np.array(left, np.float64), axis=1)
    return found
