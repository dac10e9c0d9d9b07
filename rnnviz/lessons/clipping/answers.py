"""Questions about clipping, answered by the run on the page."""

from __future__ import annotations

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.lessons.clipping.experiments.pair import WITH, WITHOUT, Pair
from rnnviz.studies.answer import Answer
from rnnviz.studies.digits import digits
from rnnviz.studies.percent import percent
from rnnviz.studies.race import LATEST, SOLVED, shortened


def shares(run: Pair) -> Array:
    """Share of right answers over the latest passes: without, with."""
    share: Array = run.accuracies[-LATEST:].mean(axis=0, dtype=float)
    return share


def solved(run: Pair) -> tuple[bool, bool]:
    """Whether each of the two solves its task at the end, over ``LATEST`` passes: without, with."""
    enough = len(run.accuracies) >= LATEST
    return bool(enough and shares(run)[WITHOUT] >= SOLVED), bool(enough and shares(run)[WITH] >= SOLVED)


def who_solves(run: Pair) -> Answer:
    """Which network solves the task: only the clipped one (0), both (1), neither (2), only the other (3)?"""
    share, passes = shares(run), min(LATEST, len(run.accuracies))
    fired = shortened(run.norms[: run.updates, WITH], run.clipped[: run.updates, WITH]).mean()
    seen = (
        f"After {run.updates:,} updates, over the latest {passes} batches, {percent(share[WITHOUT])} of the answers "
        f"are right without clipping and {percent(share[WITH])} with it; a guess gets {percent(run.chance)}, "
        f"{SOLVED:.0%} over {LATEST} batches counts as solved, and clipping fired on {percent(fired)} of the updates."
    )
    option = {(False, True): 0, (True, True): 1, (False, False): 2, (True, False): 3}[solved(run)]
    return Answer(option, seen, why(run), "Pascanu, Mikolov & Bengio 2013")


def why(run: Pair) -> str:
    """What this run showed of the steps and the saturation, in one sentence."""
    longest, last = steps(run).max(axis=0), run.frames[-1]
    return (
        f"The longest step was {digits(longest[WITHOUT])} without and {digits(longest[WITH])} with clipping, and at "
        f"update {last.update:,} {percent(last.saturated[WITHOUT])} and {percent(last.saturated[WITH])} of the "
        "activations were saturated."
    )


def steps(run: Pair) -> Array:
    """How far each update moved the weights, (U, K); 0 where the gradient was not finite."""
    begun = np.searchsorted([terms.update for terms in run.terms], np.arange(run.updates), side="right") - 1
    rates = np.array([terms.lr for terms in run.terms])[begun]
    finite = np.isfinite(run.norms[: run.updates])
    moved: Array = rates[:, None] * np.where(finite, run.clipped[: run.updates], 0.0)
    return moved
