"""The same network trained twice, without and with clipping, a slice at a time: what happens to each?"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from rnnviz.cells import CELLS
from rnnviz.cells.activations import SLOPES, STEEPEST
from rnnviz.cells.cell import Array
from rnnviz.engine.plan import Plan
from rnnviz.engine.threads import one_thread
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.networks import clipped, first_weights, free
from rnnviz.lessons.clipping.experiments.pair import LEVELS, Frame, Pair, Stand, Terms
from rnnviz.models.first_weights import FirstWeights
from rnnviz.studies.race import BATCH, generator_at, shares_right
from rnnviz.tasks.memory import Batch, MemoryTask
from rnnviz.training.lockstep import Lockstep, PassMetrics
from rnnviz.work.slices import Slice, Work

UPDATES = 4_000
MORE = 2_000  # updates after a change
MOST = 12_000  # updates one pair gets, over all changes
PIECE = 3_000_000  # updates × sequences × steps × units × blocks of one slice, about a tenth of a second
STRIDE = 40  # updates between frames
LEAP = 0.15  # a step longer than this share of the weights' own length gets a frame before it and one after
LEAPS = 120  # frames for leaps, at the most
SHOWN = 12  # hidden units of the picture
PROBES = 8  # sequences on which a frame measures; the first is shown
FLAT = 0.05  # a unit is saturated where its slope is below this share of its steepest


def training(config: ClippingConfig, updates: int = UPDATES, nudge: float = 0.0) -> Work[Pair, Pair]:
    """Train a pair from its first weights on, each of them made larger by a share ``nudge`` of itself."""
    return Work(partial(begun, config.key, nudge), partial(trained, updates))


def training_on(pair: Pair, config: ClippingConfig, goal: int) -> Work[Pair, Pair]:
    """Go on with a pair, under the threshold, the kind of clipping and the rate of this config."""
    return Work(partial(changed, pair, config.key), partial(trained, goal))


def begun(config: ClippingConfig, nudge: float = 0.0) -> Pair:
    """Both networks before their first step. Same seed: same first weights, same sequences."""
    task = config.problem
    weights = np.stack([np.float32(first_weights(config).row * (1 + np.float64(nudge)))] * 2)
    generator = np.random.default_rng(config.seed)
    batch = task.batch(BATCH, generator)
    x, targets = probes(config)
    nothing: dict[str, Any] = dict.fromkeys(PassMetrics._fields, np.zeros((0, 2), np.float32))
    unmeasured = Pair(
        config=config,
        symbols=tuple(task.spell(x[:, 0])),
        answer="".join(task.classes[k] for k in targets[:, 0][-10:]),
        **nothing,
        frames=(),
        terms=(Terms(0, config.max_norm, config.lr, config.clip),),
        stand=Stand(weights, *batch, generator.bit_generator.state, leaping=False),
        baseline=task.baseline,
        chance=task.chance,
    )
    return Networks(unmeasured).measured().pair


def changed(pair: Pair, config: ClippingConfig) -> Pair:
    """The pair as it stands, under other terms: the next step obeys them already."""
    terms = [terms for terms in pair.terms if terms.update < pair.updates]
    now = Terms(pair.updates, config.max_norm, config.lr, config.clip)
    networks = Networks(replace(pair, config=config, terms=(*terms, now)))
    curves: dict[str, Any] = {
        name: np.vstack([getattr(pair, name)[:-1], np.float32(row)])
        for name, row in networks.forward_backward()._asdict().items()
    }
    return replace(networks.pair, **curves)


def trained(goal: int, pair: Pair, units: int | None = None) -> Slice[Pair, Pair]:
    """Train a pair a little further: so many updates."""
    networks, task, plan = Networks(pair), pair.config.problem, plan_of(pair.config)
    cost = 2 * BATCH * task.seq_len * plan.hidden_size * len(plan.cell.blocks)
    with one_thread():
        for _ in range(min(units or max(1, PIECE // cost), goal - pair.updates)):
            networks.step()
    after = networks.pair
    return Slice(after, after, after.updates / goal)


def probes(config: ClippingConfig) -> Batch:
    """The sequences on which every frame measures."""
    return config.problem.only_asked().batch(PROBES, np.random.default_rng(config.seed + 10_000))


class Networks:
    """Both networks of a pair on the engine's buffers, for as long as a slice takes; ``pair`` is what it made of it."""

    def __init__(self, pair: Pair) -> None:
        self.before, config = pair, pair.config
        task, plan = config.problem, plan_of(config)
        self.task, self.rate = task, config.lr
        self.starts = [FirstWeights.of_row(plan, len(task.classes), row) for row in pair.stand.weights]
        self.runs = self.side_by_side(task, BATCH)
        self.batch = Batch(pair.stand.x, pair.stand.targets)
        self.data = generator_at(pair.stand.generator)
        self.leaping, self.leaps = pair.stand.leaping, sum(frame.update % STRIDE > 0 for frame in pair.frames)
        self.rows: list[PassMetrics] = []
        self.frames: list[Frame] = []

    def side_by_side(self, task: MemoryTask, batch: int) -> Lockstep:
        """Both networks on a task, each on so many sequences."""
        rules = [free(self.before.config), clipped(self.before.config)]
        return Lockstep(self.starts, task.seq_len, batch, task.scored, rules)

    @cached_property
    def probe(self) -> Lockstep:
        """Both networks on the sequences of the frames, whose error is that of the answers that memory gives."""
        return self.side_by_side(self.task.only_asked(), PROBES)

    @property
    def updates(self) -> int:
        """Updates so far."""
        return self.before.updates + len(self.rows)

    @property
    def pair(self) -> Pair:
        """The pair as it stands now."""
        columns = {name: [getattr(row, name) for row in self.rows] for name in PassMetrics._fields}
        curves: dict[str, Any] = {
            name: np.vstack([getattr(self.before, name), *(np.float32(row) for row in rows)]).astype(np.float32)
            for name, rows in columns.items()
        }
        stand = Stand(self.runs.flat.copy(), *self.batch, self.data.bit_generator.state, leaping=self.leaping)
        return replace(self.before, **curves, frames=(*self.before.frames, *self.frames), stand=stand)

    def step(self) -> None:
        """One update, and a look at what it gave. A slice begins with the pass that the one before ended with."""
        if not self.rows:
            self.forward_backward()
        self.runs.step()
        self.batch = self.task.batch(BATCH, self.data)
        self.measured()

    def measured(self) -> Networks:
        """Add the pass at these weights to the curves, and a frame where one is due."""
        row = self.forward_backward()
        leapt, self.leaping = self.leaping, leaps(row, self.rate, self.runs.flat)
        self.rows.append(row)
        fresh = (self.leaping or leapt) and self.leaps < LEAPS
        self.leaps += fresh
        if fresh or self.updates % STRIDE == 0:
            self.frames.append(self.frame())
        return self

    def forward_backward(self) -> PassMetrics:
        """Both networks on the latest sequences; the clipped gradients wait for a step."""
        x, targets = np.tile(self.batch.x, (1, 2, 1)), np.tile(self.batch.targets, (1, 2))
        seen = self.runs.forward_backward(x, targets)
        return seen._replace(accuracies=shares_right(self.runs, self.task, targets))

    def frame(self) -> Frame:
        """Measure both networks as they are."""
        x, targets = probes(self.before.config)
        self.probe.flat[:] = self.runs.flat
        self.probe.forward_backward(np.tile(x, (1, 2, 1)), np.tile(targets, (1, 2)))
        hidden = self.probe.hidden[:, :SHOWN, :, 0].transpose(2, 1, 0)
        reach = np.sqrt(np.square(self.probe.grad_hidden, dtype=np.float64).sum(axis=(1, 3))).T
        numbers = reach, saturation(self.probe), stretch(self.runs), length(self.runs)
        return Frame(self.updates, levels(hidden), *(array.astype(np.float32) for array in numbers))


