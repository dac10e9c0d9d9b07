"""The one network of the family that is looked into: the chosen cell at the chosen spectral radius."""

import torch

from rnnviz.cells import CELLS
from rnnviz.cells.cell import Array
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.experiments.networks import at_radius, signals
from rnnviz.models.recurrent import Recurrent
from rnnviz.records.recording import record
from rnnviz.records.trace import Trace
from rnnviz.studies.digits import given


def build(config: GradientConfig) -> Recurrent:
    """Build it, with the weights that it has in the picture of all chosen cells."""
    return at_radius(config, config.cell, config.seed)


def inputs_and_direction(config: GradientConfig) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs (T, B, I) and the direction w (H,) whose product with h is the loss."""
    x, direction = signals(config, config.seed)
    return torch.tensor(x).permute(0, 2, 1).contiguous(), torch.tensor(direction)


def recorded(config: GradientConfig) -> tuple[Recurrent, Trace]:
    """One pass with the loss on the last step, for every sequence of the batch."""
    module, (x, direction) = build(config), inputs_and_direction(config)
    return module, record(module, x, lambda h: (h[-1] @ direction).sum())


def title(config: GradientConfig) -> str:
    """The network in a few words."""
    cell = CELLS[config.cell]()
    kind = f" ({config.activation})" if config.cell == "elman" else ""
    scaled = [f"ρ = {given(config.rho)}"] if any(block.reads_h for block in cell.blocks) else []
    bias = given(config.bias) if config.dial == "bias" else config.forget_bias
    opened = [f"forget bias {bias}"] if cell.anatomy.keeper and bias != "torch" else []
    return ", ".join([f"{cell.title}{kind}", *scaled, *opened])


def root_mean_square(values: Array) -> Array:
    """Root mean square over the sequences, the last axis."""
    means: Array = (values**2).mean(-1) ** 0.5
    return means
