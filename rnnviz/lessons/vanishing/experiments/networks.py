"""The networks of the lesson, what they read, and the direction in which each is asked for its error."""

from collections.abc import Sequence

import numpy as np
import torch

from rnnviz.cells import CELLS
from rnnviz.cells.cell import Array, Cell
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.models import initialise
from rnnviz.models.recurrent import Recurrent

SEEDS = 5
"""Each picture's spread: the chosen seed and the four after it."""
SEQUENCES = 2
"""Sequences each network reads; what is shown is the root mean square over them."""
INPUTS = 8
"""Numbers a network reads at each step."""


def cell_of(config: GradientConfig, name: str) -> Cell:
    """One of the chosen cells; only the Elman RNN has a choice of activation."""
    return CELLS[name](**({"activation": config.activation} if name == "elman" else {}))


def drawn(config: GradientConfig, cell: Cell, seed: int) -> Recurrent:
    """The recurrent part as PyTorch would draw it, in double precision.

    Short of double precision a gradient that vanished over 100 steps would be exactly zero.
    """
    generator = torch.Generator().manual_seed(seed)
    return Recurrent(cell, INPUTS, config.hidden_size, generator=generator, dtype=torch.float64)


def network(config: GradientConfig, cell: Cell, seed: int) -> Recurrent:
    """The recurrent part as it starts: each block of W_hh at spectral radius 1, and the forget bias that is dragged."""
    module, generator = drawn(config, cell, seed), torch.Generator().manual_seed(seed + 10_000)
    if config.initial == "orthogonal":
        initialise.orthogonal(module, generator)
    elif config.initial == "identity":
        initialise.identity(module)
    else:
        initialise.spectral_radius(module, 1.0)
    if cell.anatomy.keeper and config.dial == "bias":
        initialise.forget_bias(module, config.bias)
    elif cell.anatomy.keeper and config.forget_bias == "chrono":
        initialise.chrono(module, max(config.seq_len, 2), generator)
    elif cell.anatomy.keeper and config.forget_bias != "torch":
        initialise.forget_bias(module, float(config.forget_bias))
    return module


def at_radius(config: GradientConfig, name: str, seed: int) -> Recurrent:
    """The network with each block of W_hh at the configured spectral radius."""
    module = network(config, cell_of(config, name), seed)
    with torch.no_grad():
        for parameter, weight in module.named_parameters():
            if parameter.startswith("weight_hh"):
                weight.mul_(config.rho)
    return module


def weights(module: Recurrent) -> dict[str, Array]:
    """Torch's names without the layer's suffix."""
    return {name.removesuffix("_l0"): weight.detach().numpy() for name, weight in module.named_parameters()}


def over_biases(modules: list[Recurrent], biases: Sequence[float]) -> list[list[dict[str, Array]]]:
    """Copies of the weights of S networks for each of the K forget biases; where no gate keeps anything, all alike."""
    by_bias = []
    for bias in biases:
        for module in modules:
            if module.plan.cell.anatomy.keeper:
                initialise.forget_bias(module, bias)
        by_bias.append([{name: weight.copy() for name, weight in weights(module).items()} for module in modules])
    return by_bias


def signals(config: GradientConfig, seed: int) -> tuple[Array, Array]:
    """What every cell reads and how it is asked: inputs (T, I, B), and a direction w (H,) of length 1.

    The loss is wᵀh, of the last step or summed over all: the same error enters every network, whatever its cell.
    """
    generator = np.random.default_rng(seed)
    direction = generator.standard_normal(config.hidden_size)
    x = config.inputs * generator.standard_normal((config.seq_len, INPUTS, SEQUENCES))  # a shorter one begins alike
    return x, direction / np.linalg.norm(direction)


def data(config: GradientConfig) -> list[tuple[Array, Array]]:
    """The signals of every seed of the spread."""
    return [signals(config, config.seed + s) for s in range(SEEDS)]
