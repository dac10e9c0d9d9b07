"""A readout and its cross-entropy for K networks side by side, forward and back, as ops on buffers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.native import fuse
from rnnviz.engine.ops import Instruction, Op, copied


@dataclass(frozen=True)
class ReadoutBuffers:
    """What a readout reads and multiplies by, and where their gradients go.

    Args:
        h: states of the scored steps, (S, H, K, B).
        grad_h: ∂L/∂h, (S, H, K, B).
        weight: (K, O, H).
        bias: (K, O).
        grad_weight: ∂L/∂weight.
        grad_bias: ∂L/∂bias.
    """

    h: Array
    grad_h: Array
    weight: Array
    bias: Array
    grad_weight: Array
    grad_bias: Array


class ReadoutLoss:
    """Logits, losses, and what the losses send back.

    Softmax is taken of the logits less their largest, so that no exponential is infinite. (∂L/∂logits is the
    probabilities less the one-hot targets, over the number of answers.)
    """

    def __init__(self, buffers: ReadoutBuffers) -> None:
        self.buffers = buffers
        steps, _, networks, batch = buffers.h.shape
        dtype, classes = buffers.h.dtype, buffers.bias.shape[1]
        self.shape = networks, steps, batch
        self.logits = np.zeros((networks, steps, classes, batch), dtype)
        self.error = np.zeros_like(self.logits)
        self.wanted = np.zeros_like(self.logits)
        self.losses = np.zeros(networks, dtype)
        self.classes = np.arange(classes)[:, None]
        self.instructions = fuse(self.each_instruction())

    def run(self, targets: Array) -> tuple[Array, Array]:
        """Losses and accuracies (K,) for targets (S, K * B); ∂L/∂h and the readout's gradients are in their places."""
        right = self.hold(targets)
        networks = len(right)
        for instruction in self.instructions:
            instruction()
        hits = (self.logits.argmax(axis=2) == right).reshape(networks, -1)
        return self.losses.copy(), np.add.reduce(hits, 1) / hits.shape[1]

    def hold(self, targets: Array) -> Array:
        """From now on, these are the right answers; return them as (K, S, B)."""
        networks, steps, batch = self.shape
        right = targets.reshape(steps, networks, batch).transpose(1, 0, 2)
        np.copyto(self.wanted, right[:, :, None] == self.classes)
        return right

    def each_instruction(self) -> Iterator[Instruction]:
        """Everything, in its order."""
        buffers, dtype = self.buffers, self.logits.dtype
        asked = buffers.h.transpose(2, 0, 1, 3)  # K S H B
        yield Op(np.matmul, (buffers.weight[:, None], asked), self.logits)
        yield Op(np.add, (self.logits, buffers.bias[:, None, :, None]), self.logits)
        yield from self.softmax()
        count = self.logits[0, :, 0].size
        yield Op(np.subtract, (self.error, self.wanted), self.error)
        yield Op(np.multiply, (self.error, np.array(1 / count, dtype)), self.error)
        yield from self.summed(asked.swapaxes(2, 3), buffers.grad_weight)
        yield from self.summed(np.ones((*self.shape, 1), dtype), buffers.grad_bias[:, :, None])
        yield Op(np.matmul, (buffers.weight.swapaxes(1, 2)[:, None], self.error), buffers.grad_h.transpose(2, 0, 1, 3))

    def softmax(self) -> Iterator[Instruction]:
        """Probabilities into ``error``, and the losses: the mean of log Σ exp - the right logit."""
        peak, total, own = (np.zeros_like(self.logits[:, :, :1]) for _ in range(3))
        shifted, picked = np.zeros_like(self.logits), np.zeros_like(self.logits)
        ones = np.ones((1, self.logits.shape[2]), self.logits.dtype)
        yield copied(self.logits[:, :, :1], peak)
        for place in range(1, self.logits.shape[2]):
            yield Op(np.maximum, (peak, self.logits[:, :, place : place + 1]), peak)
        yield Op(np.subtract, (self.logits, peak), shifted)
        yield Op(np.exp, (shifted,), self.error)
        yield Op(np.matmul, (ones, self.error), total)
        yield Op(np.divide, (self.error, total), self.error)
        yield Op(np.multiply, (shifted, self.wanted), picked)
        yield Op(np.matmul, (ones, picked), own)
        yield Op(np.log, (total,), total)
        yield Op(np.subtract, (total, own), total)
        every = total.reshape(len(total), -1)
        yield Op(np.vecdot, (every, np.full(every.shape[1], 1 / every.shape[1], every.dtype)), self.losses)

    def summed(self, right: Array, out: Array) -> Iterator[Instruction]:
        """The sum over the steps of error @ right (K, S, B, ·), (K, O, ·)."""
        shares = np.zeros((*self.logits.shape[:3], right.shape[3]), self.logits.dtype)
        yield Op(np.matmul, (self.error, right), shares)
        ones = np.ones((1, shares.shape[1]), shares.dtype)
        yield Op(np.matmul, (ones, shares.reshape(*shares.shape[:2], -1)), out.reshape(len(out), 1, -1))
