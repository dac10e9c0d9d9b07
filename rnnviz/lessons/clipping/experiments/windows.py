"""What is lost when the error may travel back only so many steps?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.networks import clipped, entry, first_weights, free, seeds_of, short, task_of
from rnnviz.studies.answer import Answer
from rnnviz.studies.race import BATCH, Race, State, race
from rnnviz.training.clip import lengths
from rnnviz.training.lockstep import Lockstep
from rnnviz.work.slices import Work

SEEDS = 3
UPDATES = 800
ALL, A_PART = 0.9, 0.1  # of the way from chance to all answers right
SHARES = (0.25, 0.5, 0.75, 0.9, 1.0)  # windows, as shares of T


@dataclass(frozen=True, eq=False)
class Reach:
    """One network's gradient, step by step, and what each window keeps of it."""

    seed: int
    matrix: str  # whose gradient is meant: "W_hh", or "W_ih" in a cell that has no other
    symbols: tuple[str, ...]
    norms: Annotated[Array, "T"]  # ‖∂L/∂h_t‖, over the batch
    lost: Annotated[Array, "T"]  # ‖g − g_w‖ / ‖g‖ of that matrix, for a window of 1 … T steps
    cosine: Annotated[Array, "T"]  # between g and g_w


def reach(config: ClippingConfig) -> Reach:
    """Look at the network as initialised, through every window."""
    task, data = task_of(config), np.random.default_rng(config.seed)
    steps = task.seq_len
    batch = task.batch(BATCH, data)
    run = Lockstep([first_weights(config)], steps, BATCH, task.scored, [free(config)])
    run.forward_backward(*batch)
    norms = np.sqrt(np.square(run.grad_hidden[:, :, 0], dtype=float).sum(axis=(1, 2)))
    name = "weight_hh" if "rnn.weight_hh_l0" in run.gradients else "weight_ih"  # minGRU has no W_hh
    part, kept = run.stack.parts["l0"], []
    for before in range(steps):  # the window gets shorter by a step each time
        part.backward.rows[:before] = 0
        kept.append(part.weight_gradients()[name].ravel().astype(float))
    g, full, tiny = np.array(kept[::-1]), kept[0], np.finfo(float).tiny
    cosine = g @ full / np.maximum(lengths(g) * lengths(full), tiny)
    lost = lengths(g - full) / max(float(lengths(full)), tiny)
    return Reach(config.seed, f"W_{name[-2:]}", tuple(task.spell(batch.x[:, 0])), norms, lost, cosine)


def windows(config: ClippingConfig) -> tuple[int, ...]:
    """The windows that are tried, and the one that was dragged."""
    length = short(config).seq_len
    return tuple(sorted({max(1, round(share * length)) for share in SHARES} | {min(config.window, length)}))


def named(window: int) -> str:
    """An entry's name."""
    return f"{window} steps"


def truncation(config: ClippingConfig, updates: int = UPDATES) -> Work[State, Race]:
    """Train three seeds through each window, clipped."""
    entries = [
        entry(named(w), one, replace(clipped(one), window=w))
        for w in windows(config)
        for one in seeds_of(short(config), SEEDS)
    ]
    return race(entries, updates)


def half_a_window(run: Race) -> Answer:
    """A window of half the sequence: learns all (0), a part (1), nothing (2)."""
    steps, chance = run.task.seq_len, run.task.chance
    half, whole = (right_through(run, window) for window in (max(1, round(0.5 * steps)), steps))
    seen = (
        f"After {run.updates:,} updates the median share of right answers is {half:.0%} with a window of half the "
        f"sequence and {whole:.0%} with all of it; chance is {chance:.0%}."
    )
    why = "The state still carries what is older than the window, but no error tells the weights to keep it."
    learned = (half - chance) / (1 - chance)
    return Answer(0 if learned >= ALL else 2 if learned <= A_PART else 1, seen, why, "Williams & Peng 1990")


def right_through(run: Race, window: int) -> float:
    """Share of right answers in the end, the median over the seeds."""
    return float(np.median(run.right[-1][run.of(named(window))]))
