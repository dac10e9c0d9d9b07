"""The training loop, with snapshots."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rnnviz.engine.threads import one_thread
from rnnviz.network import Network
from rnnviz.recording import Loss, go, trace_of
from rnnviz.trace import History, Trace
from rnnviz.training.clip import Clipping, clip

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adam": torch.optim.Adam,
    "rmsprop": torch.optim.RMSprop,
    "sgd": torch.optim.SGD,
}


@dataclass(frozen=True)
class Settings:
    """How a network is trained. All but the optimiser can change while it is."""

    optimizer: str = "adam"  # "adam", "rmsprop" or "sgd"
    lr: float = 1e-2
    momentum: float = 0.0  # of SGD and RMSprop
    max_norm: float | None = None  # clip the gradient's length
    clip_value: float | None = None  # clip every component

    def __post_init__(self) -> None:
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"The optimiser is one of {', '.join(OPTIMIZERS)}, not {self.optimizer!r}.")

    def build(self, network: Network) -> torch.optim.Optimizer:
        """A fresh optimiser."""
        options = {} if self.optimizer == "adam" else {"momentum": self.momentum}
        return OPTIMIZERS[self.optimizer](network.parameters(), lr=self.lr, **options)


class Training:
    """A training that can be stopped, changed and resumed: assign ``settings`` between runs.

    Args:
        network: is trained in place.
        batch: inputs (T, B, I), the same at every update.
        loss_fn: from logits (T, B, O) to one number; targets by closure.
        settings: optimiser, rate and clipping.
    """

    def __init__(self, network: Network, batch: Tensor, loss_fn: Loss, settings: Settings) -> None:
        self.network, self.batch, self.loss_fn, self.settings = network, batch, loss_fn, settings
        self.optimizer = settings.build(network)
        self.updates = 0

    def run(
        self, updates: int, snapshots: Collection[int] = (), stop: Callable[[float, Clipping], bool] | None = None
    ) -> History:
        """Go on for so many updates, or until ``stop(loss, clipping)``, or until a number is no longer finite.

        The history's index 0 is where this run starts; ``snapshots`` counts from there too.
        """
        losses, clippings, traces = [], [], {}
        with one_thread():
            for group in self.optimizer.param_groups:
                group["lr"] = self.settings.lr
            for u in range(updates + 1):
                loss, clipping, trace = self.look(record=u in snapshots)
                losses.append(loss)
                clippings.append(clipping)
                if trace is not None:
                    traces[u] = trace
                if u == updates or not np.isfinite(loss + clipping.before) or (stop and stop(loss, clipping)):
                    break
                self.optimizer.step()
                self.updates += 1
        before, after, cosines, _ = np.array(clippings).T
        return History(np.array(losses), before, after, cosines, traces)

    def look(self, *, record: bool) -> tuple[float, Clipping, Trace | None]:
        """One pass at the parameters as they are; its gradient, clipped, waits in the parameters."""
        self.optimizer.zero_grad()
        run, logits = go(self.network, self.batch, record=record)
        loss = self.loss_fn(logits)
        loss.backward()  # type: ignore[no-untyped-call]
        trace = trace_of(self.network, run, logits, loss.item()) if record else None
        return loss.item(), clip(self.network.parameters(), self.settings.max_norm, self.settings.clip_value), trace


def train(
    network: Network,
    batch: Tensor,
    loss_fn: Loss,
    *,
    updates: int,
    snapshots: Collection[int] = (),
    stop: Callable[[float, Clipping], bool] | None = None,
    **settings: Any,
) -> History:
    """Train a network in place and keep the passes asked for.

    Args:
        network: what to train.
        batch: inputs (T, B, I), the same at every update.
        loss_fn: from logits (T, B, O) to one number; targets by closure.
        updates: U.
        snapshots: the u whose pass, at the parameters after u updates, is recorded. It is the training's own pass.
        stop: given the loss and what clipping did, whether this was the last pass.
        settings: fields of ``Settings``: ``optimizer``, ``lr``, ``momentum``, ``max_norm``, ``clip_value``.
    """
    return Training(network, batch, loss_fn, Settings(**settings)).run(updates, snapshots, stop)
