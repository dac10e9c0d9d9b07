"""Why does it vanish: because the recurrent weights are small, or because the units are saturated?"""

from dataclasses import dataclass

import numpy as np

from rnnviz.analysis.jacobians import jacobians, singular_values
from rnnviz.analysis.pairs import pairs
from rnnviz.cells.activations import SLOPES, STEEPEST
from rnnviz.cells.cell import Array
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.experiments.chosen_network import inputs_and_direction, recorded, title


@dataclass(frozen=True, eq=False)
class StepFactors:
    """What each step of one sequence multiplies the gradient by on its way back, and what that factor is made of."""

    title: str
    singular: Array  # (T, S) of ∂state_t/∂state_{t-1}, largest first; the state is h, or h and c
    eigenvalues: dict[str, Array]  # (H,) complex, of each block of W_hh, by symbol
    slopes: dict[str, Array]  # (T, H) of each block's activation, as a share of its steepest
    largest: float  # σ_max of the Jacobian's only matrix, or of the largest block of W_hh
    per_step: float  # what one step back multiplied the whole state's gradient by, geometric mean over the pass

    @property
    def open(self) -> float:
        """Mean slope over all steps, units and blocks, as a share of the steepest: 1 is free of saturation."""
        return float(np.mean([slopes.mean() for slopes in self.slopes.values()]))


def step_factors(config: GradientConfig) -> StepFactors:
    """Measure the first sequence of the batch."""
    module, trace = recorded(config)
    layer = trace.layers["l0"]
    blocks = module.plan.cell.blocks
    reading = [block for block in blocks if block.reads_h]
    matrix = trace.weights.get("weight_hh_l0")
    pieces = [] if matrix is None else np.split(matrix, len(reading))
    activations = layer.gates | layer.states
    x, direction = inputs_and_direction(config)
    whole = pairs(module, x[:, :1], lambda h: h @ direction)["l0"]["".join(module.plan.cell.states)]
    return StepFactors(
        title(config),
        singular_values(jacobians(module, trace)[:, 0]),
        {block.symbol: np.linalg.eigvals(piece) for block, piece in zip(reading, pieces, strict=True)},
        {b.symbol: SLOPES[b.activation](activations[b.symbol][:, 0]) / STEEPEST[b.activation] for b in blocks},
        max((float(np.linalg.norm(piece, 2)) for piece in pieces), default=0.0),
        geometric_mean(whole[-1, :, 0]),
    )


def geometric_mean(lengths: Array) -> float:
    """The factor of one step back, from the first and the last of T lengths."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return float((lengths[0] / lengths[-1]) ** (1 / max(len(lengths) - 1, 1)))
