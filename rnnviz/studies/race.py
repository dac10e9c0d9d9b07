"""Several networks on the same task, each with its own start and its own rule: who solves it, and when?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.threads import one_thread
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.networks import BATCH, network_of, task_of
from rnnviz.training.lockstep import Lockstep, UpdateRule

SOLVED = 0.99  # share of right answers over the latest passes
LATEST = 100  # passes, of 20 fresh sequences each
CHUNK = 20
UNCLIPPED = 1 - 1e-5  # a norm that was not clipped may differ in its last digit


@dataclass(frozen=True)
class Entry:
    """One network in the race."""

    name: str
    config: ClippingConfig
    rule: UpdateRule


@dataclass(frozen=True, eq=False)
class Race:
    """How far everybody is."""

    entries: tuple[Entry, ...]
    updates: int
    goal: int
    right: Annotated[Array, "N K"]  # share of right answers over the latest passes, every CHUNK updates
    losses: Annotated[Array, "N K"]  # nats, mean over the latest passes
    solved_at: Annotated[Array, "K"]  # the update at which right first reached SOLVED; NaN: not so far
    fired: Annotated[Array, "K"]  # share of updates that were clipped

    @property
    def share(self) -> float:
        """How much of the work is done."""
        return 1.0 if np.isfinite(self.solved_at).all() else self.updates / self.goal

    def of(self, name: str) -> Array:
        """Places of the entries with this name: one for each seed."""
        return np.array([k for k, entry in enumerate(self.entries) if entry.name == name])

    @property
    def names(self) -> tuple[str, ...]:
        """The names, each once."""
        return tuple(dict.fromkeys(entry.name for entry in self.entries))

    def solved(self, name: str) -> int:
        """How many seeds of this name solved it."""
        return int(np.isfinite(self.solved_at[self.of(name)]).sum())


class Heat:
    """The entries that can run in lockstep: same cell, same sizes. Equal seeds read equal sequences."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.task = task_of(entries[0].config)
        networks = [network_of(entry.config) for entry in entries]
        rules = [entry.rule for entry in entries]
        self.runs = Lockstep(networks, self.task.seq_len, BATCH, self.task.scored, rules)
        self.seeds = [entry.config.seed for entry in entries]
        self.data = {seed: np.random.default_rng(seed) for seed in self.seeds}
        self.accuracies = np.zeros((LATEST, len(entries)))
        self.losses = np.zeros((LATEST, len(entries)))
        self.fired = np.zeros(len(entries))

    def advance(self, updates: int) -> None:
        """Train on."""
        for _ in range(updates):
            batches = {seed: self.task.batch(BATCH, generator) for seed, generator in self.data.items()}
            x = np.concatenate([batches[seed].x for seed in self.seeds], axis=1)
            targets = np.concatenate([batches[seed].targets for seed in self.seeds], axis=1)
            seen, place = self.runs.forward_backward(x, targets), self.runs.updates % LATEST
            self.accuracies[place], self.losses[place] = seen.accuracies, seen.losses
            self.fired += seen.clipped < UNCLIPPED * seen.norms
            self.runs.step()

    def latest(self, values: Array) -> Array:
        """Mean over the latest passes, as many as there are."""
        found: Array = values[: self.runs.updates].mean(axis=0)
        return found


def race(entries: Sequence[Entry], updates: int) -> Iterator[Race]:
    """Train everybody for so many updates, or until all have solved it; tell how it stands every CHUNK updates."""
    shapes = [(entry.config.cell, entry.config.units, entry.config.length) for entry in entries]
    places = [[k for k, shape in enumerate(shapes) if shape == kind] for kind in dict.fromkeys(shapes)]
    heats = [Heat([entries[k] for k in group]) for group in places]
    order = np.argsort(np.concatenate(places))
    right: list[Array] = []
    losses: list[Array] = []
    solved_at = np.full(len(entries), np.nan)
    for done in range(CHUNK, updates + 1, CHUNK):
        with one_thread():
            for heat in heats:
                heat.advance(CHUNK)
        right.append(np.concatenate([heat.latest(heat.accuracies) for heat in heats])[order])
        losses.append(np.concatenate([heat.latest(heat.losses) for heat in heats])[order])
        if done >= LATEST:
            solved_at[np.isnan(solved_at) & (right[-1] >= SOLVED)] = done
        fired = np.concatenate([heat.fired for heat in heats])[order] / done
        found = Race(tuple(entries), done, updates, np.array(right), np.array(losses), solved_at.copy(), fired)
        yield found
        if found.share == 1:
            return


def seeds_of(config: ClippingConfig, count: int) -> list[ClippingConfig]:
    """The same with ``count`` seeds, from the config's own on."""
    return [replace(config, seed=(config.seed + s) % 10_000) for s in range(count)]
