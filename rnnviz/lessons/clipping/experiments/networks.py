"""What the lesson's settings stand for: the task, the network at update 0, the rule of an update, a race's entry."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from rnnviz.cells import CELLS
from rnnviz.lessons.clipping.config import TASKS, ClippingConfig
from rnnviz.models.first_weights import FirstWeights
from rnnviz.studies.race import Entry
from rnnviz.tasks.memory import MemoryTask
from rnnviz.training.lockstep import UpdateRule

SHORT = 20  # steps over which the memory waits at the most, where many networks are trained


def task_of(config: ClippingConfig) -> MemoryTask:
    """The problem to learn."""
    return TASKS[config.task](config.seq_len)


def first_weights(config: ClippingConfig) -> FirstWeights:
    """The network at update 0, in float32. Equal configs give equal weights."""
    import torch

    from rnnviz.models import initialise
    from rnnviz.models.network import Network

    task, generator = task_of(config), torch.Generator().manual_seed(config.seed)
    cell = CELLS[config.cell]()
    network = Network(cell, len(task.symbols), config.hidden_size, len(task.classes), generator=generator)
    if config.initial == "orthogonal" and config.uses("initial"):
        initialise.orthogonal(network, generator)
    if config.initial == "identity" and config.uses("initial"):
        initialise.identity(network)
    if config.forget_bias != "torch" and config.uses("forget_bias"):
        if config.forget_bias == "chrono":
            initialise.chrono(network, config.seq_len, generator)
        else:
            initialise.forget_bias(network, float(config.forget_bias))
    return FirstWeights.of(network)


def free(config: ClippingConfig) -> UpdateRule:
    """An update without clipping."""
    return UpdateRule(lr=config.lr)


def clipped(config: ClippingConfig) -> UpdateRule:
    """An update with the lesson's clipping."""
    by_norm = config.clip == "norm"
    bound = config.max_norm
    return UpdateRule(config.lr, max_norm=bound if by_norm else None, clip_value=None if by_norm else bound)


def entry(name: str, config: ClippingConfig, rule: UpdateRule) -> Entry:
    """One network of a race."""
    return Entry(name, config.seed, task_of(config), partial(first_weights, config.key), rule)


def seeds_of(config: ClippingConfig, count: int) -> list[ClippingConfig]:
    """This config with ``count`` seeds, from its own on."""
    return [replace(config, seed=(config.seed + s) % 10_000) for s in range(count)]


def short(config: ClippingConfig) -> ClippingConfig:
    """This config on a sequence that is short enough for many networks."""
    return replace(config, seq_len=min(config.seq_len, SHORT + TASKS[config.task].beyond_wait))
