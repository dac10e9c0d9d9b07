"""Adam on the same sequence again and again: every update is known beforehand, so all of them are one program."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.native import compile_steps
from rnnviz.engine.ops import Instruction, Op, SquaredLength, copied
from rnnviz.engine.pool import Pool
from rnnviz.engine.stack import Stack
from rnnviz.engine.threads import one_thread
from rnnviz.models.first_weights import FirstWeights
from rnnviz.training.adam import Adam
from rnnviz.training.flat_parameters import FlatParameters, Shapes

FLOAT = np.dtype(np.float32)
STRIDE = 10  # updates between two looks for numbers that are not finite, at the most


class TrainingState(NamedTuple):
    """Where a training stands: all weights in one row (P,), and what Adam remembers of their gradients."""

    weights: Array
    mean: Array
    squares: Array


class SequenceHistory(NamedTuple):
    """What a training on one sequence has done in U updates so far. Index u means after u updates."""

    losses: Array  # (U+1,), nats
    norms: Array  # (U+1,), length of the whole gradient
    weights: dict[int, Array]  # all of them in one row (P,), after the u asked for
    state: TrainingState  # after U updates

    @property
    def updates(self) -> int:
        """U."""
        return len(self.losses) - 1

    @property
    def blew_up_at(self) -> int | None:
        """The first u whose loss or gradient is infinite or not a number; training ends there. None if it never was."""
        lost = np.flatnonzero(~np.isfinite(self.losses + self.norms))
        return int(lost[0]) if lost.size else None


class SequenceTraining:
    """The training of one network on one sequence: its buffers, and the program that makes all updates.

    Args:
        stack: one network, one sequence; one layer read forward, without a projection.
        shapes: of its weights and the readout's, by a ``Network``'s names.
        updates: U.
    """

    def __init__(self, stack: Stack, shapes: Shapes, updates: int) -> None:
        self.parameters, self.updates, self.done = FlatParameters(stack, shapes, slice(None)), updates, 0
        self.part = stack.parts["l0"]
        self.adam = Adam(self.parameters.flat, self.parameters.gradient, updates + 1)
        self.losses = np.zeros((updates + 1, 1), stack.columns.dtype)
        self.squares = np.zeros((updates + 1, 1))  # of the gradient's length
        self.program = compile_steps(self.update, range(updates + 1))

    @classmethod
    def of(cls, stack: Stack, shapes: Shapes, updates: int) -> SequenceTraining:
        """The training whose weights the stack reads already, if it fits; else a new one."""
        training = stack.bound_to
        if isinstance(training, cls) and (training.parameters.shapes, training.updates) == (dict(shapes), updates):
            return training
        stack.bound_to = training = cls(stack, shapes, updates)
        return training

    def begin(self, state: TrainingState, done: int, x: Array, targets: Array, lr: float) -> None:
        """Stand here after so many updates; go on, on x (T, 1, I) and targets (T, 1), at this rate."""
        self.done = done
        self.parameters.clear([state.weights])
        self.part.forward.x[:] = x.transpose(0, 2, 1)
        self.part.forward.start({})
        self.part.backward.start({})
        self.parameters.readout.hold(targets)
        self.adam.begin(lr)
        self.adam.mean[:], self.adam.squares[:] = state.mean, state.squares

    @property
    def state(self) -> TrainingState:
        """Where the training stands."""
        return TrainingState(self.parameters.flat[0].copy(), self.adam.mean[0].copy(), self.adam.squares[0].copy())

    def run(self, updates: int) -> Array:
        """Train until so many updates are done; return the weights (P,)."""
        if self.program:
            self.program.part(self.done, updates)
        else:
            for call in (call for u in range(self.done, updates) for call in self.update(u)):
                call()
        self.done = updates
        weights: Array = self.parameters.flat[0].copy()
        return weights

    def run_with_snapshots(self, end: int, snapshots: Collection[int]) -> tuple[dict[int, Array], TrainingState]:
        """Train until ``end`` updates are done, or a little past where it blows up, and measure there.

        Returns:
            The snapshots' weights, and where the training stands.
        """
        start, kept = self.done, {}
        for u in sorted({*(u for u in snapshots if start <= u <= end), *range(start, end, STRIDE), end}):
            weights = self.run(u)
            if u in snapshots:
                kept[u] = weights
            if not np.isfinite(self.losses[start:u] + self.squares[start:u]).all():
                break
        state = self.state
        self.run(self.done + 1)
        return kept, state

    def measured_since(self, start: int) -> tuple[Array, Array]:
        """Losses and lengths of the gradients from so many updates on."""
        return self.losses[start : self.done, 0].copy(), np.sqrt(self.squares[start : self.done, 0])

    def update(self, u: int) -> Iterator[Instruction]:
        """One pass forward and back, and a step."""
        part, parameters = self.part, self.parameters
        yield from part.forward.packing
        yield from part.forward.loop(masked=False)
        yield from parameters.readout.instructions
        yield copied(parameters.readout.losses, self.losses[u])
        yield from part.local.instructions
        yield from part.backward.loop(masked=False)
        yield from self.collected()
        yield Op(SquaredLength(), (parameters.gradient,), self.squares[u])
        yield from self.adam.calls(u)

    def collected(self) -> Iterator[Instruction]:
        """The recurrent weights' gradients, gathered."""
        sums = self.part.packed_sums(grouped=True)
        yield from sums.instructions
        for name, gradient in sums.by_name(sums.gathered).items():
            yield copied(gradient, self.parameters.gradients[f"rnn.{name}_l0"])
        for name, rows, seen in self.part.peepholes():
            yield Op(np.vecdot, (rows.T, seen.T), self.parameters.gradients[f"rnn.{name}_l0"])


