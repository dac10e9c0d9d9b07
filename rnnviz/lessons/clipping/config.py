"""What a visitor can choose while gradients are clipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rnnviz.cells import CELLS
from rnnviz.config.base import Config, ConflictError
from rnnviz.config.kinds import Choice, Ladder, setting
from rnnviz.config.vocabulary import THRESHOLDS, word
from rnnviz.tasks.copying import Copying
from rnnviz.tasks.memory import MemoryTask
from rnnviz.tasks.recall import Recall
from rnnviz.tasks.temporal_order import TemporalOrder

TASKS: Mapping[str, type[MemoryTask]] = {"temporal_order": TemporalOrder, "recall": Recall, "copying": Copying}
BALL_W = tuple(round(k / 100, 2) for k in range(300, 801))
BALL_B = tuple(round(k / 100, 2) for k in range(-500, 1))
SHORT = 20  # steps over which the memory waits at the most, where many networks are trained


@dataclass(frozen=True)
class ClippingConfig(Config):
    """What clipping does: the task, the network, how it starts, how it learns, and where we look."""

    cell: str = word("cell", "elman")
    task: str = setting(
        "temporal_order",
        Choice(
            label="Task",
            titles={name: task.title for name, task in TASKS.items()},
            help="Name two letters in their order; name the first letter; say ten letters again.",
        ),
    )
    seq_len: int = word("seq_len", 40, low=10, high=120)
    hidden_size: int = word("hidden_size", 50, low=5)
    initial: str = word("initial", "orthogonal")
    forget_bias: str = word("forget_bias", "torch")
    lr: float = word("lr", 0.2, rungs=(0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0))
    clip: str = word("clip", "norm")
    max_norm: float = word("max_norm", 0.5)
    seed: int = word("seed", 1)
    window: int = word("window", 20, view=True, high=120)
    cut: float = setting(
        0.01,
        Ladder(
            label="Threshold θ",
            rungs=THRESHOLDS[:19],
            view=True,
            help="At which the arrows below are clipped; it trains nothing.",
        ),
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

    def __post_init__(self) -> None:
        """Refuse what is out of range, and a sequence that is too short for its task.

        Raises:
            ConflictError: one sentence with the value and the remedy.
        """
        super().__post_init__()
        shortest = TASKS[self.task].shortest
        if self.seq_len < shortest:
            task = TASKS[self.task].title.lower()
            remedy = f"{task} needs {shortest} steps or more, so choose a longer sequence or another task"
            raise ConflictError("seq_len", f"Sequence length cannot be “{self.seq_len}”: {remedy}.")

    @property
    def problem(self) -> MemoryTask:
        """What is to be learned."""
        return TASKS[self.task](self.seq_len)

    @property
    def earliest(self) -> int:
        """How many steps before its answer the earliest clue is read."""
        return self.problem.reach - 1

    @property
    def short(self) -> ClippingConfig:
        """These settings on a sequence that is short enough for many networks."""
        return replace(self, seq_len=min(self.seq_len, SHORT + TASKS[self.task].beyond_wait))

    @property
    def half(self) -> int:
        """Half of the sequence, in steps."""
        return round(self.seq_len / 2)

    @classmethod
    def renamed(cls, query: Mapping[str, str]) -> dict[str, str]:
        """What a link says, by today's names.

        Older ones counted of copying the wait alone, 40 steps unless they said so, and had the forget bias as a number,
        0 for PyTorch's.
        """
        values = super().renamed(query)
        is_older = not query.keys().isdisjoint(cls.names() - cls.settings().keys())
        if is_older and "seq_len" not in query and query.get("task") == "copying":
            wait = values.get("seq_len", "40")
            if wait.isdecimal():
                values["seq_len"] = str(int(wait[:9]) + Copying.beyond_wait)
        if "forget_bias" in values and "forget_bias" not in query:
            bias = values["forget_bias"].removesuffix(".0")
            values["forget_bias"] = "torch" if bias == "0" else bias
        return values

    def uses(self, name: str) -> bool:
        """Say whether the chosen cell takes this setting at all."""
        if name == "forget_bias":
            return CELLS[self.cell].anatomy.keeper is not None
        return name != "initial" or any(block.reads_h for block in CELLS[self.cell]().blocks)
