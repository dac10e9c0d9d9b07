"""The same network trained twice, without and with clipping: what happens to each?"""

from __future__ import annotations

import numpy as np

from rnnviz.cells.activations import SLOPES
from rnnviz.cells.cell import Array
from rnnviz.engine.threads import one_thread
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.networks import BATCH, clipped, free, network_of, task_of
from rnnviz.lessons.clipping.experiments.pair import Frame, State, Terms, Theatre
from rnnviz.lessons.vanishing.experiments.steps import STEEPEST
from rnnviz.tasks.memory import Batch
from rnnviz.training.lockstep import Lockstep, PassMetrics

UPDATES = 4_000
MORE = 2_000  # updates after a change
MOST = 12_000  # updates one network pair gets, over all changes
STRIDE = 40  # updates between frames
LEAP = 0.15  # a step longer than this share of the weights' own length gets a frame before it and one after
LEAPS = 120  # frames for leaps, at the most
SHOWN = 12  # hidden units of the picture
PROBES = 8  # sequences on which a frame measures; the first is shown
FLAT = 0.05  # a unit is saturated where its slope is below this share of its steepest


class Rehearsal:
    """The two trainings while they go on. Same seed: same first weights, same sequences."""

    def __init__(self, config: ClippingConfig) -> None:
        self.config, self.task = config, task_of(config)
        networks = [network_of(config), network_of(config)]
        rules = [free(config), clipped(config)]
        shape = self.task.seq_len, self.task.scored
        self.pair = Lockstep(networks, shape[0], BATCH, shape[1], rules)
        self.probe = Lockstep(networks, shape[0], PROBES, shape[1], rules)
        self.data = np.random.default_rng(config.seed)
        x, targets = self.task.batch(PROBES, np.random.default_rng(config.seed + 10_000))
        self.watched = np.tile(x, (1, 2, 1)), np.tile(targets, (1, 2))
        self.passes: list[PassMetrics] = []
        self.frames: list[Frame] = []
        self.terms = [Terms(0, config.theta, config.rate, config.how)]
        self.leapt, self.leaps = False, 0
        self.look()

    @classmethod
    def resumed(cls, run: Theatre) -> Rehearsal:
        """Go on where a run stands."""
        found = cls(run.config)
        found.pair.flat[:], found.pair.updates = run.state.weights, run.updates
        found.batch, found.data.bit_generator.state = Batch(run.state.x, run.state.targets), run.state.generator
        found.passes = [
            PassMetrics(*row) for row in zip(*(getattr(run, name) for name in PassMetrics._fields), strict=True)
        ]
        found.frames, found.terms = [*run.frames], [*run.terms]
        found.leaps = sum(frame.update % STRIDE > 0 for frame in run.frames)
        found.passes[-1] = found.both()
        return found

    @property
    def updates(self) -> int:
        """Updates so far."""
        return self.pair.updates

    def change(self, config: ClippingConfig) -> None:
        """Go on from here with another threshold or rate: the next step obeys it already."""
        self.config = config
        self.pair.rules = [free(config), clipped(config)]
        self.terms = [terms for terms in self.terms if terms.update < self.updates]
        self.terms.append(Terms(self.updates, config.theta, config.rate, config.how))
        self.passes[-1] = self.both()

    def advance(self, updates: int) -> None:
        """Train on."""
        with one_thread():
            for _ in range(updates):
                self.pair.step()
                self.look()

    def look(self) -> None:
        """One pass on fresh sequences; the same for both networks."""
        self.batch = self.task.batch(BATCH, self.data)
        seen = self.both()
        self.passes.append(seen)
        leaping = bool(np.any(self.config.rate * seen.clipped > LEAP * np.linalg.norm(self.pair.flat, axis=1)))
        fresh = (leaping or self.leapt) and self.leaps < LEAPS
        self.leaps += fresh
        self.leapt = leaping
        if fresh or self.updates % STRIDE == 0:
            self.frames.append(self.frame())

    def both(self) -> PassMetrics:
        """Both networks on the latest sequences."""
        x, targets = self.batch
        return self.pair.forward_backward(np.tile(x, (1, 2, 1)), np.tile(targets, (1, 2)))

    def frame(self) -> Frame:
        """Measure both networks as they are."""
        self.probe.flat[:] = self.pair.flat
        self.probe.forward_backward(*self.watched)
        hidden = self.probe.hidden[:, :SHOWN, :, 0].transpose(2, 1, 0)
        reach = np.sqrt(np.square(self.probe.grad_hidden, dtype=np.float64).sum(axis=(1, 3))).T
        length = np.linalg.norm(self.pair.flat.astype(np.float64), axis=1)
        return Frame(self.updates, hidden.copy(), reach, saturation(self.probe), stretch(self.pair), length)

    def result(self) -> Theatre:
        """What is known so far."""
        curves = PassMetrics(*(np.array(column, dtype=np.float32) for column in zip(*self.passes, strict=True)))
        x, targets = self.watched
        symbols = tuple(self.task.spell(x[:, 0]))
        answer = "".join(self.task.classes[k] for k in targets[:, 0][-10:])
        return Theatre(
            config=self.config,
            symbols=symbols,
            answer=answer,
            **curves._asdict(),
            frames=[*self.frames],
            terms=[*self.terms],
            state=State(self.pair.flat.copy(), *self.batch, self.data.bit_generator.state),
            baseline=self.task.baseline,
            chance=self.task.chance,
        )


def saturation(networks: Lockstep) -> Array:
    """Share of all activations, over blocks, steps and sequences, whose slope is nearly flat; (K,)."""
    forward = networks.stack.parts["l0"].forward
    flat = []
    with np.errstate(all="ignore"):
        for block in forward.cell.blocks:
            slope = SLOPES[block.activation](networks.apart(getattr(forward.views, block.symbol)))
            flat.append(~(slope > FLAT * STEEPEST[block.activation]))
    found: Array = np.concatenate(flat, axis=1).mean(axis=(0, 1, 3))
    return found


def stretch(networks: Lockstep) -> Array:
    """How much weight_hh can lengthen a vector: its largest singular value, (K,)."""
    weights = networks.weights.get("rnn.weight_hh_l0")
    found = np.full(len(networks.flat), np.nan)
    for k, matrix in enumerate(() if weights is None else weights):
        if np.isfinite(matrix).all():
            found[k] = np.linalg.norm(matrix, 2)
    return found


def rehearse(config: ClippingConfig, updates: int = UPDATES) -> Theatre:
    """The whole training at once."""
    rehearsal = Rehearsal(config)
    rehearsal.advance(updates)
    return rehearsal.result()
