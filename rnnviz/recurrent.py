"""A recurrent torch module for any cell, with torch's signature, names and numbers."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from rnnviz.cells.cell import Cell
from rnnviz.engine.function import Call, Pool, Through
from rnnviz.engine.stack import Plan

States = Tensor | tuple[Tensor, ...]


class Recurrent(nn.Module):
    """What nn.RNN, nn.LSTM and nn.GRU do, for every cell.

    Parameters are named as torch names them (``weight_ih_l0``, ``bias_hh_l1_reverse``) and start as torch's do, from
    U(-1/sqrt(H), 1/sqrt(H)), drawn from ``generator``.
    """

    def __init__(
        self,
        cell: Cell,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *,
        bias: bool = True,
        bidirectional: bool = False,
        generator: torch.Generator | None = None,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        self.plan = Plan(cell, input_size, hidden_size, num_layers, bidirectional, bias)
        self.pool = Pool(self.plan)
        bound = 1 / math.sqrt(hidden_size)
        for part, shapes in self.plan.weights.items():
            for name, shape in shapes.items():
                weight = torch.empty(shape, dtype=dtype).uniform_(-bound, bound, generator=generator)
                self.register_parameter(f"{name}_{part}", nn.Parameter(weight))

    def weights(self) -> list[Tensor]:
        """All parameters in the engine's order."""
        return [getattr(self, f"{name}_{part}") for part, names in self.plan.weights.items() for name in names]

    def forward(self, x: Tensor, state: States | None = None) -> tuple[Tensor, States]:
        """Read x (T, B, I); return h of the last layer (T, B, P * directions) and every layer's last states."""
        return self.call(x, state, Call(self.pool))

    def call(self, x: Tensor, state: States | None, call: Call) -> tuple[Tensor, States]:
        """The same; ``call`` keeps what happened."""
        states = (None,) * len(self.plan.cell.states) if state is None else state
        states = (states,) if isinstance(states, Tensor) else states
        y, *last = Through.apply(call, x, *states, *self.weights())  # type: ignore[no-untyped-call]
        return y, last[0] if len(last) == 1 else tuple(last)
