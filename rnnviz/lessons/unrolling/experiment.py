"""What does a small network do, step by step, while it learns to spell a text?"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from rnnviz.cells import CELLS, Cell
from rnnviz.cells.cell import Array
from rnnviz.config.text import graphemes
from rnnviz.engine.plan import Plan
from rnnviz.lessons.unrolling.config import RunConfig
from rnnviz.models.first_weights import FirstWeights
from rnnviz.records.trace import LayerTrace, Trace
from rnnviz.tasks.next_character import NextCharacter
from rnnviz.training.lockstep import Lockstep, UpdateRule
from rnnviz.training.sequence_training import SequenceHistory, train_on_sequence
from rnnviz.work.slices import Slice, Work

UPDATES = 100
"""Every run is trained this far: its whole range is one film."""
PIECE = 150_000
"""Updates × steps × units of one slice, about a fifth of a second; a small run is one slice."""
FINE = (100_000, (2, 5, 10))
COARSE = (300_000, (20, 50))
"""Numbers in a film at the most (0.4 and 1.2 MB), and the updates between snapshots that are tried for it.

A small film comes quickly; long texts and large networks get a larger one with fewer snapshots, but always the first
and the last.
"""


@dataclass(frozen=True, eq=False)
class Unrolling:
    """A training on a text, with a record at each of S snapshots."""

    config: RunConfig
    cell: Cell
    task: NextCharacter
    updates: list[int]  # of the snapshots
    losses: Array  # (U+1,)
    blew_up_at: int | None  # the first update whose loss or gradient is infinite or not a number: training ends there
    layer: LayerTrace  # the passes of all snapshots, side by side as a batch, (T, S, ·)
    logits: Array  # (T, S, O)
    weights: dict[str, Array]  # (S, ...) by a network's names

    def snapshot(self, update: int) -> Trace:
        """The record of the pass after so many updates.

        Raises:
            ValueError: if there is none.
        """
        k = self.updates.index(update)
        layer, weights = self.layer.of(k), {name: w[k] for name, w in self.weights.items()}
        return Trace(layer.x, self.logits[:, k : k + 1], float(self.losses[update]), {"l0": layer}, weights)


def probabilities(run: Unrolling) -> Array:
    """What each step of each snapshot expects next, (S, T, O)."""
    return softmax(run.logits.swapaxes(0, 1))


def own_errors(run: Unrolling) -> Array:
    """The part of ∂L/∂h_t that comes from step t's own prediction, in each snapshot, (S, T, H).

    Worked out from that prediction: beside a huge error from later steps it would be lost.
    """
    wanted = np.eye(len(run.task.alphabet), dtype=np.float32)[list(run.task.targets)]
    with np.errstate(invalid="ignore", over="ignore"):
        own: Array = (probabilities(run) - wanted) / len(wanted) @ run.weights["readout.weight"]
    return own


def softmax(logits: Array) -> Array:
    """Probabilities along the last axis; NaN where the largest logit is not finite."""
    with np.errstate(invalid="ignore", over="ignore"):
        e = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return np.asarray(e / e.sum(axis=-1, keepdims=True))


def unroll(config: RunConfig, updates: int = UPDATES) -> Work[SequenceHistory | None, Unrolling]:
    """Train the configured network on its text, over the whole range of updates; look at all snapshots at once.

    Args:
        config: what to run; settings that only move the eye are ignored.
        updates: how far.
    """
    return Work(nothing, partial(learn_more, config.key, updates))


def nothing() -> None:
    """What has been learned before the first slice."""


def learn_more(
    config: RunConfig, goal: int, before: SequenceHistory | None, units: int | None = None
) -> Slice[SequenceHistory | None, Unrolling]:
    """Train a little further, so many updates, and look at the snapshots that there are."""
    task = NextCharacter(graphemes(config.text), config.seq_len)
    cell = CELLS[config.cell](**({"activation": config.activation} if config.uses("activation") else {}))
    letters = len(task.alphabet)
    start = FirstWeights.drawn(Plan(cell, letters, config.hidden_size), letters, config.seed)
    size = units or max(1, PIECE // (config.seq_len * config.hidden_size))
    regular = range(0, UPDATES + 1, stride(config, start, task))
    until = min(goal, (before.updates if before else 0) + size)
    learned = train_on_sequence(
        start,
        task.one_hot,
        np.array(task.targets)[:, None],
        lr=config.lr,
        updates=UPDATES,
        snapshots={*regular, until},
        before=before and without_last(before, regular),
        until=until,
    )
    over = learned.updates == goal or learned.blew_up_at is not None
    passes = seen(start, task, learned)
    run = Unrolling(config, cell, task, [*learned.weights], learned.losses, learned.blew_up_at, *passes)
    return Slice(learned, run, 1.0 if over else learned.updates / goal)


def without_last(before: SequenceHistory, regular: range) -> SequenceHistory:
    """What was learned, without the snapshot that was taken only because the slice ended there."""
    return before._replace(weights={u: weights for u, weights in before.weights.items() if u in regular})


def seen(
    start: FirstWeights, task: NextCharacter, history: SequenceHistory
) -> tuple[LayerTrace, Array, dict[str, Array]]:
    """What one pass of the network does with the weights of every snapshot, and those weights."""
    count = len(history.weights)
    run = Lockstep([start] * count, task.seq_len, 1, slice(None), [UpdateRule()] * count)
    run.flat[:] = list(history.weights.values())
    run.forward_backward(np.tile(task.one_hot, (1, count, 1)), np.tile(np.array(task.targets)[:, None], count))
    return run.record(), run.logits.copy(), {name: weight.copy() for name, weight in run.weights.items()}


def stride(config: RunConfig, start: FirstWeights, task: NextCharacter) -> int:
    """Updates between snapshots: as few as the bound on a film's size allows."""
    cell = start.plan.cell
    vectors = 2 + len(cell.blocks) + 3 * len(cell.states)
    numbers = sum(weight.size for weight in start.weights.values())
    numbers += task.seq_len * (vectors * config.hidden_size + len(task.alphabet))
    tried = [(bound, s) for bound, strides in (FINE, COARSE) for s in strides]
    return next((s for bound, s in tried if (UPDATES // s + 1) * numbers <= bound), UPDATES)
