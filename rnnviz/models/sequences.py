"""What torch's recurrent modules accept, as the engine wants it, and back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from rnnviz.cells.cell import Array

Sequences = Tensor | PackedSequence
REMEDY = "convert an array with torch.from_numpy, pack a list of tensors with pack_sequence."


@dataclass(frozen=True)
class Packing:
    """Where the rows of a packed batch stand in a padded one, (T, B, ·), in the batch's original order."""

    packed: PackedSequence
    times: Tensor
    columns: Tensor

    @classmethod
    def of(cls, packed: PackedSequence) -> Packing:
        """Read a packed batch: at each step the sequences that still run, longest first."""
        sizes = packed.batch_sizes
        order = torch.arange(int(sizes[0])) if packed.sorted_indices is None else packed.sorted_indices
        times = torch.repeat_interleave(torch.arange(len(sizes)), sizes)
        return cls(packed, times, torch.cat([order[:size] for size in sizes.tolist()]))

    def pad(self, data: Tensor) -> Tensor:
        """Packed rows -> (T, B, ·), zero past each length."""
        shape = (len(self.packed.batch_sizes), int(self.packed.batch_sizes[0]), data.shape[-1])
        return data.new_zeros(shape).index_put((self.times, self.columns), data)

    def pack(self, padded: Tensor) -> PackedSequence:
        """(T, B, ·) -> packed, as torch's modules return it."""
        packed = self.packed
        data = padded[self.times, self.columns]
        return PackedSequence(data, packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices)

    def active(self) -> Array:
        """(T, B): True up to each sequence's end."""
        ones: Array = self.pad(torch.ones(len(self.times), 1)).bool().squeeze(-1).numpy()
        return ones


@dataclass(frozen=True)
class Form:
    """How a batch came: packed, batch first, or without a batch axis; and how to give an output that form."""

    batch_first: bool = False
    single: bool = False
    packing: Packing | None = None

    @classmethod
    def of(cls, x: Sequences, *, batch_first: bool) -> Form:
        """The form of these inputs."""
        if isinstance(x, PackedSequence):
            return cls(packing=Packing.of(x))
        if not isinstance(x, Tensor):
            raise TypeError(f"Inputs are a tensor or a PackedSequence, not a {type(x).__name__}: {REMEDY}")
        if x.dim() not in (2, 3):
            raise ValueError(f"Inputs have two or three axes, (T, I) or (T, B, I), not the shape {tuple(x.shape)}.")
        return dense(batch_first=batch_first and x.dim() == 3, single=x.dim() == 2)

    def time_first(self, x: Sequences) -> Tensor:
        """(T, B, ·), from a batch in this form; of a packed one the data will do."""
        x = x.data if isinstance(x, PackedSequence) else x
        if self.packing:
            return self.packing.pad(x)
        if self.single:
            return x.unsqueeze(1)
        return x.transpose(0, 1) if self.batch_first else x

    def restore(self, y: Tensor) -> Sequences:
        """(T, B, ·) in the form of the inputs."""
        if self.packing:
            return self.packing.pack(y)
        if self.single:
            return y.squeeze(1)
        return y.transpose(0, 1) if self.batch_first else y

    def active(self) -> Array | None:
        """(T, B), None if all sequences are equally long."""
        active = self.packing.active() if self.packing else None
        return None if active is None or active.all() else active

    def noise(self, keep: float, like: Tensor, width: int, generator: torch.Generator | None) -> Tensor:
        """Dropout's factors (T, B, width), from the same random numbers as torch's own modules take."""
        rows = (len(self.packing.times),) if self.packing else like.shape[:2]
        noise = like.new_empty((*rows, width)).bernoulli_(keep, generator=generator).div_(keep or 1)
        return self.packing.pad(noise) if self.packing else noise


@cache
def dense(*, batch_first: bool, single: bool) -> Form:
    """The form of a batch that is not packed."""
    return Form(batch_first, single)
