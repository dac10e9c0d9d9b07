"""How a network is trained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from torch import Tensor

from rnnviz.engine.truncation import Truncation
from rnnviz.training.clip import Thresholds
from rnnviz.training.optimizers import OPTIMIZERS, Optimizer


@dataclass(frozen=True)
class Settings:
    """Optimiser, rate, clipping and truncation. All but the optimiser and its momentum can change between runs.

    Raises:
        ValueError: for an optimiser that is not known, or a number out of its range.
    """

    optimizer: str = "adam"  # "adam", "rmsprop" or "sgd"
    lr: float = 1e-2
    momentum: float = 0.0  # of SGD and RMSprop
    max_norm: float | None = None  # clip the gradient's length
    clip_value: float | None = None  # clip every component
    truncation: Truncation | None = None  # how far the loss looks back; None: to the beginning

    def __post_init__(self) -> None:
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"The optimiser is one of {', '.join(OPTIMIZERS)}, not {self.optimizer!r}.")
        for name in ("lr", "max_norm", "clip_value"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ValueError(f"{name} has to be above 0, not {value}.")

    @property
    def thresholds(self) -> Thresholds:
        """Where clipping begins."""
        return Thresholds(self.max_norm, self.clip_value)

    def build(self, parameters: Iterable[Tensor]) -> Optimizer:
        """A fresh optimiser."""
        return OPTIMIZERS[self.optimizer](parameters, self.momentum)
