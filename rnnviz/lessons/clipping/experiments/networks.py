"""What the lesson's settings stand for: the task, the network at update 0, the rule of an update, a race's entry."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from rnnviz.cells import CELLS
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.models.first_weights import FirstWeights
from rnnviz.studies.race import Entry
from rnnviz.training.lockstep import UpdateRule

SEEDS = 10_000  # that a link takes, from 0 on


def first_weights(config: ClippingConfig) -> FirstWeights:
    """The network at update 0, in float32. Equal configs give equal weights."""
    import torch

    from rnnviz.models import initialise
    from rnnviz.models.network import Network

    task, generator = config.problem, torch.Generator().manual_seed(config.seed)
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
    return Entry(name, config.seed, config.problem, partial(first_weights, config.key), rule)


def asked(entry: Entry) -> Entry:
    """This entry with a loss on the answers that nothing but memory gives.

    A window then cuts off the way of these answers' errors, and no step's own loss.
    """
    return replace(entry, task=entry.task.only_asked())


def seeds_of(config: ClippingConfig, count: int) -> list[ClippingConfig]:
    """This config with ``count`` seeds, from its own on; behind the last one comes 0."""
    return [replace(config, seed=(config.seed + s) % SEEDS) for s in range(count)]
