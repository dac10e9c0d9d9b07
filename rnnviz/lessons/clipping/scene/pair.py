"""Two trainings as a film, packed for the scene that plays them side by side."""

from __future__ import annotations

from itertools import groupby

import numpy as np

from rnnviz.cells import CELLS
from rnnviz.cells.cell import Array
from rnnviz.config.vocabulary import THRESHOLDS
from rnnviz.lessons.clipping.experiments.pair import Pair
from rnnviz.stage.pack import pack
from rnnviz.studies.digits import given
from rnnviz.studies.race import BATCH

MEAN = 100  # passes a shown accuracy is the mean of


def pair(run: Pair, *, goal: int, running: bool, recorded: int) -> bytes:
    """Pack what is known so far.

    Args:
        run: the two trainings.
        goal: updates there will be in the end: how wide the charts' axis is.
        running: more is to come; the scene shows the newest frame.
        recorded: up to this update the run was made before, and the scene says so; 0: all of it just now.
    """
    config = run.config
    header = {
        "T": len(run.symbols),
        "symbols": run.symbols,
        "told": config.problem.description,
        "answer": run.answer,
        "clues": config.problem.clues_in(run.symbols),
        "cell": CELLS[config.cell].title,
        "frames": [frame.update for frame in run.frames],
        "last": run.updates,
        "goal": goal,
        "running": running,
        "recorded": recorded,
        "baseline": run.baseline,
        "chance": run.chance,
        "theta": config.max_norm,
        "how": config.clip,
        "rungs": THRESHOLDS,
        "blocks": sum(block.reads_h for block in CELLS[config.cell]().blocks),
        "terms": [{"update": t.update, "theta": t.max_norm, "rate": t.lr, "how": t.clip} for t in run.terms],
        "held": held(run),
    }
    return pack(header, arrays(run))


def held(run: Pair) -> str:
    """What is the same on both sides, in one sentence."""
    c, rates = run.config, [given(rate) for rate, _ in groupby(terms.lr for terms in run.terms)]
    rate = f"rate {rates[0]}" if len(rates) == 1 else f"the rates {', '.join(rates)} one after the other"
    return (
        f"Held constant: the seed ({c.seed}), hence the first weights and every sequence; {CELLS[c.cell].title}, "
        f"{c.hidden_size} hidden units, T = {len(run.symbols)} steps, {BATCH} fresh sequences an update, plain "
        f"gradient descent at {rate}. Only the clipping differs."
    )


def arrays(run: Pair) -> dict[str, Array]:
    """Curves (K, U+1) and frames (F, K, ...)."""
    curves = {"losses": run.losses, "norms": run.norms, "clipped": run.clipped, "right": trailing(run.accuracies)}
    frames = {
        name: np.stack([getattr(frame, name) for frame in run.frames])
        for name in ("hidden", "reach", "saturated", "stretch", "length")
    }
    return {name: curve.T for name, curve in curves.items()} | frames


def trailing(values: Array, width: int = MEAN) -> Array:
    """Mean of the latest ``width`` rows, of as many as there are at first; (U, K)."""
    sums = np.cumsum(np.vstack([np.zeros_like(values[:1], dtype=float), values]), axis=0)
    start = np.maximum(np.arange(1, len(sums)) - width, 0)
    means: Array = (sums[1:] - sums[start]) / (np.arange(1, len(sums)) - start)[:, None]
    return means
