"""K networks of one shape trained side by side: the overhead of one training serves them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.forward import Columns
from rnnviz.engine.stack import Stack
from rnnviz.network import Network
from rnnviz.training.pressure import keep_length


@dataclass(frozen=True)
class Rule:
    """How one of the K networks takes its updates of gradient descent."""

    lr: float = 0.1
    max_norm: float | None = None  # clip the gradient's length
    clip_value: float | None = None  # clip every component
    window: int | None = None  # steps the error may travel back; None: all
    regulariser: float = 0.0  # weight of Pascanu's regulariser Ω

    def __post_init__(self) -> None:
        if self.window is not None and self.window < 1:
            raise ValueError(f"A window has at least 1 step, not {self.window}.")


class Pass(NamedTuple):
    """What one pass of all networks measured, (K,) each, before the step it asks for is taken."""

    losses: Array  # nats, mean over batch and scored steps
    accuracies: Array  # share of right answers
    norms: Array  # length of the whole gradient
    clipped: Array  # the same after clipping
    cosines: Array  # between the two


class Lockstep:
    """K networks, their batches and their rules. Each network's numbers are what it would get alone.

    Args:
        networks: of one shape, float32, one layer read forward. They give the first weights and stay as they are.
        seq_len: T.
        batch: B sequences for each network.
        scored: the steps whose output counts.
        rules: one for each network; may be replaced at any time.
    """

    def __init__(
        self, networks: Sequence[Network], seq_len: int, batch: int, scored: slice, rules: Sequence[Rule]
    ) -> None:
        self.rules, self.scored, self.size = list(rules), scored, (len(networks), batch)
        self.shapes = {name: tuple(weight.shape) for name, weight in networks[0].named_parameters()}
        rows = [np.concatenate([w.detach().numpy().ravel() for w in net.parameters()]) for net in networks]
        self.flat = np.stack(rows)
        self.gradient = np.zeros_like(self.flat)
        self.weights, self.gradients = self.views(self.flat), self.views(self.gradient)
        self.stack = Stack(networks[0].rnn.plan, Columns(seq_len, batch, len(networks), np.dtype(np.float32)))
        self.stack.bind({"l0": {name[4:-3]: w for name, w in self.weights.items() if name.startswith("rnn.")}})
        self.updates = 0

    def views(self, flat: Array) -> dict[str, Array]:
        """Each weight of all networks, (K, ...), as a part of the flat (K, P)."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes.values()])
        parts = np.split(flat, ends[:-1], axis=1)
        return {name: part.reshape(-1, *shape) for (name, shape), part in zip(self.shapes.items(), parts, strict=True)}

    @property
    def hidden(self) -> Array:
        """States h of the latest pass, (T, H, K, B)."""
        return self.apart(self.stack.parts["l0"].forward.memory["h"][1:])

    @property
    def into_hidden(self) -> Array:
        """∂L/∂h of the latest pass, (T, H, K, B)."""
        return self.apart(self.stack.parts["l0"].reverse.total["h"])

    def apart(self, columns: Array) -> Array:
        """(·, ·, N) as (·, ·, K, B)."""
        return columns.reshape(*columns.shape[:2], *self.size)

    def look(self, x: Array, targets: Array) -> Pass:
        """One pass forward and back at the weights as they are: x (T, K * B, I), targets (S, K * B).

        The clipped gradient waits for ``step``.
        """
        with np.errstate(all="ignore"):
            part = self.stack.parts["l0"]
            y = self.stack.forward(x.transpose(0, 2, 1), {})
            losses, accuracies, part.reverse.outside[self.scored] = self.score(y[self.scored], targets)
            part.reverse.run({})
            self.collect()
            return Pass(losses, accuracies, *self.clip())

    def score(self, y: Array, targets: Array) -> tuple[Array, Array, Array]:
        """Cross-entropy and accuracy (K,), and ∂L/∂y, of the scored y (S, H, N); keeps the readout's gradient."""
        asked = self.apart(y).transpose(2, 0, 1, 3)  # K S H B
        classes = self.shapes["readout.bias"][0]
        right = targets.reshape(-1, *self.size).transpose(1, 0, 2)[:, :, None]  # K S 1 B
        wanted = right == np.arange(classes)[:, None]
        weight, bias = self.weights["readout.weight"], self.weights["readout.bias"]
        logits = np.matmul(weight[:, None], asked) + bias[:, None, :, None]
        logits -= logits.max(axis=2, keepdims=True)
        accuracies = (logits.argmax(axis=2) == right[:, :, 0]).mean(axis=(1, 2))
        chances = np.exp(logits)
        total = chances.sum(axis=2, keepdims=True)
        losses = (np.log(total[:, :, 0]) - np.where(wanted, logits, 0).sum(axis=2)).mean(axis=(1, 2))
        error = (chances / total - wanted) / np.float32(right[0].size)
        self.gradients["readout.weight"][:] = np.matmul(error, asked.swapaxes(2, 3)).sum(axis=1)
        self.gradients["readout.bias"][:] = error.sum(axis=(1, 3))
        back = np.matmul(weight[:, None].swapaxes(2, 3), error.astype(y.dtype, copy=False))
        return losses, accuracies, back.transpose(1, 2, 0, 3).reshape(y.shape)

    def collect(self) -> None:
        """Gather the recurrent weights' gradients, of the steps each network's window lets the error reach."""
        part = self.stack.parts["l0"]
        for k, rule in enumerate(self.rules):
            if rule.window is not None:
                self.apart(part.reverse.rows)[: -rule.window, :, k] = 0
        for name, gradient in part.weight_gradients(grouped=True)[0].items():
            self.gradients[f"rnn.{name}_l0"][:] = gradient
        for k, rule in enumerate(self.rules):
            if rule.regulariser:
                rows, total = self.apart(part.reverse.rows)[:, :, k], self.into_hidden[:, :, k]
                self.gradients["rnn.weight_hh_l0"][k] += rule.regulariser * keep_length(
                    rows, total, self.weights["rnn.weight_hh_l0"][k]
                )

    def clip(self) -> tuple[Array, Array, Array]:
        """Clip each network's gradient by its own rule: its length before and after, and the cosine between them."""
        before = lengths(self.gradient)
        after, cosines = before.copy(), np.ones_like(before)
        for k, rule in enumerate(self.rules):
            g = self.gradient[k]
            if rule.clip_value is not None:
                bent = np.clip(g, -rule.clip_value, rule.clip_value)
                after[k] = lengths(bent)
                cosines[k] = np.vdot(g.astype(float), bent) / max(before[k] * after[k], np.finfo(float).tiny)
                g[:] = bent
            if rule.max_norm is not None and rule.max_norm < after[k] < np.inf:
                g *= rule.max_norm / after[k]
                after[k] = rule.max_norm
        return before, after, cosines

    def step(self) -> None:
        """Take the step. A network whose gradient is not finite any more stays where it is."""
        rates = np.array([rule.lr for rule in self.rules], np.float32)[:, None]
        lost = ~np.isfinite(self.gradient).all(axis=1)
        self.gradient[lost] = 0
        self.flat -= rates * self.gradient
        self.updates += 1


def lengths(flat: Array) -> Array:
    """Euclidean length along the last axis, in double precision."""
    wide = flat.astype(np.float64)
    found: Array = np.sqrt(np.vecdot(wide, wide))
    return found
