"""The eigenvalues of the recurrent weights, in the complex plane."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.figures.chart import REFERENCE, framed
from rnnviz.figures.palette import GATES, GREY
from rnnviz.lessons.vanishing.experiments.step_factors import StepFactors

SYMBOLS = ("circle", "square", "diamond", "cross")


def eigenvalues(factors: StepFactors) -> go.Figure:
    """Each point is a direction that W_hh turns and scales: outside the unit circle it grows, inside it fades."""
    angle = np.linspace(0, 2 * np.pi, 181)
    circle = {
        "type": "scatter",
        "name": "unit circle",
        "mode": "lines",
        "hoverinfo": "skip",
        "line": {"color": REFERENCE},
    }
    circle |= {"x": np.cos(angle), "y": np.sin(angle)}
    points = [
        {
            "type": "scatter",
            "name": f"block of {symbol}",
            "mode": "markers",
            "x": values.real,
            "y": values.imag,
            "marker": {
                "color": GATES[symbol].light if symbol in GATES else GREY,
                "symbol": shape,
                "size": 9,
                "opacity": 0.85,
            },
        }
        for (symbol, values), shape in zip(factors.eigenvalues.items(), SYMBOLS, strict=False)
    ]
    square = {"scaleanchor": "x", "scaleratio": 1, "constrain": "domain"}
    return framed(
        [circle, *points], "real part", "imaginary part", height=400, xaxis={"constrain": "domain"}, yaxis=square
    )
