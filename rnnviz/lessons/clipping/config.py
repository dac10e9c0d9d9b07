"""What a visitor can choose while gradients are clipped."""

from dataclasses import dataclass

from rnnviz.cells import CELLS
from rnnviz.config.base import Config
from rnnviz.config.kinds import Choice, Ladder, Seed, Whole, setting

THRESHOLDS = (*(round(m * 10.0**e, 6) for e in range(-2, 2) for m in (1, 1.5, 2, 3, 5, 7)), 100.0)
"""Clipping thresholds from 0.01 to 100, four decades."""
BALL_W = tuple(round(k / 100, 2) for k in range(300, 801))
BALL_B = tuple(round(k / 100, 2) for k in range(-500, 1))


@dataclass(frozen=True)
class ClippingConfig(Config):
    """What clipping does: the task, the network, how it starts, how it learns, and where we look."""

    cell: str = setting(
        "elman",
        Choice(
            label="Cell",
            titles={name: cell.title for name, cell in CELLS.items()},
            help="How the network updates its memory.",
        ),
    )
    task: str = setting(
        "temporal_order",
        Choice(
            label="Task",
            titles={"temporal_order": "Temporal order", "recall": "Recall", "copying": "Copying"},
            help="Which of two letters came first; which letter came first of all; ten letters to repeat.",
        ),
    )
    length: int = setting(40, Whole(label="Length T", low=10, high=100, help="Steps over which the memory must last."))
    units: int = setting(50, Whole(label="Hidden units", low=5, high=50, help="Numbers in the network's memory."))
    start: str = setting(
        "orthogonal",
        Choice(
            label="Recurrent weights",
            titles={"orthogonal": "orthogonal", "torch": "as PyTorch draws them", "identity": "identity"},
            help="What W_hh is before training. An orthogonal matrix keeps every vector's length.",
        ),
    )
    keep: float = setting(
        0.0,
        Ladder(
            label="Forget bias",
            rungs=(0.0, 1.0, 2.0, 3.0, 4.0),
            help="Bias of the gate that keeps the memory; 0 leaves it as PyTorch draws it.",
        ),
    )
    rate: float = setting(
        0.2,
        Ladder(
            label="Learning rate",
            rungs=(0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0),
            help="How far one update of plain gradient descent moves the weights.",
        ),
    )
    how: str = setting(
        "norm",
        Choice(
            label="Clip",
            titles={"norm": "by norm", "value": "by value"},
            help="By norm: shorten the whole gradient. By value: cut each of its components.",
        ),
    )
    theta: float = setting(
        0.5, Ladder(label="Threshold θ", rungs=THRESHOLDS, help="A gradient longer than this is clipped.")
    )
    seed: int = setting(1, Seed(label="Seed", low=0, high=9999, help="Same seed, same weights and sequences."))
    window: int = setting(
        20, Whole(label="Window", low=1, high=100, view=True, help="Steps the error may travel back.")
    )
    cut: float = setting(
        0.01,
        Ladder(label="Threshold θ", rungs=THRESHOLDS[:19], view=True, help="Of the arrows below."),
    )
    w: float = setting(5.0, Ladder(label="Weight w", rungs=BALL_W, view=True, help="Of the one-unit network."))
    b: float = setting(-2.8, Ladder(label="Bias b", rungs=BALL_B, view=True, help="Of the one-unit network."))
    pace: float = setting(
        0.2,
        Ladder(label="Rate", rungs=(0.02, 0.05, 0.1, 0.2, 0.5, 1.0), view=True, help="Of the ball's descent."),
    )
    bound: float = setting(
        1.0,
        Ladder(label="Threshold", rungs=(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0), view=True, help="Of the clipped ball."),
    )

    def heeds(self, name: str) -> bool:
        """Say whether the chosen cell takes this setting at all."""
        if name == "keep":
            return CELLS[self.cell].anatomy.keeper is not None
        return name != "start" or any(block.reads_h for block in CELLS[self.cell]().blocks)
