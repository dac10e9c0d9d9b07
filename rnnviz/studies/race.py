"""Several networks on the same task, each with its own start and its own rule: who solves it, and when?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, NamedTuple

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.plan import Plan
from rnnviz.engine.threads import one_thread
from rnnviz.models.first_weights import FirstWeights
from rnnviz.tasks.memory import MemoryTask
from rnnviz.training.lockstep import Lockstep, UpdateRule
from rnnviz.work.slices import Slice, Work

BATCH = 20  # sequences an update sees
SOLVED = 0.99  # share of right answers over the latest passes
LATEST = 100  # passes, of BATCH fresh sequences each
STRIDE = 20  # updates between two rows of a race
PIECE = 3_000_000  # updates × sequences × steps × units × blocks of one slice, about a tenth of a second
UNCLIPPED = 1 - 1e-5  # a norm that was not clipped may differ in its last digit


@dataclass(frozen=True)
class Entry:
    """One network in the race.

    Args:
        name: several entries have it, one for each seed.
        seed: of its sequences; equal seeds read equal sequences.
        task: what it learns.
        draw: gives its first weights.
        rule: how it takes its updates.
    """

    name: str
    seed: int
    task: MemoryTask
    draw: Callable[[], FirstWeights]
    rule: UpdateRule


@dataclass(frozen=True, eq=False)
class Race:
    """How far everybody is. K entries, N rows."""

    entries: tuple[Entry, ...]
    updates: int
    goal: int
    right: Annotated[Array, "N K"]  # share of the asked answers that were right over the latest passes, every STRIDE
    losses: Annotated[Array, "N K"]  # nats, mean over the latest passes
    solved_at: Annotated[Array, "K"]  # the update at which right first reached SOLVED; NaN: not so far
    fired: Annotated[Array, "K"]  # share of updates that were clipped

    @property
    def share(self) -> float:
        """How much of the work is done."""
        return 1.0 if np.isfinite(self.solved_at).all() else self.updates / self.goal

    @property
    def task(self) -> MemoryTask:
        """What all of them learn."""
        return self.entries[0].task

    def of(self, name: str) -> Array:
        """Places of the entries with this name: one for each seed."""
        return np.array([k for k, entry in enumerate(self.entries) if entry.name == name])

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds, each once."""
        return tuple(dict.fromkeys(entry.seed for entry in self.entries))

    @property
    def names(self) -> tuple[str, ...]:
        """The names, each once."""
        return tuple(dict.fromkeys(entry.name for entry in self.entries))

    def solved(self, name: str) -> int:
        """How many seeds of this name solved it."""
        return int(np.isfinite(self.solved_at[self.of(name)]).sum())


class Heat(NamedTuple):
    """The entries that run side by side, because their cells and sizes are equal; K of them here."""

    places: tuple[int, ...]  # among all entries
    plan: Plan
    weights: Annotated[Array, "K P"]
    generators: dict[int, Mapping[str, Any]]  # by seed, the state of what draws its sequences
    accuracies: Annotated[Array, "LATEST K"]  # of the latest passes; pass u stands in row u % LATEST
    losses: Annotated[Array, "LATEST K"]
    fired: Annotated[Array, "K"]  # updates that were clipped


class State(NamedTuple):
    """Where a race stands."""

    race: Race  # at its latest row
    updates: int
    heats: tuple[Heat, ...]


def race(entries: Sequence[Entry], updates: int) -> Work[State, Race]:
    """Train everybody for so many updates, or until all have solved it."""
    return Work(partial(lined_up, tuple(entries), updates), advance)


def lined_up(entries: tuple[Entry, ...], goal: int) -> State:
    """Everybody before the first update."""
    starts = [entry.draw() for entry in entries]
    kinds = [(start.plan, entry.task) for start, entry in zip(starts, entries, strict=True)]
    groups = [tuple(k for k, other in enumerate(kinds) if other == kind) for kind in dict.fromkeys(kinds)]
    count, nothing = len(entries), np.zeros((0, len(entries)))
    nobody = Race(entries, 0, goal, nothing, nothing, np.full(count, np.nan), np.zeros(count))
    heats = (heat([entries[k] for k in group], [starts[k] for k in group], group) for group in groups)
    return State(nobody, 0, tuple(heats))


