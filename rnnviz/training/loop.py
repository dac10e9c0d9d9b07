"""The loop of every training, of one network or of a family: forward and back, keep, step."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import numpy as np

from rnnviz.engine.threads import one_thread
from rnnviz.records.trace import History, Trace
from rnnviz.training.clip import Clipping

Stop = Callable[[float, Clipping], bool]


@dataclass
class PassResult:
    """One pass of K networks at the parameters as they are; the gradients, clipped, wait in the parameters."""

    losses: list[float]
    clippings: list[Clipping]
    traces: list[Trace] | None


@dataclass
class Progress:
    """What was measured of one network so far."""

    losses: list[float] = field(default_factory=list)
    clippings: list[Clipping] = field(default_factory=list)
    snapshots: dict[int, Trace] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Whether a number is no longer finite."""
        return bool(self.losses) and not math.isfinite(self.losses[-1] + self.clippings[-1].before)

    def history(self) -> History:
        """The record of this network's training."""
        before, after, cosines, _ = np.array(self.clippings, float).T
        return History(np.array(self.losses), before, after, cosines, self.snapshots)


def descend(
    forward_backward: Callable[[bool], PassResult],
    step: Callable[[], object],
    updates: int,
    snapshots: Collection[int],
    stop: Stop | None = None,
) -> list[History]:
    """Go on for so many updates, until ``stop`` holds, or until every network has blown up.

    The pass in which a network blows up is its last, and is recorded whether asked for or not.

    Args:
        forward_backward: one pass; given whether to record it.
        step: one update.
        updates: how many.
        snapshots: the u whose pass is recorded.
        stop: given the loss and the clipping of the first network, whether that was the last pass.
    """
    progress: list[Progress] = []
    with one_thread():
        for u in range(updates + 1):
            seen = forward_backward(u in snapshots)
            progress = progress or [Progress() for _ in seen.losses]
            running = [k for k, one in enumerate(progress) if not one.over]
            for k in running:
                progress[k].losses.append(seen.losses[k])
                progress[k].clippings.append(seen.clippings[k])
            blown = [k for k in running if progress[k].over]
            traces = forward_backward(True).traces if blown and seen.traces is None else seen.traces  # noqa: FBT003
            for k in running if u in snapshots else blown:
                progress[k].snapshots[u] = (traces or [])[k]
            if len(blown) == len(running) or (stop and stop(seen.losses[0], seen.clippings[0])):
                break
            if u < updates:
                step()
    return [one.history() for one in progress]
