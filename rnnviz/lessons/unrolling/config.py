"""What a visitor can choose while a network learns to spell."""

from dataclasses import dataclass, replace
from typing import Any, Self

from rnnviz.cells import CELLS
from rnnviz.config.base import Config
from rnnviz.config.kinds import Choice, Ladder, Seed, Text, Whole, setting
from rnnviz.config.text import graphemes

FOLLOW_TEXT = 0  # as seq_len: as many steps as the text has characters


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