def plan_of(config: ClippingConfig) -> Plan:
    """What the networks are made of."""
    return Plan(CELLS[config.cell](), len(config.problem.symbols), config.hidden_size)


def leaps(row: PassMetrics, rate: float, weights: Array) -> bool:
    """Whether the next step of either is a leap."""
    return bool(np.any(rate * row.clipped > LEAP * np.linalg.norm(weights, axis=1)))


def levels(hidden: Array) -> Array:
    """States from −1 to 1 as steps of a colour."""
    shown = np.round(np.nan_to_num(hidden).clip(-1, 1) * LEVELS).astype(np.int8)
    return np.where(np.isfinite(hidden), shown, np.int8(-LEVELS - 1))


def length(networks: Lockstep) -> Array:
    """Length of all weights together, (K,)."""
    lengths: Array = np.linalg.norm(networks.flat.astype(np.float64), axis=1)
    return lengths


def saturation(networks: Lockstep) -> Array:
    """Share of all activations, over blocks, steps and sequences, whose slope is nearly flat; (K,)."""
    forward = networks.stack.parts["l0"].forward
    flat = []
    with np.errstate(all="ignore"):
        for block in forward.cell.blocks:
            slope = SLOPES[block.activation](networks.apart(getattr(forward.views, block.symbol)))
            flat.append(~(slope > FLAT * STEEPEST[block.activation]))
    share: Array = np.concatenate(flat, axis=1).mean(axis=(0, 1, 3))
    return share


def stretch(networks: Lockstep) -> Array:
    """How much weight_hh can lengthen a vector: its largest singular value, (K,)."""
    weights = networks.weights.get("rnn.weight_hh_l0")
    largest = np.full(len(networks.flat), np.nan)
    for k, matrix in enumerate(() if weights is None else weights):
        if np.isfinite(matrix).all():
            largest[k] = np.linalg.norm(matrix, 2)
    return largest
