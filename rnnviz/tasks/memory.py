"""What the memory tasks have in common: symbols in, one class to name at each scored step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from rnnviz.cells.cell import Array


class Batch(NamedTuple):
    """Fresh sequences."""

    x: Array  # (T, B, I) float32, one-hot
    targets: Array  # (S, B) classes at the S scored steps


@dataclass(frozen=True)
class MemoryTask(ABC):
    """A problem that nothing but memory solves: the answer was seen long before it is asked for.

    Attributes:
        seq_len: T, the steps of a sequence.
        description: what is read and what is asked for, in one sentence.
        shortest: the least T there can be.
        beyond_wait: steps of a sequence beside those over which the memory only waits.
    """

    seq_len: int

    title: ClassVar[str]
    description: ClassVar[str]
    symbols: ClassVar[tuple[str, ...]]  # what can be read; I of them
    classes: ClassVar[tuple[str, ...]]  # what can be answered; O of them
    shortest: ClassVar[int] = 2
    beyond_wait: ClassVar[int] = 0

    @property
    @abstractmethod
    def scored(self) -> slice:
        """The steps at which an answer is asked for."""

    @property
    @abstractmethod
    def baseline(self) -> float:
        """Loss of a model without memory, in nats: what is not learned stays here."""

    @property
    @abstractmethod
    def chance(self) -> float:
        """Share of right answers of a model without memory, 0 to 1."""

    @abstractmethod
    def draw(self, batch: int, generator: np.random.Generator) -> tuple[Array, Array]:
        """Symbols (T, B) and targets (S, B), as whole numbers."""

    @property
    @abstractmethod
    def reach(self) -> int:
        """Steps from the earliest clue to the answer, at the most: what a shorter window cannot see."""

    def batch(self, size: int, generator: np.random.Generator) -> Batch:
        """Draw fresh sequences; the generator alone decides which."""
        codes, targets = self.draw(size, generator)
        return Batch(np.eye(len(self.symbols), dtype=np.float32)[codes], targets)

    def spell(self, x: Array) -> list[str]:
        """The symbols of one sequence (T, I)."""
        return [self.symbols[code] for code in x.argmax(-1)]
