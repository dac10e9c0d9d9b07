"""Which step's loss reaches which step?"""

from dataclasses import dataclass

from rnnviz.analysis.pairs import pairs
from rnnviz.cells.cell import Array
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.experiments.chosen_network import build, inputs_and_direction, root_mean_square, title

BANDS = ((0, 0), (1, 2), (3, 5), (6, 10), (11, 20), (21, 100))
"""Distances k - t, in steps, that are counted together."""


@dataclass(frozen=True, eq=False)
class Matrix:
    """Every pair of steps: what the loss of step k alone sends to step t."""

    title: str
    state: str  # what it reaches: "h", or "(h, c)"
    lengths: Array  # (k, t), ‖∂L_k/∂(state at t)‖; 0 where t comes after k

    @property
    def by_distance(self) -> dict[str, Array]:
        """(T,) for each band of distances: the lengths that arrive at step t, added up."""
        steps = len(self.lengths)
        bands = {}
        for near, far in BANDS:
            if near < steps:
                rows = [self.lengths[t + near : t + far + 1, t].sum() for t in range(steps)]
                bands[f"{near}" if near == far else f"{near} to {min(far, steps - 1)}"] = self.lengths.dtype.type(rows)
        return bands


def gradient_matrix(config: GradientConfig) -> Matrix:
    """Give every step its own loss wᵀh_k, and follow each of them back."""
    module, (x, direction) = build(config), inputs_and_direction(config)
    states = module.plan.cell.states
    lengths = pairs(module, x, lambda h: h @ direction)["l0"]["".join(states)]
    return Matrix(title(config), "h" if len(states) == 1 else f"({', '.join(states)})", root_mean_square(lengths))
