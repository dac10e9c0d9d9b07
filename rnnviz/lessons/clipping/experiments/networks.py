"""What a clipping lesson's settings stand for: the task, the networks at update 0, the rule of an update."""

from __future__ import annotations

from types import MappingProxyType

import torch

from rnnviz.cells import CELLS
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.models import initialise
from rnnviz.models.network import Network
from rnnviz.tasks.copying import Copying
from rnnviz.tasks.memory import MemoryTask
from rnnviz.tasks.recall import Recall
from rnnviz.tasks.temporal_order import TemporalOrder
from rnnviz.training.lockstep import UpdateRule

TASKS: MappingProxyType[str, type[MemoryTask]] = MappingProxyType(
    {"temporal_order": TemporalOrder, "recall": Recall, "copying": Copying}
)
BATCH = 20  # sequences an update sees


def task_of(config: ClippingConfig) -> MemoryTask:
    """The problem to learn."""
    return TASKS[config.task](config.length)


def network_of(config: ClippingConfig) -> Network:
    """The network at update 0, in float32. Equal configs give equal weights."""
    task, generator = task_of(config), torch.Generator().manual_seed(config.seed)
    cell = CELLS[config.cell]()
    network = Network(cell, len(task.symbols), config.units, len(task.classes), generator=generator)
    if config.start == "orthogonal" and config.heeds("start"):
        initialise.orthogonal(network, generator)
    if config.start == "identity" and config.heeds("start"):
        initialise.identity(network)
    if config.keep and config.heeds("keep"):
        initialise.forget_bias(network, config.keep)
    return network


def free(config: ClippingConfig) -> UpdateRule:
    """An update without clipping."""
    return UpdateRule(lr=config.rate)


def clipped(config: ClippingConfig) -> UpdateRule:
    """An update with the lesson's clipping."""
    by_norm = config.how == "norm"
    return UpdateRule(
        config.rate, max_norm=config.theta if by_norm else None, clip_value=None if by_norm else config.theta
    )
