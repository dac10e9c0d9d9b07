"""The numbers of a drawn figure, as they stand in it."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import numpy as np


def table(figure: Any) -> str:
    """A figure's numbers as CSV: one row a point, with the name of its trace; a heatmap has a row a cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["trace", "x", "y", "value"])
    for trace in figure.data:
        writer.writerows(rows(trace))
    return out.getvalue()


def rows(trace: Any) -> Iterator[tuple[object, ...]]:
    """One trace's points."""
    name = trace.name or trace.type
    if trace.type in {"heatmap", "surface", "contour"}:
        grid = np.asarray(trace.z)
        across = range(1, grid.shape[1] + 1) if trace.x is None else trace.x
        down = range(1, grid.shape[0] + 1) if trace.y is None else trace.y
        yield from ((name, x, y, grid[j, i]) for j, y in enumerate(down) for i, x in enumerate(across))
    else:
        heights = [""] * len(trace.x) if getattr(trace, "z", None) is None else trace.z
        yield from ((name, *point) for point in zip(trace.x, trace.y, heights, strict=True))
