"""What does a small network do, step by step, while it learns to spell a text?"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count

import numpy as np

from rnnviz.cells import CELLS, Cell
from rnnviz.config import RunConfig
from rnnviz.engine.stack import Plan
from rnnviz.starting import Start
from rnnviz.tasks.next_character import NextCharacter
from rnnviz.text import graphemes
from rnnviz.trace import History
from rnnviz.training.lockstep import Lockstep, Rule
from rnnviz.training.loop import descend

UPDATES = 100
"""Every run is trained this far: its whole range is one film."""
FINE = (100_000, (2, 5, 10))
COARSE = (300_000, (20, 50))
"""Numbers in a film at the most (0.4 and 1.2 MB), and the updates between snapshots that are tried for it.

A small film comes quickly; long texts and large networks get a larger one with fewer snapshots, but always the first
and the last.
"""


@dataclass(frozen=True, eq=False)
class Unrolling:
    """A training on a text, with a full trace at each snapshot."""

    config: RunConfig
    cell: Cell
    task: NextCharacter
    history: History


def unroll(config: RunConfig, progress: Callable[[float], None] = lambda _: None) -> Unrolling:
    """Train the configured network on its text, over the whole range of updates.

    Args:
        config: what to run; settings that only move the eye are ignored.
        progress: told after each update which share of the work is done, 0 to 1; may raise to stop it.
    """
    task = NextCharacter(graphemes(config.text), config.seq_len)
    letters = len(task.alphabet)
    cell = CELLS[config.cell](**({"activation": config.activation} if config.heeds("activation") else {}))
    start = Start.drawn(Plan(cell, letters, config.hidden_size), letters, config.seed)
    run = Lockstep([start], config.seq_len, 1, slice(None), [Rule(config.lr)], adam=True)
    targets = np.array(task.targets)[:, None]
    snapshots = range(0, UPDATES + 1, stride(config, start, task))
    (history,) = descend(partial(run.seen, task.one_hot, targets), run.step, UPDATES, snapshots, _report(progress))
    return Unrolling(config, cell, task, history)


def _report(progress: Callable[[float], None]) -> Callable[..., bool]:
    """A stop condition that never stops, and counts."""
    done = count()

    def report(*_: object) -> bool:
        progress(next(done) / UPDATES)
        return False

    return report


def stride(config: RunConfig, start: Start, task: NextCharacter) -> int:
    """Updates between snapshots: as few as the bound on a film's size allows."""
    cell = start.plan.cell
    vectors = 2 + len(cell.blocks) + 3 * len(cell.states)
    numbers = sum(weight.size for weight in start.weights.values())
    numbers += task.seq_len * (vectors * config.hidden_size + len(task.alphabet))
    tried = [(bound, s) for bound, strides in (FINE, COARSE) for s in strides]
    return next((s for bound, s in tried if (UPDATES // s + 1) * numbers <= bound), UPDATES)
