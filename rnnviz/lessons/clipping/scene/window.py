"""One pass's gradient, step by step, packed for the scene in which a window is dragged over it."""

from __future__ import annotations

import numpy as np

from rnnviz.lessons.clipping.experiments.windows import Reach
from rnnviz.stage.pack import pack


def window(reach: Reach, at: int) -> bytes:
    """Pack what every window keeps: a drag needs no server."""
    header = {
        "symbols": reach.symbols,
        "clues": reach.clues,
        "window": min(at, len(reach.symbols)),
        "seed": reach.seed,
        "matrix": reach.matrix,
    }
    arrays = {name: np.asarray(getattr(reach, name), np.float32) for name in ("norms", "lost", "cosine")}
    return pack(header, arrays)
