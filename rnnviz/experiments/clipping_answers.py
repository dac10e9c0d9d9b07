"""Questions about clipping, answered by the run on the page."""

from __future__ import annotations

import numpy as np

from rnnviz.experiments.answer import Answer
from rnnviz.experiments.theatre import WITH, WITHOUT, Theatre

SOLVED = 0.99  # share of right answers over the latest passes
LATEST = 100  # passes of 20 fresh sequences each
HEALTHY = 0.05


def solved(run: Theatre) -> tuple[bool, bool]:
    """Whether each of the two solves its task at the end: without, with."""
    share = run.accuracies[-LATEST:].mean(axis=0)
    return bool(share[WITHOUT] >= SOLVED), bool(share[WITH] >= SOLVED)


def who_solves(run: Theatre) -> Answer:
    """Which network solves the task: only the clipped one (0), both (1), any other outcome (2)?"""
    without, with_clipping = solved(run)
    shares = run.accuracies[-LATEST:].mean(axis=0)
    fired = np.mean(run.clipped[:, WITH] < run.norms[:, WITH] * (1 - 1e-5))
    seen = (
        f"After {run.updates:,} updates {shares[WITHOUT]:.0%} of the answers are right without clipping and "
        f"{shares[WITH]:.0%} with it; chance is {run.chance:.0%}, and clipping fired on {fired:.0%} of the updates."
    )
    option = {(False, True): 0, (True, True): 1}.get((without, with_clipping), 2)
    return Answer(option, f"{seen} {why(run)} (Pascanu, Mikolov & Bengio 2013.)")


def why(run: Theatre) -> str:
    """What this run showed of the weights, the saturation and the signal, in one sentence."""
    longest = [float(np.nanmax(run.norms[:, k])) for k in (WITHOUT, WITH)]
    last = run.frames[-1].saturated
    return (
        f"The longest gradient was {longest[WITHOUT]:.3g} without and {longest[WITH]:.3g} with clipping, but with "
        f"it no step was longer than rate × θ; in the end {last[WITHOUT]:.0%} and {last[WITH]:.0%} of the activations "
        "are saturated."
    )
