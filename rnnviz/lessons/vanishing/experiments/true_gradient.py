"""The trap: ``output.grad`` of a recurrent module is not ∂L/∂h_t. Both are measured here by torch's autograd."""

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from rnnviz.cells import CELLS
from rnnviz.cells.cell import Array
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.experiments.chosen_network import build, inputs_and_direction, root_mean_square
from rnnviz.models.recurrent import Recurrent
from rnnviz.records.recording import record

TORCH: dict[str, Any] = {"elman": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


def of_the_output(rnn: Any, x: Any, w: Any, t: int) -> Any:
    """What most code does: the gradient on the stacked output, such as ``output.grad``."""
    output, _ = rnn(x)
    loss = (output[-1] @ w).sum()
    return torch.autograd.grad(loss, output)[0][t - 1]


def of_the_state(rnn: Any, x: Any, w: Any, t: int) -> Any:
    """The total derivative: stop after step t, go on from its state, and ask for the gradient on that state."""
    _, h = rnn(x[:t])
    output, _ = rnn(x[t:], h)
    return torch.autograd.grad((output[-1] @ w).sum(), h)[0]


def of_the_state_beside_c(rnn: Any, x: Any, w: Any, t: int) -> Any:
    """The total derivative in an LSTM: stop after step t, go on from its h and c, and ask for the gradient on h."""
    _, (h, c) = rnn(x[:t])
    output, _ = rnn(x[t:], (h, c))
    return torch.autograd.grad((output[-1] @ w).sum(), h)[0]


@dataclass(frozen=True, eq=False)
class Trap:
    """Lengths of both gradients at a few steps, a mean over the sequences, and the lines of code that measured them."""

    module: str  # "nn.LSTM"; "rnnviz.Recurrent", of this cell, where torch has no such module
    steps: list[int]
    stacked: list[float]
    true: list[float]
    recorded: list[float]  # what ``rnnviz.record`` says of the same module
    code: tuple[str, str]


def true_gradient(config: GradientConfig) -> Trap:
    """Ask torch's own module, with the weights of the network on screen, for both gradients.

    Torch has no module for some cells and activations: there rnnviz's own is asked, which runs under torch's autograd.
    """
    rnn, (x, w) = twin(config), inputs_and_direction(config)
    steps = sorted({1, *(max(1, len(x) * quarter // 4) for quarter in (1, 2, 3)), len(x) - 1})
    state = of_the_state_beside_c if len(CELLS[config.cell].states) > 1 else of_the_state
    trace = record(rnn, x, lambda output: (output[-1] @ w).sum())
    return Trap(
        f"nn.{type(rnn).__name__}" if isinstance(rnn, nn.RNNBase) else "rnnviz.Recurrent",
        steps,
        [length(of_the_output(rnn, x, w, t).numpy()) for t in steps],
        [length(state(rnn, x, w, t)[0].numpy()) for t in steps],
        [length(trace.layers["l0"].grads["h"][t - 1]) for t in steps],
        (body(of_the_output), body(state)),
    )


def length(gradient: Array) -> float:
    """Of gradients (B, H), the root mean square over the sequences."""
    return float(root_mean_square(np.linalg.norm(gradient, axis=1)))


def twin(config: GradientConfig) -> nn.RNNBase | Recurrent:
    """Torch's module with the weights of the network on screen, or that network where torch has no such module."""
    ours = build(config)
    kind = TORCH.get(config.cell)
    if kind is None or (kind is nn.RNN and config.activation not in {"tanh", "relu"}):
        return ours
    options = {"nonlinearity": config.activation} if kind is nn.RNN else {}
    rnn: nn.RNNBase = kind(ours.plan.input_size, ours.plan.hidden_size, dtype=torch.float64, **options)
    rnn.load_state_dict(ours.state_dict())
    return rnn


def body(function: Any) -> str:
    """The three lines that did it."""
    lines = inspect.getsource(function).splitlines()[-3:]
    return "\n".join(line.removeprefix("    ") for line in lines)
