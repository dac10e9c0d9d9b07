"""What a live run answers to a question with a few options."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What was measured.

    Attributes:
        option: position of the option that came true.
        seen: one sentence on what was seen, with the measured numbers.
        why: one sentence on why.
        source: where it can be read.
    """

    option: int
    seen: str
    why: str
    source: str

    @property
    def because(self) -> str:
        """What was seen, why, and the source."""
        return f"{self.seen} {self.why} ({self.source}.)"
