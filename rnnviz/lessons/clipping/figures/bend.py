"""What clipping by norm and clipping by value leave of one real gradient."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.figures.chart import framed
from rnnviz.figures.palette import CLIPPED, GRADIENT, PLAIN
from rnnviz.lessons.clipping.experiments.bend import Bend
from rnnviz.studies.digits import digits

WHOLE, NORM, VALUE = GRADIENT.light, CLIPPED.light, PLAIN.light


def arrows(bend: Bend, theta: float) -> go.Figure:
    """The gradient, and both clipped ones at this threshold, in the plane that the gradient and the bent one span."""
    k = int(np.abs(bend.thresholds - theta).argmin())
    angle, after = np.radians(bend.angle[k]), float(bend.by_value[k])
    ends = {
        "gradient": (WHOLE, "dot", bend.length, 0.0),
        f"by value ({digits(bend.angle[k])}°)": (VALUE, "dash", after * np.cos(angle), after * np.sin(angle)),
        "by norm (0°)": (NORM, "solid", float(bend.by_norm[k]), 0.0),
    }
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": [0, x],
            "y": [0, y],
            "line": {"color": colour, "dash": dash, "width": 4},
            "marker": {"symbol": "arrow", "angleref": "previous", "size": [0, 18], "color": colour},
        }
        for name, (colour, dash, x, y) in ends.items()
    ]
    high = max(0.3 * bend.length, 1.2 * after * np.sin(angle))
    return framed(
        traces, "along the gradient", "across it", height=280, yaxis={"range": [-0.25 * high, high], "nticks": 4}
    )


def angles(bend: Bend) -> go.Figure:
    """Angle between the gradient and its clipped self at every threshold: by norm it is 0 throughout."""
    x = bend.thresholds
    traces = [
        {
            "type": "scatter",
            "name": "by value",
            "x": x,
            "y": bend.angle,
            "line": {"color": VALUE, "dash": "dash", "width": 3},
        },
        {"type": "scatter", "name": "by norm", "x": x, "y": np.zeros_like(x), "line": {"color": NORM, "width": 3}},
    ]
    return framed(traces, "threshold θ", "angle, degrees", height=280, xaxis={"type": "log", "dtick": 1})
