"""Copying memory: ten symbols, a long wait, then all ten again (Arjovsky, Shah & Bengio 2016)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.tasks.memory import MemoryTask

WORD = 10  # symbols to remember
LETTERS = 8
BLANK, GO = LETTERS, LETTERS + 1


@dataclass(frozen=True)
class Copying(MemoryTask):
    """Ten letters, blanks, a signal to go, and ten more blanks during which the letters are to be said again.

    Where nothing is asked for the answer is "blank". The wait, which Arjovsky's paper calls T, is ``seq_len`` less 20.

    Args:
        blanks: whether the loss counts the blanks before the letters' copies, as in the paper.
    """

    blanks: bool = True

    title: ClassVar[str] = "Copying"
    description: ClassVar[str] = "Ten letters are read, then blanks; behind the “!” the network says all ten again."
    symbols: ClassVar[tuple[str, ...]] = (*"abcdefgh", "·", "!")
    classes: ClassVar[tuple[str, ...]] = (*"abcdefgh", "·")
    clues: ClassVar[tuple[str, ...]] = (*"abcdefgh",)
    beyond_wait: ClassVar[int] = 2 * WORD
    shortest: ClassVar[int] = 2 * WORD + 1

    @property
    def scored(self) -> slice:
        """Every step, or the copies alone."""
        return slice(0 if self.blanks else self.seq_len - WORD, self.seq_len)

    @property
    def asked(self) -> slice:
        """The letters' copies: a blank needs no memory."""
        return slice(-WORD, None)

    def only_asked(self) -> Self:
        """Copying with a loss on the letters' copies."""
        return replace(self, blanks=False)

    @property
    def baseline(self) -> float:
        """Say blank until the signal, then guess: 10 ln 8 / (T + 20), in the paper's T; of the copies alone, ln 8."""
        return WORD * math.log(LETTERS) / (self.seq_len if self.blanks else WORD)

    @property
    def chance(self) -> float:
        """One letter in eight."""
        return 1 / LETTERS

    @property
    def reach(self) -> int:
        """From each letter to its copy."""
        return self.seq_len - WORD + 1

    def draw(self, batch: int, generator: np.random.Generator) -> tuple[Array, Array]:
        """The word, the wait, the signal; and what to answer."""
        word = generator.integers(0, LETTERS, (WORD, batch))
        codes = np.full((self.seq_len, batch), BLANK)
        targets = codes.copy()
        codes[:WORD], codes[-WORD - 1], targets[-WORD:] = word, GO, word
        return codes, targets[self.scored]