def heat(entries: Sequence[Entry], starts: Sequence[FirstWeights], places: tuple[int, ...]) -> Heat:
    """Equal networks at their first weights."""
    generators = {entry.seed: np.random.default_rng(entry.seed).bit_generator.state for entry in entries}
    ring = np.zeros((LATEST, len(entries)))
    weights = np.array([start.row for start in starts])
    return Heat(places, starts[0].plan, weights, generators, ring, ring, np.zeros(len(entries)))


def advance(state: State, units: int | None = None) -> Slice[State, Race]:
    """Train everybody a little further: so many updates. Its result has whole rows only."""
    current, done, heats = state
    end = min(done + (units or max(1, PIECE // cost(heats, current.entries))), current.goal)
    while done < end and current.share < 1:
        steps = min(STRIDE - done % STRIDE, end - done)
        with one_thread():
            heats = tuple(trained(one, [current.entries[k] for k in one.places], done, steps) for one in heats)
        done += steps
        if done % STRIDE == 0 or done == current.goal:
            current = measured(replace(current, updates=done), heats)
    share = 1.0 if current.share == 1 else done / current.goal
    return Slice(State(current, done, heats), current if current.updates else None, share)


def cost(heats: Sequence[Heat], entries: Sequence[Entry]) -> int:
    """How many numbers the cells of everybody compute in an update."""
    return sum(
        BATCH * entries[k].task.seq_len * one.plan.hidden_size * len(one.plan.cell.blocks)
        for one in heats
        for k in one.places
    )


def trained(heat: Heat, entries: Sequence[Entry], done: int, updates: int) -> Heat:
    """One heat after so many more updates."""
    task = entries[0].task
    networks = [FirstWeights.of_row(heat.plan, len(task.classes), row) for row in heat.weights]
    runs = Lockstep(networks, task.seq_len, BATCH, task.scored, [entry.rule for entry in entries])
    sources = {seed: generator_at(state) for seed, state in heat.generators.items()}
    accuracies, losses, fired = heat.accuracies.copy(), heat.losses.copy(), heat.fired.copy()
    for u in range(done, done + updates):
        batches = {seed: task.batch(BATCH, source) for seed, source in sources.items()}
        x = np.concatenate([batches[entry.seed].x for entry in entries], axis=1)
        targets = np.concatenate([batches[entry.seed].targets for entry in entries], axis=1)
        seen = runs.forward_backward(x, targets)
        accuracies[u % LATEST], losses[u % LATEST] = shares_right(runs, task, targets), seen.losses
        fired += shortened(seen.norms, seen.clipped)
        runs.step()
    states = {seed: source.bit_generator.state for seed, source in sources.items()}
    return Heat(heat.places, heat.plan, runs.flat.copy(), states, accuracies, losses, fired)


def shares_right(runs: Lockstep, task: MemoryTask, targets: Array) -> Array:
    """Share of the asked answers that each network got right in the latest pass, (K,); targets (S, K * B)."""
    steps, count = len(targets), len(runs.rules)
    answers = runs.logits.reshape(steps, count, -1, len(task.classes))
    return task.share_right(answers, targets.reshape(steps, count, -1))


def shortened(norms: Array, clipped: Array) -> Array:
    """Where clipping took something off a gradient; one that is not finite takes no step, clipped or not."""
    fired: Array = np.isfinite(norms) & (clipped < UNCLIPPED * norms)
    return fired


def generator_at(state: Mapping[str, Any]) -> np.random.Generator:
    """A source of random numbers that goes on where one stood."""
    generator = np.random.default_rng()
    generator.bit_generator.state = state
    return generator


def measured(race: Race, heats: Sequence[Heat]) -> Race:
    """Add a row."""
    order = np.argsort(np.concatenate([heat.places for heat in heats]))
    latest = [values[: race.updates].mean(axis=0) for heat in heats for values in (heat.accuracies, heat.losses)]
    right, losses = (np.concatenate(latest[kind::2])[order] for kind in (0, 1))
    new = np.isnan(race.solved_at) & (right >= SOLVED) & (race.updates >= LATEST)
    return replace(
        race,
        right=np.vstack([race.right, right]),
        losses=np.vstack([race.losses, losses]),
        solved_at=np.where(new, race.updates, race.solved_at),
        fired=np.concatenate([heat.fired for heat in heats])[order] / race.updates,
    )