def train_on_sequence(
    first_weights: FirstWeights,
    x: Array,
    targets: Array,
    *,
    lr: float,
    updates: int,
    snapshots: Collection[int] = (),
    before: SequenceHistory | None = None,
    until: int | None = None,
) -> SequenceHistory:
    """Train a network with Adam on one sequence, until so many updates are done or it blows up.

    Args:
        first_weights: what it begins with.
        x: inputs (T, 1, I).
        targets: one class for each step, (T, 1).
        lr: learning rate.
        updates: U, of the whole training.
        snapshots: the u whose weights are kept; those of the one that blew up are kept, too.
        before: what of this training has been done already; None: nothing.
        until: how many updates are done when this returns; all if left out.
    """
    lease = Pool(first_weights.plan).lend(len(x), 1, 1, FLOAT, masked=False)
    training = SequenceTraining.of(lease.stack, {name: w.shape for name, w in first_weights.weights.items()}, updates)
    end = updates if until is None else min(until, updates)
    before = before or untrained(first_weights)
    data = x, targets, lr
    with one_thread(), np.errstate(all="ignore"):
        training.begin(before.state, before.updates, *data)
        kept, state = training.run_with_snapshots(end, snapshots)
        history = continued(before, *training.measured_since(before.updates), kept, state)
        lost = history.blew_up_at
        if lost is None:
            return history
        training.begin(before.state, before.updates, *data)  # once more up to there: those weights were not kept
        weights = {u: row for u, row in history.weights.items() if u < lost} | {lost: training.run(lost)}
        return SequenceHistory(history.losses[: lost + 1], history.norms[: lost + 1], weights, training.state)


def untrained(first_weights: FirstWeights) -> SequenceHistory:
    """The history of a training before its first update, not even measured there."""
    row, unmeasured = first_weights.row, np.zeros(1)
    return SequenceHistory(unmeasured, unmeasured, {}, TrainingState(row, np.zeros_like(row), np.zeros_like(row)))


def continued(
    before: SequenceHistory, losses: Array, norms: Array, weights: dict[int, Array], state: TrainingState
) -> SequenceHistory:
    """A history with what was measured from its last update on."""
    known = before.updates  # the latest pass has been measured once more
    return SequenceHistory(
        np.concatenate([before.losses[:known], losses], dtype=losses.dtype),
        np.concatenate([before.norms[:known], norms], dtype=norms.dtype),
        before.weights | weights,
        state,
    )
