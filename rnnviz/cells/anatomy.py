"""What a cell does to its memory, as data: what multiplies what, and which sum makes the memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt


@dataclass(frozen=True)
class Factor:
    """What a part of a sum is multiplied by, unit by unit: a gate, what is left of a gate, or its share among gates.

    Raises:
        ValueError: for what is left of a share: that is the share of the others.
    """

    gate: str | None = None  # symbol of its block; None: 1, all of it
    complement: bool = False  # 1 - gate
    among: tuple[str, ...] = ()  # divided by the sum of these gates: minLSTM's f / (f + i)

    def __post_init__(self) -> None:
        if self.complement and self.among:
            raise ValueError(f"1 less the share of {self.gate} is what the others have: name their share.")

    def __str__(self) -> str:
        """As people write it: ``1 − z``."""
        if self.gate is None:
            return "1"
        return f"1 − {self.gate}" if self.complement else f"{self.gate}{self.divisor}"

    @property
    def divisor(self) -> str:
        """What the gate is divided by, with its sign, or nothing."""
        return f" / ({' + '.join(self.among)})" if self.among else ""

    def of(self, arrays: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[Any] | float:
        """The numbers, from activations by their symbols."""
        if self.gate is None:
            return 1.0
        gate = arrays[self.gate]
        if self.among:
            return gate / sum(arrays[other] for other in self.among)
        return 1 - gate if self.complement else gate


@dataclass(frozen=True)
class Anatomy:
    """What every recurrent cell does to its memory: keep, write, reveal.

        memory = keep ∘ memory before + write ∘ new
        h = reveal ∘ squash(memory)                    unless h is the memory itself

    The screen adds it up in front of the reader. A cell that makes its memory in another way says so with
    ``adds_up=False``, and no sum is shown.
    """

    memory: str  # the state that carries the past: "c" or "h"
    new: str  # the candidate's block; where it is the memory itself, all is new
    keep: Factor | None = None  # None: nothing of the old memory is kept
    write: Factor = Factor()
    reveal: Factor | None = None  # None: h is the memory
    squash: str = "tanh"  # the activation that the memory goes through to be revealed
    adds_up: bool = True

    @property
    def keeper(self) -> Factor | None:
        """The factor on the old memory, where a gate makes it."""
        return self.keep if self.keep and self.keep.gate else None
