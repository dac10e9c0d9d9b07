"""What all charts have in common: paper and type come from the page's theme."""

from typing import Any

import plotly.graph_objects as go

from rnnviz.figures.palette import GREY, faded

GRID, CLEAR = faded(GREY, 0.25), "rgba(0, 0, 0, 0)"
REFERENCE = faded(GREY, 0.9)
"""Lines that are not measured: a level, a circle, chance."""


def framed(data: list[dict[str, Any]], x: str, y: str, *, height: int = 360, **layout: Any) -> go.Figure:
    """A figure from plain traces, with axis titles (and their units) and a legend above."""
    axes = {
        "xaxis": {"title": {"text": x}, "gridcolor": GRID, "zeroline": False} | layout.pop("xaxis", {}),
        "yaxis": {"title": {"text": y}, "gridcolor": GRID, "zeroline": False} | layout.pop("yaxis", {}),
    }
    common = {
        "height": height,
        "margin": {"l": 64, "r": 16, "t": 34, "b": 48},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    }
    return go.Figure({"data": data, "layout": common | axes | layout})


def power(values: range) -> dict[str, Any]:
    """Ticks of an axis or a colour bar that holds logarithms."""
    marks = list(values)
    return {"tickvals": marks, "ticktext": ["1" if p == 0 else f"10<sup>{p}</sup>".replace("-", "−") for p in marks]}
