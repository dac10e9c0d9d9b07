"""The eigenvalues of the recurrent weights, in the complex plane."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.figures.chart import framed
from rnnviz.lessons.vanishing.experiments.steps import Steps

GATES = {
    "f": "#1b8a7a",
    "z": "#1b8a7a",
    "i": "#a07c00",
    "g": "#c2408a",
    "n": "#c2408a",
    "h": "#c2408a",
    "o": "#5b6bd6",
    "r": "#5b6bd6",
}
SYMBOLS = ("circle", "square", "diamond", "cross")


def eigenvalues(steps: Steps) -> go.Figure:
    """Each point is a direction that W_hh turns and scales: outside the unit circle it grows, inside it fades."""
    angle = np.linspace(0, 2 * np.pi, 181)
    grey = "rgba(128, 128, 128, 0.9)"
    circle = {"type": "scatter", "name": "unit circle", "mode": "lines", "hoverinfo": "skip", "line": {"color": grey}}
    circle |= {"x": np.cos(angle), "y": np.sin(angle)}
    points = [
        {
            "type": "scatter",
            "name": f"block of {symbol}",
            "mode": "markers",
            "x": values.real,
            "y": values.imag,
            "marker": {"color": GATES.get(symbol, "#6b6b6b"), "symbol": shape, "size": 9, "opacity": 0.85},
        }
        for (symbol, values), shape in zip(steps.eigenvalues.items(), SYMBOLS, strict=False)
    ]
    square = {"scaleanchor": "x", "scaleratio": 1, "constrain": "domain"}
    return framed(
        [circle, *points], "real part", "imaginary part", height=400, xaxis={"constrain": "domain"}, yaxis=square
    )
