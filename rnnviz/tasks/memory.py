"""What the memory tasks have in common: symbols in, one class to name at each scored step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self

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
        clues: the symbols that decide the answer.

    Raises:
        ValueError: for a sequence that is too short.
    """

    seq_len: int

    title: ClassVar[str]
    description: ClassVar[str]
    symbols: ClassVar[tuple[str, ...]]  # what can be read; I of them
    classes: ClassVar[tuple[str, ...]]  # what can be answered; O of them
    shortest: ClassVar[int] = 2
    beyond_wait: ClassVar[int] = 0
    clues: ClassVar[tuple[str, ...]]

    def __post_init__(self) -> None:
        if self.seq_len < self.shortest:
            raise ValueError(f"{self.title} needs a sequence of {self.shortest} steps or more, not {self.seq_len}.")

    @property
    @abstractmethod
    def scored(self) -> slice:
        """The steps at which an answer is asked for."""

    @property
    def asked(self) -> slice:
        """The answers, counted among the scored ones, that nothing but memory gives: all of them, or the last few."""
        return slice(None)

    @property
    def answers(self) -> int:
        """How many answers of a sequence are asked."""
        return len(range(*self.scored.indices(self.seq_len))[self.asked])

    def only_asked(self) -> Self:
        """The same problem, with a loss on the answers that nothing but memory gives."""
        return self

    @property
    @abstractmethod
    def baseline(self) -> float:
        """Loss of a model without memory, in nats: what is not learned stays here."""

    @property
    @abstractmethod
    def chance(self) -> float:
        """Share of the asked answers that a model without memory gets right, 0 to 1."""

    @abstractmethod
    def draw(self, batch: int, generator: np.random.Generator) -> tuple[Array, Array]:
        """Symbols (T, B) and targets (S, B), as whole numbers."""

    def share_right(self, logits: Array, targets: Array) -> Array:
        """Share of right answers among those asked of memory, over the steps and the last axis of ``targets``.

        Args:
            logits: (S, ..., B, O) at the scored steps.
            targets: (S, ..., B).

        Returns:
            (...), 0 to 1.
        """
        hits = logits[self.asked].argmax(axis=-1) == targets[self.asked]
        share: Array = hits.mean(axis=(0, -1))
        return share

    @property
    @abstractmethod
    def reach(self) -> int:
        """Steps from the earliest clue to the answer, at the most: what a shorter window cannot see."""

    def clues_in(self, symbols: Sequence[str]) -> tuple[int, ...]:
        """The steps of a sequence, counted from 0, that decide its answer."""
        return tuple(t for t, symbol in enumerate(symbols) if symbol in self.clues)

    def batch(self, size: int, generator: np.random.Generator) -> Batch:
        """Draw fresh sequences; the generator alone decides which."""
        codes, targets = self.draw(size, generator)
        return Batch(np.eye(len(self.symbols), dtype=np.float32)[codes], targets)

    def spell(self, x: Array) -> list[str]:
        """The symbols of one sequence (T, I)."""
        return [self.symbols[code] for code in x.argmax(-1)]
