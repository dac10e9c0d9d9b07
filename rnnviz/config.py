"""Everything a visitor can choose, with its range, in one frozen record that fits into a link."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Self

from rnnviz.cells import CELLS
from rnnviz.settings import Choice, Ladder, Seed, Setting, Several, Text, Whole, setting
from rnnviz.text import graphemes

FOLLOW_TEXT = 0  # as seq_len: as many steps as the text has characters


@dataclass(frozen=True)
class Config:
    """Everything a lesson lets a visitor choose. Each lesson declares its own, one line a setting.

    A setting's control, its place in the link and its refusals follow from that line.
    """

    def __post_init__(self) -> None:
        """Refuse what is out of range, and keep each value in its normal form.

        Raises:
            ValueError: one sentence with the value, the range and the remedy.
        """
        for name, kind in self.settings().items():
            object.__setattr__(self, name, kind.check(name, getattr(self, name)))

    @classmethod
    def settings(cls) -> Mapping[str, Setting]:
        """Return the kind of every setting, by name, in the order they are declared."""
        return MappingProxyType({f.name: f.metadata["setting"] for f in fields(cls)})

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, list[str]]:
        """Read a link: the config, and one sentence for each bad value, which falls back to its default."""
        values: dict[str, Any] = {}
        problems: list[str] = []
        for name, kind in cls.settings().items():
            try:
                values |= {name: kind.check(name, kind.read(query[name]))} if name in query else {}
            except ValueError as refusal:
                problems.append(str(refusal))
        return cls(**values), problems

    def to_query(self) -> dict[str, str]:
        """Write a link: only what differs from what is usual."""
        usual = self.usual()
        return {
            name: kind.write(value)
            for name, kind in self.settings().items()
            if (value := getattr(self, name)) != usual[name]
        }

    def usual(self) -> dict[str, Any]:
        """Return the values a link need not carry."""
        return vars(type(self)())

    def but(self, name: str, value: object) -> Self:
        """Return this config with one setting changed.

        Raises:
            ValueError: one sentence, if the value is refused.
        """
        return replace(self, **{name: value})

    @property
    def family(self) -> Self:
        """Return the cache key: this config without what moves only the eye, and without what the cell ignores."""
        idle = (name for name, kind in self.settings().items() if kind.view or not self.heeds(name))
        return replace(self, **{name: getattr(type(self), name) for name in idle})

    def heeds(self, name: str) -> bool:
        """Say whether the chosen cell takes this setting at all."""
        kind = self.settings()[name]
        return not kind.cell_option or name in inspect.signature(CELLS[vars(self)["cell"]]).parameters


@dataclass(frozen=True)
class RunConfig(Config):
    """One run: the network, what it reads, how it learns, and where we look. Equal configs give equal numbers."""

    text: str = setting("peacock", Text(label="Text", longest=200, help="What the network reads, in any script."))
    cell: str = setting(
        "elman",
        Choice(
            label="Cell",
            titles={name: cell.title for name, cell in CELLS.items()},
            help="How the network updates its memory.",
        ),
    )
    activation: str = setting(
        "tanh",
        Choice(
            label="Activation",
            titles={"tanh": "tanh", "relu": "ReLU", "sigmoid": "sigmoid", "identity": "identity"},
            help="The curve that bends the sum into the new state.",
            cell_option=True,
        ),
    )
    seq_len: int = setting(
        FOLLOW_TEXT, Whole(label="Sequence length", low=2, high=200, help="Steps the network is unrolled for.")
    )
    hidden_size: int = setting(8, Whole(label="Hidden units", low=1, high=32, help="Numbers in the network's memory."))
    lr: float = setting(
        0.01,
        Ladder(
            label="Learning rate",
            rungs=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0),
            help="How far one update moves the weights.",
        ),
    )
    updates: int = setting(
        30, Whole(label="Updates of training", low=0, high=100, view=True, help="0 shows the network as initialised.")
    )
    step: int = setting(
        0, Whole(label="Opened step", low=0, high=200, view=True, help="0, or a step past the end, opens none.")
    )
    seed: int = setting(1, Seed(label="Seed", low=0, high=9999, help="Same seed, same initial weights, same numbers."))

    def __post_init__(self) -> None:
        """Refuse what is out of range, compose the text, and give an unstated length the text's own."""
        if self.seq_len == FOLLOW_TEXT:
            object.__setattr__(self, "seq_len", max(2, len(graphemes(self.text))) if isinstance(self.text, str) else 2)
        super().__post_init__()

    def usual(self) -> dict[str, Any]:
        """Return the defaults; the usual length is the text's."""
        return {**vars(RunConfig(text=self.text)), "text": RunConfig.text}

    def but(self, name: str, value: object) -> Self:
        """Return this config with one setting changed; a length that was the text's follows a new text."""
        followed = name == "text" and "seq_len" not in self.to_query()
        changed: dict[str, Any] = {"seq_len": FOLLOW_TEXT} if followed else {}
        return replace(self, **changed | {name: value})


