"""Who solves the task: a dot for each seed."""

from textwrap import wrap

import numpy as np
import plotly.graph_objects as go

from rnnviz.experiments.race import Race
from rnnviz.experiments.start import task_of
from rnnviz.figures.frame import framed

LINE = 24  # characters
DOT, SOLVED_DOT = "#b8620a", "#1b8a7a"


def standings(run: Race) -> go.Figure:
    """Share of right answers over the latest 2,000 sequences; green diamonds have solved it, orange circles not.

    The dotted line is chance: where a network without memory stays.
    """
    names = [broken(f"{name} ({run.solved(name)} of {len(run.of(name))})") for name in run.names]
    traces = [
        dots(run, names, solved=False)
        | {"name": "not solved", "marker": {"color": DOT, "size": 11, "symbol": "circle"}},
        dots(run, names, solved=True)
        | {"name": "solved", "marker": {"color": SOLVED_DOT, "size": 12, "symbol": "diamond"}},
    ]
    chance = 100 * task_of(run.entries[0].config).chance
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": "chance",
            "x": [chance] * len(names),
            "y": names,
            "line": {"dash": "dot", "color": "rgba(128, 128, 128, 0.9)"},
        }
    )
    order = {"categoryorder": "array", "categoryarray": names[::-1], "automargin": True}
    height = 130 + 34 * len(names)
    return framed(traces, "right answers, %", "", height=height, xaxis={"range": [0, 103]}, yaxis=order)


def dots(run: Race, names: list[str], *, solved: bool) -> dict[str, object]:
    """The seeds that have solved it, or those that have not."""
    chosen = [
        (100 * float(run.right[-1][k]), label)
        for label, name in zip(names, run.names, strict=True)
        for k in run.of(name)
        if bool(np.isfinite(run.solved_at[k])) == solved
    ]
    places = {"x": [x for x, _ in chosen], "y": [y for _, y in chosen]}
    return {"type": "scatter", "mode": "markers", "cliponaxis": False, **places}


def broken(label: str) -> str:
    """The label in lines that leave room for the chart on a phone."""
    return "<br>".join(wrap(label, LINE))
