"""Which step's loss reached which step: every pair, and what arrives at each step."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.figures.chart import framed, power
from rnnviz.figures.palette import GRADIENT, faded
from rnnviz.lessons.vanishing.experiments.gradient_matrix import Matrix

FAINTEST, STRONGEST = -8, 2  # decades; the scale of the arrows


def gradient_matrix(matrix: Matrix) -> go.Figure:
    """Row k is the loss of step k, column t the state it reaches: read each row from its diagonal leftwards.

    The colour is absolute and logarithmic: a row that fades within a few columns is a memory of a few steps.
    """
    with np.errstate(divide="ignore"):
        logs = np.log10(matrix.lengths)
    steps = list(range(1, len(logs) + 1))
    logs = np.where(np.tri(len(logs), dtype=bool), np.maximum(logs, FAINTEST), np.nan)
    title = f"‖∂L<sub>k</sub>/∂{matrix.state}<sub>t</sub>‖"
    heat = {
        "type": "heatmap",
        "x": steps,
        "y": steps,
        "z": logs.astype(np.float32),
        "zmin": FAINTEST,
        "zmax": STRONGEST,
        "colorscale": [[0, faded(GRADIENT.light, 0.05)], [1, GRADIENT.light]],
        "colorbar": {"title": {"text": title}, **power(range(FAINTEST, STRONGEST + 1, 2))},
        "hovertemplate": "loss of step %{y} at step %{x}: 10^%{z:.2f}<extra></extra>",
    }
    return framed([heat], "reaches step t", "loss of step k", height=420, yaxis={"autorange": "reversed"})


def arrivals(matrix: Matrix) -> go.Figure:
    """At each step, what arrives from losses near and far: the darker, the nearer. Lengths are added up.

    On a plain axis: what cannot be seen here is what training does not feel.
    """
    steps = list(range(1, len(matrix.lengths) + 1))
    shades = np.linspace(0.95, 0.2, len(matrix.by_distance))
    bars = [
        {
            "type": "bar",
            "name": f"{band} later" if band != "0" else "its own loss",
            "x": steps,
            "y": values,
            "marker": {"color": faded(GRADIENT.light, shade), "line": {"color": GRADIENT.light, "width": 0.5}},
        }
        for (band, values), shade in zip(matrix.by_distance.items(), shades, strict=True)
    ]
    sums = f"sum over k of ‖∂L<sub>k</sub>/∂{matrix.state}<sub>t</sub>‖"
    return framed(bars, "step t", sums, height=420, barmode="stack", bargap=0.1)
