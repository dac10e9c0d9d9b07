"""Who solves the task: a dot for each seed."""

from textwrap import wrap

import numpy as np
import plotly.graph_objects as go

from rnnviz.figures.chart import REFERENCE, framed
from rnnviz.figures.palette import SOLVED, UNSOLVED
from rnnviz.studies.race import Race

LINE = 30  # characters
SPREAD = 0.15  # of a row, between two seeds


def standings(run: Race) -> go.Figure:
    """Share of right answers over the latest 2,000 sequences; green diamonds have solved it, orange circles not.

    The dotted line is chance: where a network without memory stays.
    """
    names = [broken(f"{name} ({run.solved(name)}\u00a0of\u00a0{len(run.of(name))})") for name in run.names]
    traces = [
        dots(run, solved=False)
        | {"name": "not solved", "marker": {"color": UNSOLVED.light, "size": 10, "symbol": "circle"}},
        dots(run, solved=True) | {"name": "solved", "marker": {"color": SOLVED.light, "size": 11, "symbol": "diamond"}},
    ]
    chance = 100 * run.task.chance
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": "chance",
            "x": [chance, chance],
            "y": [-0.5, len(names) - 0.5],
            "hoverinfo": "skip",
            "line": {"dash": "dot", "color": REFERENCE},
        }
    )
    rows = {"tickvals": list(range(len(names))), "ticktext": names, "range": [len(names) - 0.5, -0.5]}
    height = 130 + 40 * len(names)
    across = {"range": [0, 103]}
    return framed(
        traces,
        "right answers, %",
        "",
        height=height,
        xaxis=across,
        yaxis=rows | {"automargin": True, "showgrid": False},
    )


def dots(run: Race, *, solved: bool) -> dict[str, object]:
    """The seeds that have solved it, or those that have not, one above the other in the row of their name."""
    chosen = [
        (100 * float(run.right[-1][k]), row + SPREAD * (s - (len(run.of(name)) - 1) / 2), k)
        for row, name in enumerate(run.names)
        for s, k in enumerate(run.of(name))
        if bool(np.isfinite(run.solved_at[k])) == solved
    ]
    places = {"x": [x for x, *_ in chosen], "y": [y for _, y, _ in chosen]}
    labels = [f"{run.entries[k].name}, seed {run.entries[k].seed}{when(run, k)}" for *_, k in chosen]
    marks = {"text": labels, "hovertemplate": "%{x:.3g}% right: %{text}<extra></extra>"}
    return {"type": "scatter", "mode": "markers", "cliponaxis": False, **places, **marks}


def when(run: Race, k: int) -> str:
    """When a network had solved it."""
    return f", solved at update {run.solved_at[k]:,.0f}" if np.isfinite(run.solved_at[k]) else ""


def broken(label: str) -> str:
    """The label in lines that leave room for the chart on a phone."""
    return "<br>".join(wrap(label, LINE))
