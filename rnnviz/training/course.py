"""A training whose every update is known beforehand: Adam on the same sequence again and again, as one program."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.calls import Op, Play, copied, program_of
from rnnviz.engine.loops import SquaredLength
from rnnviz.engine.pool import Pool
from rnnviz.engine.stack import Stack
from rnnviz.engine.threads import one_thread
from rnnviz.models.first_weights import Start
from rnnviz.training.adam import Adam
from rnnviz.training.bench import Bench, Shapes

FLOAT = np.dtype(np.float32)
STRIDE = 10  # updates between two looks for numbers that are not finite, at the most


class Stand(NamedTuple):
    """Where a training stands: all weights in one row (P,), and what Adam remembers of their gradients."""

    weights: Array
    mean: Array
    squares: Array


class Learned(NamedTuple):
    """What one training has done in U updates so far. Index u means after u updates."""

    losses: Array  # (U+1,), nats
    norms: Array  # (U+1,), length of the whole gradient
    weights: dict[int, Array]  # all of them in one row (P,), after the u asked for
    stand: Stand  # after U updates

    @property
    def updates(self) -> int:
        """U."""
        return len(self.losses) - 1

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
        self.program = program_of(self.update, range(updates + 1))

    @classmethod
    def of(cls, stack: Stack, shapes: Shapes, updates: int) -> Course:
        """The course that the stack is fastened to, if it is of this kind; else a new one."""
        course = stack.bound
        if not (isinstance(course, cls) and (course.bench.shapes, course.updates) == (dict(shapes), updates)):
            course = stack.bound = cls(stack, shapes, updates)
        return course

    def begin(self, stand: Stand, done: int, x: Array, targets: Array, lr: float) -> None:
        """Stand here after so many updates; go on, on x (T, 1, I) and targets (T, 1), at this rate."""
        self.done = done
        self.bench.clear([stand.weights])
        self.part.forward.x[:] = x.transpose(0, 2, 1)
        self.part.forward.start({})
        self.part.reverse.start({})
        self.bench.scoring.hold(targets)
        self.adam.begin(lr)
        self.adam.mean[:], self.adam.squares[:] = stand.mean, stand.squares

    @property
    def stand(self) -> Stand:
        """Where the training stands."""
        return Stand(self.bench.flat[0].copy(), self.adam.mean[0].copy(), self.adam.squares[0].copy())

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

    def update(self, u: int) -> Iterator[Play]:
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

    def collected(self) -> Iterator[Play]:
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
    before: Learned | None = None,
    until: int | None = None,
) -> Learned:
    """Train a network with Adam on one sequence, until so many updates are done or it blows up.

    Args:
        start: what it begins with.
        x: inputs (T, 1, I).
        targets: one class for each step, (T, 1).
        lr: learning rate.
        updates: U, of the whole training.
        snapshots: the u whose weights are kept; those of the one that blew up are kept, too.
        before: what of this training has been done already; None: nothing.
        until: how many updates are done when this returns; all if left out.
    """
    lease = Pool(start.plan).lend(len(x), 1, 1, FLOAT, masked=False)
    course = Course.of(lease.stack, {name: w.shape for name, w in start.weights.items()}, updates)
    end = updates if until is None else min(until, updates)
    stand = before.stand if before else Stand(start.row, *(np.zeros_like(start.row) for _ in range(2)))
    done = before.updates if before else 0
    kept = dict(before.weights) if before else {}
    with one_thread(), np.errstate(all="ignore"):
        course.begin(stand, done, x, targets, lr)
        for u in sorted({*(u for u in snapshots if done <= u <= end), *range(done, end, STRIDE), end}):
            weights = course.go(u)
            if u in snapshots:
                kept[u] = weights
            if not np.isfinite(course.losses[done:u] + course.squares[done:u]).all():
                break
        reached = course.stand
        course.go(course.done + 1)
        learned = joined(before, course, done, kept, reached)
        lost = learned.blew_up_at
        if lost is None:
            return learned
        course.begin(stand, done, x, targets, lr)  # once more: its weights were not kept
        kept = {u: weights for u, weights in kept.items() if u < lost} | {lost: course.go(lost)}
        return Learned(learned.losses[: lost + 1], learned.norms[: lost + 1], kept, course.stand)


def joined(before: Learned | None, course: Course, done: int, kept: dict[int, Array], stand: Stand) -> Learned:
    """What was done before, and what the course has measured since."""
    losses, norms = course.losses[done : course.done, 0].copy(), np.sqrt(course.squares[done : course.done, 0])
    if before:
        losses, norms = (
            np.concatenate(parts) for parts in ((before.losses[:done], losses), (before.norms[:done], norms))
        )
    return Learned(losses, norms, kept, stand)
