"""What is lost when the error may travel back only so many steps?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.networks import asked, clipped, entry, first_weights, free, seeds_of
from rnnviz.studies.answer import Answer
from rnnviz.studies.percent import percent
from rnnviz.studies.race import BATCH, LATEST, SOLVED, Race, State, race
from rnnviz.training.clip import lengths
from rnnviz.training.lockstep import Lockstep
from rnnviz.work.slices import Work

SEEDS = 3
UPDATES = 800
LUCK = 4  # standard deviations above chance that a guess may have by luck
SHARES = (0.25, 0.75, 0.9, 1.0)  # windows, as shares of T, beside half of it


@dataclass(frozen=True, eq=False)
class Reach:
    """One network's gradient, step by step, and what each window keeps of it."""

    seed: int
    matrix: str  # whose gradient is meant: "W_hh", or "W_ih" in a cell that has no other
    symbols: tuple[str, ...]
    clues: tuple[int, ...]  # the steps at which what the answer hangs on is read
    norms: Annotated[Array, "T"]  # ‖∂L/∂h_t‖, over the batch
    lost: Annotated[Array, "T"]  # ‖g − g_w‖ / ‖g‖ of that matrix, for a window of 1 … T steps
    cosine: Annotated[Array, "T"]  # between g and g_w


def reach(config: ClippingConfig) -> Reach:
    """Look at the network as initialised, through every window: at the error of what only memory answers."""
    task, data = config.problem.only_asked(), np.random.default_rng(config.seed)
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
    symbols = tuple(task.spell(batch.x[:, 0]))
    return Reach(config.seed, f"W_{name[-2:]}", symbols, task.clues_in(symbols), norms, lost, cosine)


def windows(config: ClippingConfig) -> tuple[int, ...]:
    """The windows that are tried, and the one that was dragged."""
    length = config.short.seq_len
    return tuple(sorted({round(share * length) for share in SHARES} | {min(config.window, length), config.short.half}))


def named(window: int) -> str:
    """An entry's name."""
    return f"{window} steps"


def truncation(config: ClippingConfig, updates: int = UPDATES) -> Work[State, Race]:
    """Train three seeds through each window, clipped, with a loss on what only memory answers."""
    entries = [
        asked(entry(named(w), one, replace(clipped(one), window=w)))
        for w in windows(config)
        for one in seeds_of(config.short, SEEDS)
    ]
    return race(entries, updates)


def half_a_window(run: Race) -> Answer:
    """A window of half the sequence: learns all (0), a part (1), no more than a guess (2)."""
    steps, chance = run.task.seq_len, run.task.chance
    half = round(steps / 2)
    through, whole = (right_through(run, window) for window in (half, steps))
    seen = (
        f"After {run.updates:,} updates on sequences of {steps} steps the median seed gives {percent(through)} of the "
        f"answers right with a window of {half} steps and {percent(whole)} with all {steps}; a guess gets "
        f"{percent(chance)}, by luck up to {percent(guessed(run))}."
    )
    option = 0 if through >= SOLVED else 1 if through > guessed(run) else 2
    return Answer(option, seen, why(option, whole >= SOLVED), "Williams & Peng 1990")


def guessed(run: Race) -> float:
    """Share of right answers that a guess may have by luck, over the latest passes."""
    chance, answers = run.task.chance, run.task.answers * BATCH * min(run.updates, LATEST)
    return min(1.0, chance + LUCK * float(np.sqrt(chance * (1 - chance) / answers)))


def why(option: int, whole: bool) -> str:
    """What the window had to do with it, as far as the network with all of the sequence shows that."""
    if option == 0:
        return "The state carries what is older than the window, although no error told the weights to keep it."
    if whole:
        return "The state may carry what is older than the window, but no error tells the weights to keep it."
    return (
        "The window of the whole sequence has not learned all of it either, so the window is not all that is missing."
    )


def right_through(run: Race, window: int) -> float:
    """Share of right answers in the end, the median over the seeds."""
    return float(np.median(run.right[-1][run.of(named(window))]))
