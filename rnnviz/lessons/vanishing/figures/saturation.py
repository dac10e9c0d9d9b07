"""Which units are saturated, and when."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.figures.chart import framed
from rnnviz.figures.palette import OPEN, SATURATED, faded
from rnnviz.lessons.vanishing.experiments.step_factors import StepFactors


def saturation(factors: StepFactors) -> go.Figure:
    """The slope of each unit's activation as a share of its steepest: brown is saturated, and lets no gradient through.

    A row is a unit, a column a step; the blocks of a gated cell stand one below the other.
    """
    grid = np.concatenate([slopes.T for slopes in factors.slopes.values()])
    names = [f"{symbol}<sub>{unit + 1}</sub>" for symbol, s in factors.slopes.items() for unit in range(s.shape[1])]
    heat = {
        "type": "heatmap",
        "x": list(range(1, grid.shape[1] + 1)),
        "y": names,
        "z": grid.astype(np.float32),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, SATURATED], [1, faded(OPEN, 0.08)]],
        "colorbar": {"title": {"text": "slope"}, "tickvals": [0, 0.5, 1], "ticktext": ["0, saturated", "½", "1, open"]},
        "hovertemplate": "%{y} at step %{x}: %{z:.3f}<extra></extra>",
    }
    height = max(400, 90 + min(9 * len(names), 620))
    return framed([heat], "step t", "unit", height=height, yaxis={"autorange": "reversed"})
