"""Torch's own recurrent modules, run by the engine."""

from __future__ import annotations

from torch import Generator, jit, nn

from rnnviz.cells.cell import Cell
from rnnviz.cells.elman import Elman
from rnnviz.cells.gru import GRU
from rnnviz.cells.lstm import LSTM
from rnnviz.models.recurrent import Recurrent, readable


def replace(module: nn.Module) -> Recurrent:
    """An exact replacement of an nn.RNN, nn.LSTM or nn.GRU, which shares its parameters.

    Raises:
        TypeError: in one sentence, for what cannot be read.
    """
    if isinstance(module, Recurrent):
        return module
    if isinstance(module, jit.ScriptModule):
        raise TypeError("A scripted module hides its Python side: give the nn.Module that was scripted.")
    if not isinstance(module, nn.RNN | nn.LSTM | nn.GRU):
        raise TypeError(f"Only nn.RNN, nn.LSTM, nn.GRU and rnnviz's own can be read, not {type(module).__name__}.")
    readable(next(module.parameters()))
    twin = Recurrent(
        cell_of(module),
        module.input_size,
        module.hidden_size,
        module.num_layers,
        bias=module.bias,
        batch_first=module.batch_first,
        dropout=module.dropout,
        bidirectional=module.bidirectional,
        proj_size=module.proj_size,
        generator=Generator(),  # not the global one, whose numbers are the reader's
    )
    twin._parameters = module._parameters  # noqa: SLF001 -- the same for good, whatever the reader assigns later
    twin.weights()  # says if one cannot be read
    return twin.train(module.training)


def cell_of(module: nn.RNN | nn.LSTM | nn.GRU) -> Cell:
    """The cell a torch module repeats."""
    if isinstance(module, nn.RNN):
        return Elman(module.nonlinearity)
    return LSTM() if isinstance(module, nn.LSTM) else GRU()
