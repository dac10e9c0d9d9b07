"""What a threshold costs."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.figures.chart import REFERENCE, framed
from rnnviz.figures.palette import CLIPPED
from rnnviz.lessons.clipping.experiments.threshold_price import LADDER, SEEDS, final_losses
from rnnviz.studies.race import Race


def threshold_price(run: Race) -> go.Figure:
    """Loss at the end against the threshold, both on log axes: a dot a seed, the line through their medians.

    The dashed level is the median without clipping. Left, where the curve rises, clipping slows; where it lies low it
    saves or costs nothing; right, where it meets the dashed level, it never fires when it should.
    """
    losses, never = final_losses(run)
    theta = list(LADDER)
    seeds = {
        "type": "scatter",
        "mode": "markers",
        "name": "seeds",
        "x": np.repeat(theta, SEEDS),
        "y": losses.ravel(),
        "marker": {"color": CLIPPED.light, "opacity": 0.6, "size": 9},
    }
    middle = {
        "type": "scatter",
        "mode": "lines",
        "name": "median with clipping",
        "x": theta,
        "y": np.median(losses, axis=1),
        "line": {"color": CLIPPED.light, "width": 3},
    }
    none = {
        "type": "scatter",
        "mode": "lines",
        "name": "median without",
        "x": [theta[0], theta[-1]],
        "y": [float(np.median(never))] * 2,
        "line": {"color": REFERENCE, "dash": "dash", "width": 2},
    }
    log = {"type": "log", "dtick": 1}
    return framed([seeds, middle, none], "threshold θ", "loss at the end, nats", xaxis=log, yaxis=log)
