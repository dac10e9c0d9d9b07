"""Torch's optimisers as torch's own functions.

The classes around them import torch's compiler when first used: two seconds, of which nothing here has any use.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

import torch
from torch import Tensor
from torch.optim.rmsprop import rmsprop
from torch.optim.sgd import sgd


class Optimizer(ABC):
    """Moves parameters along the gradients that wait in them; keeps what it remembers of earlier ones.

    Args:
        parameters: to be moved, in place.
        momentum: of SGD and RMSprop.
    """

    def __init__(self, parameters: Iterable[Tensor], momentum: float = 0.0) -> None:
        self.parameters, self.momentum = [p for p in parameters if p.requires_grad], momentum

    def zeros(self) -> list[Tensor]:
        """A buffer for each parameter."""
        return [torch.zeros_like(parameter) for parameter in self.parameters]

    @torch.no_grad()
    def step(self, lr: float) -> None:
        """One update at this rate."""
        self.move([p.grad for p in self.parameters if p.grad is not None], lr)

    def memory(self) -> list[Tensor]:
        """What it keeps from update to update, to be copied out or overwritten; of plain descent nothing."""
        return []

    @abstractmethod
    def move(self, gradients: list[Tensor], lr: float) -> None:
        """Move the parameters, by the optimiser's own rule."""


class SGD(Optimizer):
    """Along the gradient, or along a decaying sum of all gradients so far."""

    def __init__(self, parameters: Iterable[Tensor], momentum: float = 0.0) -> None:
        super().__init__(parameters, momentum)
        self.buffers: list[Tensor | None] = [None] * len(self.parameters)

    def move(self, gradients: list[Tensor], lr: float) -> None:
        """torch.optim.SGD."""
        sgd(
            self.parameters,
            gradients,
            self.buffers,
            lr=lr,
            momentum=self.momentum,
            weight_decay=0,
            dampening=0,
            nesterov=False,
            maximize=False,
            foreach=True,
        )


class RMSprop(Optimizer):
    """Every component by its own recent size."""

    def __init__(self, parameters: Iterable[Tensor], momentum: float = 0.0) -> None:
        super().__init__(parameters, momentum)
        self.squares, self.buffers = self.zeros(), self.zeros()
        self.counts = [torch.zeros(()) for _ in self.parameters]

    def move(self, gradients: list[Tensor], lr: float) -> None:
        """torch.optim.RMSprop."""
        rmsprop(
            self.parameters,
            gradients,
            self.squares,
            [],
            self.buffers,
            self.counts,
            lr=lr,
            momentum=self.momentum,
            alpha=0.99,
            eps=1e-8,
            weight_decay=0,
            centered=False,
            foreach=True,
        )


class Adam(Optimizer):
    """The recent mean of the gradient, every component by its own recent size."""

    def __init__(self, parameters: Iterable[Tensor], momentum: float = 0.0) -> None:
        super().__init__(parameters, momentum)
        self.count, self.means, self.squares = torch.zeros(()), self.zeros(), self.zeros()

    def memory(self) -> list[Tensor]:
        """The number of updates, and the means."""
        return [self.count, *self.means, *self.squares]

    def move(self, gradients: list[Tensor], lr: float) -> None:
        """torch.optim.Adam(fused=True): its kernel alone takes a fifth of the time, with weights this small."""
        self.count += 1
        torch._fused_adam_(
            self.parameters,
            gradients,
            self.means,
            self.squares,
            [],
            [self.count] * len(gradients),
            lr=lr,
            beta1=0.9,
            beta2=0.999,
            eps=1e-8,
            weight_decay=0,
            amsgrad=False,
            maximize=False,
        )


OPTIMIZERS: dict[str, type[Optimizer]] = {"adam": Adam, "rmsprop": RMSprop, "sgd": SGD}
