"""How far back the error reaches, in any recorded network."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from rnnviz.figures.chart import framed
from rnnviz.figures.palette import looks
from rnnviz.records.trace import Trace


def gradient_flow(traces: Mapping[str, Trace], state: str = "h", layer: str = "l0") -> go.Figure:
    """Length of the gradient at each step, one line per trace, the mean over the batch.

    Read it from right to left, as the error travels. A straight line on this log axis is exponential decay or growth:
    its slope is the log of the factor by which each step scales the gradient. A length of 0 cannot be drawn and leaves
    a gap; so do infinity and NaN.

    Args:
        traces: what to compare, by the names of the lines.
        state: "h", or "c" where the cell has one.
        layer: torch's suffix, such as "l0", "l0_reverse" or "l1".
    """
    drawn = looks(traces)
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": list(range(1, len(trace.x) + 1)),
            "y": lengths(trace, state, layer),
            "line": {"color": drawn[name].colour.light, "dash": drawn[name].dash, "width": 2.5},
            "hovertemplate": f"{name}, step %{{x}}: %{{y:.3g}}<extra></extra>",
        }
        for name, trace in traces.items()
    ]
    axis = {"type": "log", "exponentformat": "power"}
    return framed(lines, "step t", f"‖∂L/∂{state}<sub>t</sub>‖", yaxis=axis, showlegend=True)


def lengths(trace: Trace, state: str, layer: str) -> np.ndarray:
    """(T,): the gradient's length, mean over the sequences that have the step; NaN where it cannot be drawn."""
    if layer not in trace.layers:
        raise ValueError(f"The trace has the layers {', '.join(trace.layers)}, not {layer}.")
    if state not in trace.layers[layer].grads:
        raise ValueError(f"The layer {layer} has the states {', '.join(trace.layers[layer].grads)}, not {state}.")
    gradient = trace.layers[layer].grads[state]
    norms = np.linalg.norm(gradient.astype(np.float64), axis=-1)
    active = trace.layers[layer].active
    with np.errstate(all="ignore"):
        mean = np.where(active, norms, 0).sum(axis=1) / active.sum(axis=1)
    drawn: np.ndarray = np.where(np.isfinite(mean) & (mean > 0), mean, np.nan)
    return drawn
