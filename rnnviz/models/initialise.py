"""Where a training starts: schemes for recurrent weights and biases, each in place.

Every function takes a ``Network``, a ``Recurrent``, or an nn.RNN, nn.LSTM or nn.GRU, and changes all its layers and
directions. Randomness comes from an explicit generator.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Generator, Tensor, nn

from rnnviz.cells.anatomy import Factor
from rnnviz.models.network import Network
from rnnviz.models.recurrent import Recurrent
from rnnviz.models.replacement import view_of


@torch.no_grad()
def default(module: nn.Module, generator: Generator) -> None:
    """Torch's own: everything from U(-1/sqrt(H), 1/sqrt(H))."""
    recurrent = part(module)
    bound = 1 / math.sqrt(recurrent.plan.hidden_size)
    for weight in recurrent.view.weights():
        weight.uniform_(-bound, bound, generator=generator)


@torch.no_grad()
def orthogonal(module: nn.Module, generator: Generator, gain: float = 1.0) -> None:
    """Each block of ``weight_hh``, one for each gate, is a random orthogonal matrix times gain (Saxe et al. 2014)."""
    for _, block in recurrent_blocks(module):
        nn.init.orthogonal_(block, gain, generator=generator)


@torch.no_grad()
def identity(module: nn.Module, gain: float = 1.0) -> None:
    """Each block of ``weight_hh`` is the identity times gain; with ReLU, the IRNN (Le, Jaitly & Hinton 2015)."""
    for _, block in recurrent_blocks(module):
        nn.init.eye_(block).mul_(gain)


@torch.no_grad()
def spectral_radius(module: nn.Module, radius: float) -> None:
    """Scale each block of ``weight_hh`` so that its largest |eigenvalue| is this one.

    Raises:
        ValueError: for a block whose eigenvalues are all zero.
    """
    for name, block in recurrent_blocks(module):
        largest = float(torch.linalg.eigvals(block.double()).abs().max())
        if largest == 0:
            raise ValueError(f"All eigenvalues of {name} are zero: no factor gives it the spectral radius {radius}.")
        block.mul_(radius / largest)


@torch.no_grad()
def forget_bias(module: nn.Module, value: float) -> None:
    """The bias of the gate that keeps the memory: an LSTM's f (Gers et al. 2000), a GRU's z, minGRU's 1 - z.

    It is what the two bias vectors add up to: one holds it, the other zero.

    Raises:
        ValueError: for a cell that keeps nothing, or one without biases.
    """
    recurrent = part(module)
    for suffix in recurrent.plan.parts:
        set_bias(recurrent, suffix, keeper(recurrent), value)


@torch.no_grad()
def chrono(module: nn.Module, longest: int, generator: Generator) -> None:
    """Biases for memories of 2 to ``longest`` steps: b_f ~ log U[1, longest - 1], b_i = -b_f (Tallec & Ollivier 2018).

    Raises:
        ValueError: for a cell that keeps nothing, one without biases, or ``longest`` below 2.
    """
    if longest < 2:
        raise ValueError(f"Chrono initialisation needs dependencies of at least 2 steps, not {longest}.")
    recurrent = part(module)
    keep, write = keeper(recurrent), recurrent.plan.cell.anatomy.write
    for suffix in recurrent.plan.parts:
        span = torch.empty(recurrent.plan.hidden_size).uniform_(1, longest - 1, generator=generator).log_()
        set_bias(recurrent, suffix, keep, span)
        if write.gate not in {None, keep.gate}:  # a gate of its own
            set_bias(recurrent, suffix, write, -span)


def part(module: nn.Module) -> Recurrent:
    """The recurrent part; of a torch module, a twin that shares its parameters."""
    return (
        module.rnn
        if isinstance(module, Network)
        else module
        if isinstance(module, Recurrent)
        else Recurrent.around(view_of(module))
    )


def recurrent_blocks(module: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Every block (H, P) of every ``weight_hh``, by name."""
    recurrent = part(module)
    for suffix in recurrent.plan.parts:
        weight = getattr(recurrent, f"weight_hh_{suffix}", None)
        blocks = [block.symbol for block in recurrent.plan.cell.blocks if block.reads_h]
        for symbol, block in zip(blocks, () if weight is None else weight.chunk(len(blocks)), strict=False):
            yield f"weight_hh_{suffix}, rows of {symbol},", block


def keeper(recurrent: Recurrent) -> Factor:
    """What keeps the memory: the gate f, z, or what is left of z."""
    keep = recurrent.plan.cell.anatomy.keeper
    if keep is None:
        raise ValueError(f"{recurrent.plan.cell.title} has no gate that keeps its memory.")
    return keep


def set_bias(recurrent: Recurrent, suffix: str, factor: Factor, value: float | Tensor) -> None:
    """Set the sum of the two biases of a factor's gate; 1 - z is kept open by the negative bias of z."""
    if not recurrent.plan.bias:
        raise ValueError("This module was made without biases.")
    sign = -1 if factor.complement else 1
    hidden = recurrent.plan.hidden_size
    blocks = recurrent.plan.cell.blocks
    places = {
        "bias_ih": [block.symbol for block in blocks],
        "bias_hh": [block.symbol for block in blocks if block.reads_h],
    }
    for bias, symbols in places.items():
        if factor.gate in symbols:
            start = symbols.index(factor.gate) * hidden
            rows = getattr(recurrent, f"{bias}_{suffix}")[start : start + hidden]
            rows.copy_(torch.as_tensor(value * sign if bias == "bias_ih" else 0.0).expand(hidden))
