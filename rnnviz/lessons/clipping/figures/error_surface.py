"""The cliff in three dimensions."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.figures.chart import CLEAR
from rnnviz.figures.palette import CLIPPED, CONTOUR, GROUND_HIGH, GROUND_LOW, PLAIN, faded
from rnnviz.lessons.clipping.experiments.cliff import B, Descent, W, surface

LIFT = 0.01  # the ways lie this much above the surface, to be seen


def error_surface(plain: Descent, clipped: Descent) -> go.Figure:
    """Error of the one-unit network over w and b, and both balls' ways while they are on the map."""
    w, b, error = surface(101, 101)
    ground = {
        "type": "surface",
        "name": "error",
        "x": w,
        "y": b,
        "z": error,
        "colorscale": [[0, GROUND_LOW], [1, GROUND_HIGH]],
        "showscale": False,
        "contours": {"z": {"show": True, "start": 0, "end": 0.5, "size": 0.05, "color": faded(CONTOUR, 0.5)}},
    }
    axes = {
        "xaxis": {"title": {"text": "weight w"}, "range": W},
        "yaxis": {"title": {"text": "bias b"}, "range": B},
        "zaxis": {"title": {"text": "error E"}},
        "camera": {"eye": {"x": -1.5, "y": -1.3, "z": 0.9}},
    }
    ways = [way("without clipping", plain, PLAIN.light, "dash"), way("with clipping", clipped, CLIPPED.light, "solid")]
    layout = {
        "scene": axes,
        "height": 460,
        "margin": {"l": 0, "r": 0, "t": 30, "b": 0},
        "paper_bgcolor": CLEAR,
        "legend": {"orientation": "h", "y": 1.05, "x": 0},
    }
    return go.Figure({"data": [ground, *ways], "layout": layout})


def way(name: str, descent: Descent, colour: str, dash: str) -> dict[str, object]:
    """A ball's way up to where it leaves the map."""
    inside = (descent.w >= W[0]) & (descent.w <= W[1]) & (descent.b >= B[0]) & (descent.b <= B[1])
    last = len(inside) if inside.all() else int(np.argmin(inside))
    line = {"color": colour, "width": 6, "dash": dash}
    return {
        "type": "scatter3d",
        "mode": "lines",
        "name": name,
        "x": descent.w[:last],
        "y": descent.b[:last],
        "z": descent.errors[:last] + LIFT,
        "line": line,
    }
