"""Recall: the first symbol decides the answer at the last step (after Bengio, Simard & Frasconi 1994)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.tasks.memory import MemoryTask

KEYS = 4


@dataclass(frozen=True)
class Recall(MemoryTask):
    """One of four keys stands at step 1, distractors behind it; at the last step, name the key."""

    title: ClassVar[str] = "Recall"
    description: ClassVar[str] = "The first letter is A, B, C or D; at the last step the network names it."
    symbols: ClassVar[tuple[str, ...]] = ("A", "B", "C", "D", "a", "b", "c", "d")
    classes: ClassVar[tuple[str, ...]] = ("A", "B", "C", "D")
    clues: ClassVar[tuple[str, ...]] = classes

    @property
    def scored(self) -> slice:
        """The last step."""
        return slice(self.seq_len - 1, self.seq_len)

    @property
    def baseline(self) -> float:
        """Four keys alike: ln 4."""
        return math.log(KEYS)

    @property
    def chance(self) -> float:
        """One in four."""
        return 1 / KEYS

    @property
    def reach(self) -> int:
        """From the first step to the last."""
        return self.seq_len

    def draw(self, batch: int, generator: np.random.Generator) -> tuple[Array, Array]:
        """A key, then distractors."""
        codes = generator.integers(KEYS, len(self.symbols), (self.seq_len, batch))
        codes[0] = generator.integers(0, KEYS, batch)
        return codes, codes[:1].astype(np.int64)
