"""Next character: after each character of a text, say which one follows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import cycle, islice
from typing import TYPE_CHECKING

import numpy as np

from rnnviz.cells.cell import Array

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class NextCharacter:
    """A text read as a loop: behind its last character the first one comes again.

    Attributes:
        characters: the text, one entry a character as people count them.
        seq_len: T, how many characters the network reads; a longer T goes round the loop again.
    """

    characters: tuple[str, ...]
    seq_len: int

    @cached_property
    def alphabet(self) -> tuple[str, ...]:
        """The distinct characters, in order of first appearance; I = O = their number."""
        return tuple(dict.fromkeys(self.characters))

    @cached_property
    def codes(self) -> tuple[int, ...]:
        """T + 1 positions in the alphabet: the inputs and, one step later, the targets."""
        return tuple(self.alphabet.index(c) for c in islice(cycle(self.characters), self.seq_len + 1))

    @property
    def inputs(self) -> tuple[int, ...]:
        """What is read at each of the T steps."""
        return self.codes[:-1]

    @property
    def targets(self) -> tuple[int, ...]:
        """What should be predicted at each of the T steps."""
        return self.codes[1:]

    @cached_property
    def one_hot(self) -> Array:
        """One-hot inputs, (T, 1, I)."""
        return np.eye(len(self.alphabet), dtype=np.float32)[list(self.inputs)][:, None]

    def x(self) -> torch.Tensor:
        """One-hot inputs, (T, 1, I), as a tensor."""
        import torch

        return torch.from_numpy(self.one_hot)

    def loss(self, logits: torch.Tensor) -> torch.Tensor:
        """Cross-entropy in nats, mean over the T steps; logits are (T, 1, O)."""
        from torch import tensor
        from torch.nn.functional import cross_entropy

        return cross_entropy(logits[:, 0], tensor(self.targets))

    @property
    def baseline(self) -> float:
        """Loss of a model that knows nothing: all characters equally likely, ln O nats."""
        return float(np.log(len(self.alphabet)))