RADII = tuple(round(0.3 ** (1 - k / 28) if k < 28 else 1.7 ** ((k - 28) / 12), 3) for k in range(41))
"""Spectral radii from 0.3 to 1.7, each about 4.5 % above the one before; 1 is one of them."""
BIASES = tuple(k / 4 for k in range(-8, 25))
"""Forget biases from -2 to 6."""
TRAINED = (0, 3, 10, 20, 30, 50, 100, 200, 300)
"""Updates of training after which the gradient is looked at again."""


@dataclass(frozen=True)
class GradientConfig(Config):
    """How far back the error reaches: the networks compared, how they start, what they read, where we look."""

    cells: tuple[str, ...] = setting(
        ("elman", "lstm", "gru"),
        Several(
            label="Cells",
            titles={name: cell.title for name, cell in CELLS.items()},
            help="Side by side: same inputs, same seed, same number of hidden units.",
        ),
    )
    activation: str = setting(
        "tanh",
        Choice(
            label="Activation",
            titles={"tanh": "tanh", "relu": "ReLU", "sigmoid": "sigmoid", "identity": "identity"},
            help="The curve that bends the Elman RNN's sum into its new state.",
            cell_option=True,
        ),
    )
    initial: str = setting(
        "orthogonal",
        Choice(
            label="Recurrent weights",
            titles={"orthogonal": "orthogonal", "torch": "PyTorch's", "identity": "identity"},
            help="Each block of W_hh starts as this matrix, scaled to the spectral radius ρ.",
        ),
    )
    forget: str = setting(
        "torch",
        Choice(
            label="Forget bias",
            titles={"torch": "PyTorch's, near 0", "1": "1", "3": "3", "chrono": "chrono"},
            help="The bias of the gate that keeps the memory; chrono draws it for memories of 1 to T steps.",
        ),
    )
    seq_len: int = setting(50, Whole(label="Sequence length", low=2, high=100, help="Steps the error travels back."))
    hidden_size: int = setting(
        16, Whole(label="Hidden units", low=1, high=32, help="Numbers in each network's memory.")
    )
    inputs: float = setting(
        0.3,
        Ladder(
            label="Input strength",
            rungs=(0.0, 0.1, 0.3, 1.0, 3.0, 10.0),
            help="Standard deviation of the random inputs; strong inputs push units into saturation.",
        ),
    )
    loss_on: str = setting(
        "last",
        Choice(
            label="Loss on",
            titles={"last": "the last step", "every": "every step"},
            help="Where the error enters the chain.",
        ),
    )
    dial: str = setting(
        "rho",
        Choice(
            label="Drag",
            titles={
                "rho": "spectral radius",
                "seq_len": "length",
                "bias": "forget bias",
                "inputs": "input strength",
                "activation": "activation",
                "initial": "weights",
            },
            help="Which setting the slider moves, over its whole range at once.",
        ),
    )
    look: str = setting(
        "elman",
        Choice(
            label="Look into",
            titles={name: cell.title for name, cell in CELLS.items()},
            help="The cell that the sections below take apart.",
            view=True,
        ),
    )
    rho: float = setting(
        1.0, Ladder(label="Spectral radius", rungs=RADII, view=True, help="Largest |eigenvalue| of each block of W_hh.")
    )
    bias: float = setting(
        0.0, Ladder(label="Forget bias", rungs=BIASES, view=True, help="Bias of the gate that keeps the memory.")
    )
    trained: float = setting(
        0.0,
        Ladder(
            label="Updates of training",
            rungs=tuple(map(float, TRAINED)),
            view=True,
            help="0 shows the networks as they start.",
        ),
    )
    seed: int = setting(
        1, Seed(label="Seed", low=0, high=9999, help="Same seed, same weights and inputs, same numbers.")
    )

    def heeds(self, name: str) -> bool:
        """Say whether any of the chosen cells takes this setting."""
        if name == "forget":
            return any(CELLS[cell].anatomy.keep for cell in self.cells)
        return name != "activation" or "elman" in self.cells


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
        0.03,
        Ladder(label="Threshold of both clippings", rungs=THRESHOLDS[:19], view=True, help="Of the arrows below."),
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
            return CELLS[self.cell].anatomy.keep is not None
        return name != "start" or any(block.reads_h for block in CELLS[self.cell]().blocks)


SETTINGS = RunConfig.settings()
