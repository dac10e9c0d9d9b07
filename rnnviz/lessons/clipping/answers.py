"""Questions about clipping, answered by the run on the page."""

from __future__ import annotations

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.lessons.clipping.experiments.pair import WITH, WITHOUT, Pair
from rnnviz.studies.answer import Answer
from rnnviz.studies.race import LATEST, SOLVED


def solved(run: Pair) -> tuple[bool, bool]:
    """Whether each of the two solves its task at the end: without, with."""
    share = run.accuracies[-LATEST:].mean(axis=0)
    return bool(share[WITHOUT] >= SOLVED), bool(share[WITH] >= SOLVED)


def who_solves(run: Pair) -> Answer:
    """Which network solves the task: only the clipped one (0), both (1), any other outcome (2)?"""
    without, with_clipping = solved(run)
    shares = run.accuracies[-LATEST:].mean(axis=0)
    fired = np.mean(run.clipped[:, WITH] < run.norms[:, WITH] * (1 - 1e-5))
    seen = (
        f"After {run.updates:,} updates {shares[WITHOUT]:.0%} of the answers are right without clipping and "
        f"{shares[WITH]:.0%} with it; chance is {run.chance:.0%}, and clipping fired on {fired:.0%} of the updates."
    )
    option = {(False, True): 0, (True, True): 1}.get((without, with_clipping), 2)
    return Answer(option, seen, why(run), "Pascanu, Mikolov & Bengio 2013")


def why(run: Pair) -> str:
    """What this run showed of the steps and the saturation, in one sentence."""
    longest = np.nanmax(steps(run), axis=0)
    last = run.frames[-1].saturated
    return (
        f"The longest step was {longest[WITHOUT]:.2g} without and {longest[WITH]:.2g} with clipping, and in the end "
        f"{last[WITHOUT]:.0%} and {last[WITH]:.0%} of the activations are saturated, where hardly any error gets back."
    )


def steps(run: Pair) -> Array:
    """How far each update moved the weights, (U, K)."""
    begun = np.searchsorted([terms.update for terms in run.terms], np.arange(run.updates), side="right") - 1
    rates = np.array([terms.lr for terms in run.terms])[begun]
    moved: Array = rates[:, None] * run.clipped[: run.updates]
    return moved
