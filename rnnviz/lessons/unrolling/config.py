"""What a visitor can choose while a network learns to spell."""

from dataclasses import dataclass, replace
from typing import Any, Self

from rnnviz.config.base import Config
from rnnviz.config.kinds import Whole, setting
from rnnviz.config.text import graphemes
from rnnviz.config.vocabulary import word

FOLLOW_TEXT = 0  # as seq_len: as many steps as the text has characters


@dataclass(frozen=True)
class RunConfig(Config):
    """One run: the network, what it reads, how it learns, and where we look. Equal configs give equal numbers."""

    text: str = word("text", "peacock")
    cell: str = word("cell", "elman")
    activation: str = word("activation", "tanh")
    seq_len: int = word("seq_len", FOLLOW_TEXT)
    hidden_size: int = word("hidden_size", 8, high=32)
    lr: float = word("lr", 0.01, rungs=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0))
    updates: int = setting(
        30, Whole(label="Updates of training", low=0, high=100, view=True, help="0 shows the network as initialised.")
    )
    step: int = setting(
        0, Whole(label="Opened step", low=0, high=200, view=True, help="0, or a step past the end, opens none.")
    )
    seed: int = word("seed", 1)

    def __post_init__(self) -> None:
        """Refuse what is out of range, compose the text, and give an unstated length the text's own."""
        if self.seq_len == FOLLOW_TEXT:
            object.__setattr__(self, "seq_len", max(2, len(graphemes(self.text))) if isinstance(self.text, str) else 2)
        super().__post_init__()

    def defaults(self) -> dict[str, Any]:
        """Return the values a link need not carry; the length need not if it is the text's."""
        return {**vars(RunConfig(text=self.text)), "text": RunConfig.text}

    def with_setting(self, name: str, value: object) -> Self:
        """Return this config with one setting changed; a length that was the text's follows a new text."""
        followed = name == "text" and "seq_len" not in self.to_query()
        changed: dict[str, Any] = {"seq_len": FOLLOW_TEXT} if followed else {}
        return replace(self, **changed | {name: value})
