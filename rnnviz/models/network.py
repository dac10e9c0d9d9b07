"""A network that reads a sequence: a stack of recurrent cells and a linear readout."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.cells.cell import Array, Cell
from rnnviz.models.engine_view import States
from rnnviz.models.recurrent import Recurrent
from rnnviz.models.sequences import Form


class Readout(nn.Linear):
    """From h to logits, and back."""

    def reset_parameters(self) -> None:
        """Nothing: a linear layer's own would draw from torch's global generator."""

    @np.errstate(all="ignore")  # an exploded pass has NaN and infinity in it
    def logits(self, h: Array) -> Array:
        """Without torch's graph: h (T, B, P) -> logits (T, B, O)."""
        weight, bias = self.weight.detach().numpy(), self.bias.detach().numpy()
        logits: Array = np.matmul(h.reshape(-1, self.in_features), weight.T)
        logits += bias
        return logits.reshape(*h.shape[:2], -1)

    @np.errstate(all="ignore")
    def backward(self, h: Array, slope: Array) -> tuple[Array, dict[str, Array]]:
        """From ∂L/∂logits to ∂L/∂h, and ∂L/∂(its own parameters) by their names in a network."""
        flat, states = slope.reshape(-1, self.out_features), h.reshape(-1, self.in_features)
        grad_h = np.matmul(flat, self.weight.detach().numpy()).reshape(h.shape)
        return grad_h, {"readout.weight": np.matmul(flat.T, states), "readout.bias": flat.sum(0)}


class Network(nn.Module):
    """Logits at every step. Parameters carry torch's names: ``rnn.weight_ih_l0``, ..., ``readout.bias``.

    They start as torch's own modules start: everything from U(-1/sqrt(H), 1/sqrt(H)), drawn from ``generator``, whose
    seed therefore fixes every number.

    Args:
        cell: what is repeated at every step, e.g. ``LSTM()``.
        input_size: I.
        hidden_size: H.
        output_size: O.
        num_layers: cells on top of each other at every step.
        bidirectional: whether each layer also reads from the end.
        generator: where the first weights come from; never torch's global one unless left out.
        dtype: ``torch.float32`` or ``torch.float64``.
    """

    def __init__(
        self,
        cell: Cell,
        input_size: int,
        hidden_size: int,
        output_size: int,
        *,
        num_layers: int = 1,
        bidirectional: bool = False,
        generator: torch.Generator | None = None,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        self.rnn = Recurrent(
            cell, input_size, hidden_size, num_layers, bidirectional=bidirectional, generator=generator, dtype=dtype
        )
        width = hidden_size * len(self.rnn.plan.directions)
        self.readout = Readout(width, output_size, dtype=dtype)
        bound = 1 / math.sqrt(width)
        for parameter in self.readout.parameters():
            nn.init.uniform_(parameter, -bound, bound, generator=generator)

    @property
    def cell(self) -> Cell:
        """The recurrent cell."""
        return self.rnn.plan.cell

    def forward(self, x: Tensor, state: States | None = None) -> Tensor:
        """Read x (T, B, I) from an optional state, (layers * directions, B, H) each; return logits (T, B, O)."""
        h, _ = self.rnn(x, state)
        logits: Tensor = self.readout(Form.of(x, batch_first=False).time_first(h))
        return logits
