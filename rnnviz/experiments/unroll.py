"""What does a small network do, step by step, while it learns to spell a text?"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count

import numpy as np
import torch

from rnnviz.cells import CELLS, Cell
from rnnviz.config import RunConfig
from rnnviz.network import Network
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
    generator = torch.Generator().manual_seed(config.seed)
    network = Network(cell, letters, config.hidden_size, letters, generator=generator)
    run = Lockstep([network], config.seq_len, 1, slice(None), [Rule(config.lr)], optimizer="adam")
    x, targets = task.x().numpy(), np.array(task.targets)[:, None]
    snapshots = range(0, UPDATES + 1, stride(config, network, task))
    (history,) = descend(partial(run.seen, x, targets), run.step, UPDATES, snapshots, _report(progress))
    return Unrolling(config, cell, task, history)


def _report(progress: Callable[[float], None]) -> Callable[..., bool]:
    """A stop condition that never stops, and counts."""
    done = count()

    def report(*_: object) -> bool:
        progress(next(done) / UPDATES)
        return False

    return report


def stride(config: RunConfig, network: Network, task: NextCharacter) -> int:
    """Updates between snapshots: as few as the bound on a film's size allows."""
    vectors = 2 + len(network.cell.blocks) + 3 * len(network.cell.states)
    numbers = sum(p.numel() for p in network.parameters())
    numbers += task.seq_len * (vectors * config.hidden_size + len(task.alphabet))
    tried = [(bound, s) for bound, strides in (FINE, COARSE) for s in strides]
    return next((s for bound, s in tried if (UPDATES // s + 1) * numbers <= bound), UPDATES)
