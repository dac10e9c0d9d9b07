"""Train one network, with snapshots."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import torch
from torch import Tensor

from rnnviz.models.forward_pass import differentiable, forward_pass
from rnnviz.models.network import Network
from rnnviz.records.recording import Loss, trace_of
from rnnviz.records.trace import History
from rnnviz.training.clip import clip_each
from rnnviz.training.loop import PassResult, Stop, descend
from rnnviz.training.settings import Settings


class Training:
    """A training that can be stopped, changed and resumed: assign ``settings`` between runs.

    Args:
        network: is trained in place.
        batch: inputs (T, B, I), the same at every update.
        loss_fn: from logits (T, B, O) to one number; targets by closure.
        settings: optimiser, rate, clipping, truncation.

    Raises:
        ValueError: if every parameter is frozen, or two names stand for one.
    """

    def __init__(self, network: Network, batch: Tensor, loss_fn: Loss, settings: Settings) -> None:
        self.network, self.batch, self.loss_fn, self.settings = network, batch, loss_fn, settings
        self.parameters = {name: p for name, p in network.named_parameters() if p.requires_grad}
        if not self.parameters:
            raise ValueError("There is nothing to train: every parameter is frozen. Set requires_grad on some.")
        if len(self.parameters) < sum(p.requires_grad for _, p in network.named_parameters(remove_duplicate=False)):
            raise ValueError("Two names stand for one parameter, whose gradient would miss a share: untie them.")
        self.optimizer = settings.build(self.parameters.values())

    def run(self, updates: int, snapshots: Collection[int] = (), stop: Stop | None = None) -> History:
        """Go on for so many updates, until ``stop(loss, clipping)``, or until a number is no longer finite.

        The history's index 0 is where this run starts; ``snapshots`` counts from there, too.
        """
        with differentiable():
            return descend(self.forward_backward, self.step, updates, snapshots, stop)[0]

    def forward_backward(self, record: bool) -> PassResult:
        """One pass at the parameters as they are; its gradient, clipped, waits in the parameters."""
        forward = forward_pass(self.network, self.batch, record=record, truncation=self.settings.truncation)
        loss = self.loss_fn(forward.outputs)
        gradients = forward.gradients(loss, self.parameters)
        value = loss.item()
        traces = [trace_of(forward.weights(), forward.run, forward.outputs, value)] if record else None
        for name, parameter in self.parameters.items():
            parameter.grad = torch.from_numpy(gradients[name])
        return PassResult([value], clip_each([g[None] for g in gradients.values()], [self.settings.thresholds]), traces)

    def step(self) -> None:
        """One update."""
        self.optimizer.step(self.settings.lr)


def train(
    network: Network,
    batch: Tensor,
    loss_fn: Loss,
    *,
    updates: int,
    snapshots: Collection[int] = (),
    stop: Stop | None = None,
    **settings: Any,
) -> History:
    """Train a network in place and keep the passes asked for.

    Args:
        network: what to train.
        batch: inputs (T, B, I), the same at every update.
        loss_fn: from logits (T, B, O) to one number; targets by closure.
        updates: U.
        snapshots: the u whose pass, at the parameters after u updates, is recorded. It is the training's own pass.
        stop: given the loss and what clipping did, whether this was the last pass.
        settings: fields of ``Settings``: ``optimizer``, ``lr``, ``momentum``, ``max_norm``, ``clip_value``,
            ``truncation``.
    """
    return Training(network, batch, loss_fn, Settings(**settings)).run(updates, snapshots, stop)
