"""Temporal order: of two letters far apart, which came first (Hochreiter & Schmidhuber 1997, experiment 6a)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.tasks.memory import MemoryTask

CLUES = 2


@dataclass(frozen=True)
class TemporalOrder(MemoryTask):
    """Among distractors stand two clues, each an X or a Y; at the last step, name the pair: XX, XY, YX or YY.

    The first clue stands between T/10 and 2T/10, the second between 4T/10 and 5T/10, so at least half of the
    sequence separates the later one from the answer. (The positions are those of Pascanu, Mikolov & Bengio 2013.)
    """

    title: ClassVar[str] = "Temporal order"
    description: ClassVar[str] = (
        "Two of the letters are an X or a Y each; at the last step the network names the pair, in order."
    )
    symbols: ClassVar[tuple[str, ...]] = ("X", "Y", "a", "b", "c", "d")
    classes: ClassVar[tuple[str, ...]] = ("XX", "XY", "YX", "YY")
    clues: ClassVar[tuple[str, ...]] = ("X", "Y")

    @property
    def scored(self) -> slice:
        """The last step."""
        return slice(self.seq_len - 1, self.seq_len)

    @property
    def baseline(self) -> float:
        """Four classes alike: ln 4."""
        return math.log(4)

    @property
    def chance(self) -> float:
        """One in four."""
        return 1 / 4

    @property
    def reach(self) -> int:
        """From the earliest first clue to the last step."""
        return self.seq_len - self.places()[0][0]

    def places(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Where each clue can stand: from, up to but not including, counted from 0."""
        tenth = self.seq_len / 10
        first, second = (round(tenth), round(2 * tenth)), (round(4 * tenth), round(5 * tenth))
        return (first[0], max(first[1], first[0] + 1)), (second[0], max(second[1], second[0] + 1))

    def draw(self, batch: int, generator: np.random.Generator) -> tuple[Array, Array]:
        """Distractors everywhere, then the two clues."""
        codes = generator.integers(CLUES, len(self.symbols), (self.seq_len, batch))
        clues = generator.integers(0, CLUES, (2, batch))
        for clue, (low, high) in zip(clues, self.places(), strict=True):
            codes[generator.integers(low, high, batch), np.arange(batch)] = clue
        return codes, (CLUES * clues[0] + clues[1])[None]
