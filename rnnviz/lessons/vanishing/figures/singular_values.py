"""How much one step stretches and shrinks what goes back through it."""

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.cells.cell import Array
from rnnviz.figures.chart import REFERENCE, framed
from rnnviz.figures.palette import GRADIENT_ON_BOTH
from rnnviz.lessons.vanishing.experiments.step_factors import StepFactors

FAINTEST = 1e-8


def singular_values(factors: StepFactors) -> go.Figure:
    """Of each step's Jacobian ∂state/∂(state before): above 1 a direction grows on its way back, below 1 it fades.

    If even the largest lies below 1 at every step, the gradient must vanish.
    """
    places = list(range(1, len(factors.singular) + 1))
    values = np.maximum(factors.singular, FAINTEST)
    lines = [
        line("1: length kept", places, np.ones(len(places)), {"color": REFERENCE, "width": 1.5}),
        line("largest", places, values[:, 0], {"color": GRADIENT_ON_BOTH, "width": 3}),
        line("median", places, np.median(values, axis=1), {"color": GRADIENT_ON_BOTH, "width": 2, "dash": "dash"}),
        line("smallest", places, values[:, -1], {"color": GRADIENT_ON_BOTH, "width": 2, "dash": "dot"}),
    ]
    reach = [min(-1.0, float(np.log10(values.min())) - 0.1), max(0.3, float(np.log10(values.max())) + 0.1)]
    axis = {"type": "log", "range": reach, **ticks(*reach)}
    return framed(lines, "step t", "singular value", yaxis=axis, hovermode="x unified")


def ticks(low: float, high: float) -> dict[str, Any]:
    """Powers of ten; where fewer than three fit between these logarithms, 2 and 5 times them as well."""
    powers = range(math.floor(low), math.ceil(high) + 1)
    values = [m * 10.0**p for p in powers for m in ((1, 2, 5) if high - low < 3 else (1,))]
    return {"tickvals": values, "ticktext": [f"{value:g}" for value in values]}


def line(name: str, x: list[int], y: Array, look: dict[str, Any]) -> dict[str, Any]:
    """One curve."""
    return {"type": "scatter", "mode": "lines", "name": name, "x": x, "y": y, "line": look}
