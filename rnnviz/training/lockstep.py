"""A family of K networks of one shape trained side by side: the overhead of one training serves them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.cells.elman import Elman
from rnnviz.engine.layer_traces import DerivedGradients, layer_traces
from rnnviz.engine.pool import Pool
from rnnviz.engine.stack import Stack
from rnnviz.models.first_weights import FirstWeights
from rnnviz.records.trace import LayerTrace
from rnnviz.training.clip import Thresholds, clip_arrays
from rnnviz.training.flat_parameters import FlatParameters
from rnnviz.training.regulariser import regulariser_gradient

if TYPE_CHECKING:
    from rnnviz.models.network import Network

FLOAT = np.dtype(np.float32)


@dataclass(frozen=True)
class UpdateRule:
    """How one of the K networks takes its updates of gradient descent."""

    lr: float = 0.1
    max_norm: float | None = None  # clip the gradient's length
    clip_value: float | None = None  # clip every component
    window: int | None = None  # steps the error may travel back; None: all
    regulariser: float = 0.0  # weight of Pascanu's regulariser Ω, which is defined for Elman cells

    def __post_init__(self) -> None:
        if self.window is not None and self.window < 1:
            raise ValueError(f"A window has at least 1 step, not {self.window}.")

    @cached_property
    def thresholds(self) -> Thresholds:
        """Where clipping begins."""
        return Thresholds(self.max_norm, self.clip_value)


class PassMetrics(NamedTuple):
    """What one pass of all networks measured, (K,) each, before the step it asks for is taken."""

    losses: Array  # nats, mean over batch and scored steps
    accuracies: Array  # share of right answers
    norms: Array  # length of the whole gradient
    clipped: Array  # length of the whole gradient after clipping
    cosines: Array  # between the gradient before and after


class Lockstep:
    """K networks, their batches and their rules. Each network's numbers are what it would get alone.

    Args:
        networks: of one shape, float32, one layer read forward. They give the first weights and stay as they are.
        seq_len: T.
        batch: B sequences for each network.
        scored: the steps whose output counts.
        rules: one for each network; may be replaced at any time.

    Raises:
        ValueError: for networks of several shapes, or rules that do not fit them.
    """

    def __init__(
        self,
        networks: Sequence[Network | FirstWeights],
        seq_len: int,
        batch: int,
        scored: slice,
        rules: Sequence[UpdateRule],
    ) -> None:
        self.rules = list(rules)
        first = [network if isinstance(network, FirstWeights) else FirstWeights.of(network) for network in networks]
        plan = first[0].plan
        if any(one.plan != plan for one in first):
            raise ValueError("Networks that are trained side by side have the same cell and sizes.")
        if len(self.rules) != len(first):
            raise ValueError(f"Each network has a rule of its own: {len(first)} networks, {len(self.rules)} rules.")
        if any(rule.regulariser for rule in self.rules) and not isinstance(plan.cell, Elman):
            raise ValueError(f"The regulariser is defined for Elman networks, not for {plan.cell.title}.")
        self.lease = Pool(plan).lend(seq_len, batch, len(networks), FLOAT, masked=False)
        self.derived: dict[str, DerivedGradients] = {}
        self.parameters = FlatParameters.of(self.stack, {name: w.shape for name, w in first[0].weights.items()}, scored)
        self.parameters.clear([np.concatenate([w.ravel() for w in one.weights.values()]) for one in first])
        self.part, self.apart = self.parameters.part, self.parameters.apart
        self.flat, self.gradient = self.parameters.flat, self.parameters.gradient
        self.weights, self.gradients = self.parameters.weights, self.parameters.gradients
        self.lost = np.zeros(len(networks), bool)  # whose gradient is not finite any more
        self.updates = 0

    @property
    def stack(self) -> Stack:
        """The buffers of all networks."""
        return self.lease.stack

    @property
    def hidden(self) -> Array:
        """States h of the latest pass, (T, H, K, B)."""
        return self.apart(self.part.forward.memory["h"][1:])

    @property
    def logits(self) -> Array:
        """Outputs at the scored steps of the latest pass, (S, K * B, O), until the next."""
        logits = self.parameters.readout.logits.transpose(1, 0, 3, 2)
        return logits.reshape(len(logits), -1, logits.shape[3])

    @property
    def grad_hidden(self) -> Array:
        """∂L/∂h of the latest pass, (T, H, K, B)."""
        return self.apart(self.part.backward.total["h"])

    def forward_backward(self, x: Array, targets: Array) -> PassMetrics:
        """One pass forward and back at the weights as they are: x (T, K * B, I), targets (S, K * B).

        The clipped gradient waits for ``step``.
        """
        with np.errstate(all="ignore"):
            self.stack.forward(x.transpose(0, 2, 1), {})
            losses, accuracies = self.parameters.readout.run(targets)
            self.part.backward.run({})
            self.collect()
            return PassMetrics(losses, accuracies, *self.clip())

    def record(self) -> LayerTrace:
        """The record of the latest pass, of all networks side by side as one batch of K * B."""
        self.derived.clear()
        self.part.weight_gradients(norms=True)
        return layer_traces(self, None)["l0"]

    def collect(self) -> None:
        """Gather the recurrent weights' gradients, of the steps each network's window lets the error reach."""
        part = self.part
        for k, rule in enumerate(self.rules):
            if rule.window is not None:
                self.apart(part.backward.rows)[: -rule.window, :, k] = 0
        for name, gradient in part.weight_gradients(grouped=True).items():
            self.gradients[f"rnn.{name}_l0"][:] = gradient
        for k, rule in enumerate(self.rules):
            if rule.regulariser:
                rows, total = self.apart(part.backward.rows)[:, :, k], self.grad_hidden[:, :, k]
                self.gradients["rnn.weight_hh_l0"][k] += rule.regulariser * regulariser_gradient(
                    rows, total, self.weights["rnn.weight_hh_l0"][k]
                )

    def clip(self) -> tuple[Array, Array, Array]:
        """Clip each network's gradient by its own rule: its length before and after, and the cosine between them."""
        before, after, cosine = clip_arrays([self.gradient], [rule.thresholds for rule in self.rules])
        self.lost = ~np.isfinite(before)
        return before, after, cosine

    def step(self) -> None:
        """Take the step. A network whose gradient is not finite any more stays where it is."""
        if self.lost.any():
            self.gradient[self.lost] = 0
        self.flat -= np.array([rule.lr for rule in self.rules], np.float32)[:, None] * self.gradient
        self.updates += 1
