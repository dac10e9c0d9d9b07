"""Does training open the path? The gradient's way back through networks that learn to recall their first symbol."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from rnnviz.cells.cell import Array
from rnnviz.engine.threads import one_thread
from rnnviz.lessons.vanishing.config import TRAINED, GradientConfig
from rnnviz.lessons.vanishing.experiments.flow import Flow
from rnnviz.lessons.vanishing.experiments.networks import INPUTS, SEQUENCES, cell_of, network, signals
from rnnviz.lessons.vanishing.experiments.passes import Passes, go_back
from rnnviz.models.network import Network
from rnnviz.tasks.memory import Batch
from rnnviz.tasks.recall import Recall
from rnnviz.training.settings import Settings
from rnnviz.training.train import Training
from rnnviz.work.slices import Slice, Work

BATCH = 32
SETTINGS = Settings(lr=0.01, max_norm=1.0)
"""Adam."""


class Learner(NamedTuple):
    """One cell's network while it learns."""

    weights: dict[str, Tensor]  # by a network's names
    optimizer: list[Tensor]  # what it remembers
    passed: tuple[dict[str, Array], ...]  # the recurrent weights at every mark so far, in double precision
    recalls: tuple[float, ...]  # share of the batch's keys that it named there


class Course(NamedTuple):
    """The training of all chosen cells side by side, at one of the marks ``TRAINED``."""

    config: GradientConfig
    learners: dict[str, Learner]  # by cell

    @property
    def marks(self) -> int:
        """How many marks it has passed."""
        return len(next(iter(self.learners.values())).passed)


def before_after(config: GradientConfig) -> Work[Course, Flow]:
    """Train, from mark to mark, and look at the way back after each of them."""
    return Work(partial(begun, replace(config, loss_on="last")), to_next_mark)


def begun(config: GradientConfig) -> Course:
    """The family's members with ρ = 1, with a readout, before any training."""
    return Course(config, {name: Learner(*snapshot(training_of(config, name)), (), ()) for name in config.cells})


def to_next_mark(course: Course, _units: int | None = None) -> Slice[Course, Flow]:
    """Train to the next mark, however far, and keep what is there."""
    mark = course.marks
    updates = TRAINED[mark] - (TRAINED[mark - 1] if mark else 0)
    learners = {name: learned(course.config, name, one, updates) for name, one in course.learners.items()}
    after = Course(course.config, learners)
    so_far = flow(after)
    return Slice(after, so_far, so_far.share)


def learned(config: GradientConfig, name: str, learner: Learner, updates: int) -> Learner:
    """One cell's network after so many more updates."""
    training = training_of(config, name)
    training.network.load_state_dict(learner.weights)
    for now, then in zip(training.optimizer.memory(), learner.optimizer, strict=True):
        now.copy_(then)
    if updates:
        training.run(updates)
    passed = (*learner.passed, recurrent_weights(training.network))
    return Learner(*snapshot(training), passed, (*learner.recalls, recalled(training.network, batch_of(config))))


def snapshot(training: Training) -> tuple[dict[str, Tensor], list[Tensor]]:
    """Copies of a training's weights and of what its optimiser remembers."""
    weights = {name: weight.clone() for name, weight in training.network.state_dict().items()}
    return weights, [memory.clone() for memory in training.optimizer.memory()]


def batch_of(config: GradientConfig) -> Batch:
    """The sequences that are learned: one batch for all updates."""
    return Recall(config.seq_len).batch(BATCH, np.random.default_rng(config.seed))


def training_of(config: GradientConfig, name: str) -> Training:
    """One cell's network, from where the family's member with ρ = 1 stands."""
    cell, batch = cell_of(config, name), batch_of(config)
    generator = torch.Generator().manual_seed(config.seed)
    model = Network(cell, INPUTS, config.hidden_size, len(Recall.classes), generator=generator)
    model.rnn.load_state_dict(network(config, cell, config.seed).state_dict())
    wanted = torch.from_numpy(batch.targets[0])
    return Training(model, torch.from_numpy(batch.x), lambda logits: F.cross_entropy(logits[-1], wanted), SETTINGS)


def recalled(model: Network, batch: Batch) -> float:
    """Share of the batch's keys that it names."""
    with torch.no_grad():
        guesses = model(torch.from_numpy(batch.x))[-1].argmax(-1).numpy()
    return float((guesses == batch.targets[0]).mean())


def recurrent_weights(model: Network) -> dict[str, Array]:
    """The recurrent part's weights as they are, in double precision, by torch's names."""
    named = model.rnn.named_parameters()
    return {name.removesuffix("_l0"): weight.detach().numpy().astype(np.float64) for name, weight in named}


def flow(course: Course) -> Flow:
    """Send the same error of length 1 back through every network kept, on sequences of the task."""
    config, marks = course.config, course.marks
    values = tuple(map(float, TRAINED[:marks]))
    return Flow(
        config,
        "trained",
        values,
        {name: through(config, name, learner) for name, learner in course.learners.items()},
        marks=tuple((value, f"{value:g}") for value in values),
        notes=tuple(note(course, mark) for mark in range(marks)),
        share=marks / len(TRAINED),
    )


def note(course: Course, mark: int) -> str:
    """What has been learned at a mark, in one sentence."""
    config, learners = course
    parts = (f"{cell_of(config, name).title} recalls {one.recalls[mark]:.0%}" for name, one in learners.items())
    return f"{'; '.join(parts)} (a guess: {Recall(config.seq_len).chance:.0%})."


def through(config: GradientConfig, name: str, learner: Learner) -> Passes:
    """One cell: K marks, one seed."""
    sequences = batch_of(config).x[:, :SEQUENCES].transpose(0, 2, 1).astype(np.float64)
    _, direction = signals(config, config.seed)
    with one_thread():
        return go_back(
            config, cell_of(config, name), [[weights] for weights in learner.passed], [(sequences, direction)]
        )
