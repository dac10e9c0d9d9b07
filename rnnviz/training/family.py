"""K networks that differ in one setting, run side by side in one pass: a slider's whole range at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed

import numpy as np
import torch
from torch import Tensor

from rnnviz.engine.call import Call
from rnnviz.engine.function import RecurrentFunction
from rnnviz.engine.layer_traces import layer_traces
from rnnviz.engine.pool import Pool
from rnnviz.engine.threads import one_thread
from rnnviz.models.forward_pass import asking
from rnnviz.models.network import Network
from rnnviz.records.recording import Loss
from rnnviz.records.trace import History, Trace
from rnnviz.training.clip import clip_each
from rnnviz.training.loop import PassResult, descend
from rnnviz.training.settings import Settings

Inputs = Tensor | Sequence[Tensor]
Losses = Loss | Sequence[Loss]


class Family:
    """K networks of one architecture: their parameters stacked, their sequences side by side as columns.

    Args:
        networks: of the same cell and sizes; they may differ in every number.
        x: inputs (T, B, I) for all, or one tensor for each, whose lengths may differ.
        loss_fn: from one network's logits (T, B, O) to one number, for all (it has to work under torch.func.vmap), or
            one for each.
    """

    def __init__(self, networks: Sequence[Network], x: Inputs, loss_fn: Losses) -> None:
        self.networks, self.losses = networks, loss_fn
        if len({(network.rnn.plan, network.readout.out_features) for network in networks}) != 1:
            raise ValueError("The networks of a family have the same cell and sizes.")
        self.inputs = [x] * len(networks) if isinstance(x, Tensor) else list(x)
        self.lengths = [len(one) for one in self.inputs]
        self.batch = self.inputs[0].shape[1]
        self.pool = Pool(networks[0].rnn.plan)
        self.x = torch.nn.utils.rnn.pad_sequence(self.inputs).flatten(1, 2)  # T, K * B, I
        self.active = np.repeat(np.arange(max(self.lengths))[:, None] < np.array(self.lengths), self.batch, axis=1)
        named = [dict(network.named_parameters()) for network in networks]
        self.parameters = {
            name: torch.stack([parameters[name].detach() for parameters in named]).requires_grad_() for name in named[0]
        }

    def run(self, *, record: bool) -> tuple[Tensor, Tensor, Call]:
        """Forward: the losses (K,), the logits (K, T, B, O), and where the numbers are."""
        plan, count = self.pool.plan, len(self.networks)
        call = Call(self.pool, count, None if self.active.all() else self.active, record=record)
        weights = [self.parameters[f"rnn.{name}_{part}"] for part, names in plan.weights.items() for name in names]
        weights = (
            [weight[0] for weight in weights] if count == 1 else weights
        )  # a call of one network has no axis for it
        y, *_ = RecurrentFunction.apply(call, self.x, *[None] * len(plan.cell.states), *weights)  # type: ignore[no-untyped-call]
        h = y.reshape(len(self.x), count, self.batch, -1).transpose(0, 1).flatten(1, 2)
        bias = self.parameters["readout.bias"].unsqueeze(1)
        logits = torch.baddbmm(bias, h, self.parameters["readout.weight"].transpose(1, 2))
        logits = logits.reshape(count, len(self.x), self.batch, -1)
        return self.loss(logits), logits, call

    def loss(self, logits: Tensor) -> Tensor:
        """Every network's own, (K,)."""
        if callable(self.losses) and self.active.all():
            losses: Tensor = torch.func.vmap(self.losses)(logits)
            return losses
        every = [self.losses] * len(self.networks) if callable(self.losses) else self.losses
        pairs = zip(every, logits, self.lengths, strict=True)
        return torch.stack([loss(one[:steps]) for loss, one, steps in pairs])

    def traces(self, logits: Tensor, losses: Tensor, call: Call) -> list[Trace]:
        """The record of every network, of its own length."""
        outputs = logits.detach().numpy()
        return [
            Trace(
                x=self.inputs[k].detach().numpy().copy(),
                y=outputs[k, :steps].copy(),
                loss=float(losses[k]),
                layers={name: layer.until(steps) for name, layer in layer_traces(call, k).items()},
                weights={name: stacked[k].detach().numpy().copy() for name, stacked in self.parameters.items()},
            )
            for k, steps in enumerate(self.lengths)
        ]

    def give_back(self) -> None:
        """Put the parameters back into the networks."""
        with torch.no_grad():
            for k, network in enumerate(self.networks):
                for name, parameter in network.named_parameters():
                    parameter.copy_(self.parameters[name][k])


def record_family(networks: Sequence[Network], x: Inputs, loss_fn: Losses) -> list[Trace]:
    """``record`` for K networks of one architecture in one pass: see ``Family`` for the arguments."""
    with one_thread(), asking():
        family = Family(networks, x, loss_fn)
        losses, logits, call = family.run(record=True)
        torch.autograd.grad(losses.sum(), list(family.parameters.values()))
        return family.traces(logits, losses.detach(), call)


@dataclass(frozen=True)
class FamilyTraining:
    """What a training of a family does at an update."""

    family: Family
    settings: Sequence[Settings]
    record: bool  # whether every backward pass is one for a record

    def forward_backward(self, record: bool) -> PassResult:
        """One pass of all networks; their gradients, clipped one by one, wait in the parameters."""
        for parameter in self.family.parameters.values():
            parameter.grad = None
        losses, logits, call = self.family.run(record=record or self.record)
        losses.sum().backward()  # type: ignore[no-untyped-call]
        traces = self.family.traces(logits, losses.detach(), call) if record else None
        gradients = [p.grad.numpy() for p in self.family.parameters.values() if p.grad is not None]
        return PassResult(losses.tolist(), clip_each(gradients, [one.thresholds for one in self.settings]), traces)


def train_family(
    networks: Sequence[Network],
    x: Inputs,
    loss_fn: Losses,
    *,
    updates: int,
    settings: Settings | Sequence[Settings],
    snapshots: Collection[int] = (),
    record: bool = False,
) -> list[History]:
    """``train`` for K networks of one architecture side by side, in place.

    Args:
        networks: differing in their numbers: seed, gain, forget bias.
        x: inputs (T, B, I) for all, or one tensor for each, whose lengths may differ.
        loss_fn: as in ``Family``.
        updates: U.
        settings: for all, or one for each; those may differ in their clipping only.
        snapshots: the u whose pass is recorded.
        record: go back as for a record at every update, so that cost does not depend on the snapshots.

    Returns:
        A history for each network; that of one that blew up ends there, the others go on.

    Raises:
        ValueError: for settings that differ in more, or a parameter that is frozen.
    """
    if not all(parameter.requires_grad for network in networks for parameter in network.parameters()):
        raise ValueError("A family trains every parameter, and one is frozen: train these networks one by one.")
    each = [settings] * len(networks) if isinstance(settings, Settings) else list(settings)
    if len({changed(one, max_norm=None, clip_value=None) for one in each}) != 1:
        raise ValueError(
            "The settings of a family differ in max_norm and clip_value only; train the others one by one."
        )
    family = Family(networks, x, loss_fn)
    optimizer = each[0].build(family.parameters.values())
    training = FamilyTraining(family, each, record)
    histories = descend(training.forward_backward, lambda: optimizer.step(each[0].lr), updates, snapshots)
    family.give_back()
    return histories
