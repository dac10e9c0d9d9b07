"""A training whose every update is known beforehand: Adam on the same sequence again and again, as one program."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.native import compile_steps
from rnnviz.engine.ops import Instruction, Op, SquaredLength, copied
from rnnviz.engine.pool import pool_of
from rnnviz.engine.stack import Stack
from rnnviz.engine.threads import one_thread
from rnnviz.models.first_weights import Start
from rnnviz.training.adam import Adam
from rnnviz.training.bench import Bench, Shapes

FLOAT = np.dtype(np.float32)
PACE = 10  # updates between two reports of progress, at the most


class Learned(NamedTuple):
    """What one training did. Index u means after u updates."""

    losses: Array  # (U+1,), nats
    norms: Array  # (U+1,), length of the whole gradient
    weights: dict[int, Array]  # all of them in one row (P,), after the u asked for

    @property
    def blew_up_at(self) -> int | None:
        """The first u whose loss or gradient is infinite or not a number; training ends there. None if it never was."""
        lost = np.flatnonzero(~np.isfinite(self.losses + self.norms))
        return int(lost[0]) if lost.size else None


class Course:
    """Room for such a training on a stack of buffers, and the program.

    Args:
        stack: one network, one sequence; one layer read forward, without a projection.
        shapes: of its weights and the readout's, by a ``Network``'s names.
        updates: U.
    """

    def __init__(self, stack: Stack, shapes: Shapes, updates: int) -> None:
        self.bench, self.updates, self.done = Bench(stack, shapes, slice(None)), updates, 0
        self.part = stack.parts["l0"]
        self.adam = Adam(self.bench.flat, self.bench.gradient, updates + 1)
        self.losses = np.zeros((updates + 1, 1), stack.columns.dtype)
        self.squares = np.zeros((updates + 1, 1))  # of the gradient's length
        self.program = compile_steps(self.update, range(updates + 1))

    @classmethod
    def of(cls, stack: Stack, shapes: Shapes, updates: int) -> Course:
        """The course that the stack is fastened to, if it is of this kind; else a new one."""
        course = stack.bound
        if not (isinstance(course, cls) and (course.bench.shapes, course.updates) == (dict(shapes), updates)):
            course = stack.bound = cls(stack, shapes, updates)
        return course

    def begin(self, weights: Array, x: Array, targets: Array, lr: float) -> None:
        """Start with these weights (P,), on x (T, 1, I) and targets (T, 1), at this rate."""
        self.done = 0
        self.bench.clear([weights])
        self.part.forward.x[:] = x.transpose(0, 2, 1)
        self.part.forward.start({})
        self.part.reverse.start({})
        self.bench.scoring.hold(targets)
        self.adam.begin(lr)

    def go(self, updates: int) -> Array:
        """Train on until so many updates are done; return the weights (P,)."""
        if self.program:
            self.program.part(self.done, updates)
        else:
            for call in (call for u in range(self.done, updates) for call in self.update(u)):
                call()
        self.done = updates
        found: Array = self.bench.flat[0].copy()
        return found

    def update(self, u: int) -> Iterator[Instruction]:
        """One pass forward and back, and a step."""
        part, bench = self.part, self.bench
        yield from part.forward.packing
        yield from part.forward.loop(masked=False)
        yield from bench.scoring.calls
        yield copied(bench.scoring.losses, self.losses[u])
        yield from part.chain.calls
        yield from part.reverse.loop(masked=False)
        yield from self.collected()
        yield Op(SquaredLength(), (bench.gradient,), self.squares[u])
        yield from self.adam.calls(u)

    def collected(self) -> Iterator[Instruction]:
        """The recurrent weights' gradients, gathered."""
        sums = self.part.packed_sums(grouped=True)
        yield from sums.calls
        for name, gradient in sums.by_name(sums.gathered).items():
            yield copied(gradient, self.bench.gradients[f"rnn.{name}_l0"])
        for name, rows, seen in self.part.peepholes():
            yield Op(np.vecdot, (rows.T, seen.T), self.bench.gradients[f"rnn.{name}_l0"])


def learn(
    start: Start,
    x: Array,
    targets: Array,
    *,
    lr: float,
    updates: int,
    snapshots: Collection[int] = (),
    progress: Callable[[float], None] = lambda _: None,
) -> Learned:
    """Train a network with Adam on one sequence, until so many updates are done or it blows up.

    Args:
        start: what it begins with.
        x: inputs (T, 1, I).
        targets: one class for each step, (T, 1).
        lr: learning rate.
        updates: U.
        snapshots: the u whose weights are kept; those of the one that blew up are kept, too.
        progress: told now and then which share of the work is done, 0 to 1; may raise to stop it.
    """
    weights = np.concatenate([w.ravel() for w in start.weights.values()])
    lease = pool_of(start.plan).lend(len(x), 1, 1, FLOAT, masked=False)
    course = Course.of(lease.stack, {name: w.shape for name, w in start.weights.items()}, updates)
    kept: dict[int, Array] = {}
    with one_thread(), np.errstate(all="ignore"):
        course.begin(weights, x, targets, lr)
        for u in sorted({*snapshots, *range(0, updates, PACE), updates}):
            found = course.go(u)
            progress(u / updates)
            if u in snapshots:
                kept[u] = found
            if not np.isfinite(course.losses[:u] + course.squares[:u]).all():
                break
        course.go(course.done + 1)
        learned = Learned(course.losses[: course.done, 0].copy(), np.sqrt(course.squares[: course.done, 0]), kept)
        lost = learned.blew_up_at
        if lost is None:
            return learned
        course.begin(weights, x, targets, lr)  # the same again: its weights were not kept
        kept = {u: found for u, found in kept.items() if u < lost} | {lost: course.go(lost)}
        return Learned(learned.losses[: lost + 1], learned.norms[: lost + 1], kept)
