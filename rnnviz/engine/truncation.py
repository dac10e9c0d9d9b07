"""Truncated backpropagation through time: the loss looks back so far and no farther."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.batched_backward import BatchedBackward, Window, kept_by
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
        """Of each chunk of losses: the last step it goes back to, its first step, and the one after its last.

        The last chunk can be short; it goes back as far as a whole one would.
        """
        starts, reach = range(0, steps, self.stride), self.window - self.stride
        return [(max(0, start - reach), start, min(start + self.stride, steps)) for start in starts]


def truncated(stack: Stack, grad_output: Array, truncation: Truncation) -> tuple[Array, dict[str, dict[str, Array]]]:
    """Go back from ∂L/∂y (T, P, N) chunk by chunk, and leave the sums where ``Stack.backward`` leaves its totals.

    Returns:
        ∂L/∂x (T, I, N), and what was cut off by direction and state: lengths (chunks, N) of the gradients that stood
        before the first step of each chunk's window; zero for those that reach the beginning.
    """
    chunks = truncation.chunks(len(grad_output))
    make = partial(BatchedBackward, stack, len(chunks), lambda _: passing(chunks))
    batched = kept_by(stack, "truncation", truncation, make)
    parted = np.zeros((*grad_output.shape, len(chunks)), grad_output.dtype)
    for m, (_, start, end) in enumerate(chunks):
        parted[start:end, ..., m] = grad_output[start:end]
    below = batched.run(parted).sum(3)
    for name in stack.parts:
        add_up(batched, name)
    return below, {name: cut(batched, name, chunks) for name in stack.parts}


def passing(chunks: list[tuple[int, int, int]]) -> Window:
    """The chunks whose losses go back through a step."""

    def window(t: int) -> slice:
        members = [m for m, (back, _, end) in enumerate(chunks) if back <= t < end]
        return slice(members[0], members[-1] + 1)

    return window


def add_up(batched: BatchedBackward, name: str) -> None:
    """Put the sums over the chunks where the weights' gradients and the record are taken from."""
    mine, one = batched.directions[name], batched.stack.parts[name].backward
    axis, single = 3, batched.gradients == 1
    for source, place in [(mine.rows, one.rows), (mine.raw, one.raw)] + [
        (mine.total[s], one.total[s]) for s in mine.total
    ]:
        place[:] = source if single else source.sum(axis)
    for state, place in one.carried.items():
        place[:] = batched.carried(name, state).sum(axis)


def cut(batched: BatchedBackward, name: str, chunks: list[tuple[int, int, int]]) -> dict[str, Array]:
    """Lengths of what was cut off from each chunk, (chunks, N) by state."""
    lengths = {}
    for state in batched.directions[name].carried:
        carried = batched.carried(name, state)
        left = [carried[back, ..., m] * (back > 0) for m, (back, _, _) in enumerate(chunks)]
        lengths[state] = np.linalg.norm(np.array(left, np.float64), axis=1)
    return lengths
