"""What a live run answers to a question with a few options."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What was measured.

    Attributes:
        option: position of the option that came true.
        because: two sentences on why, with the measured numbers.
    """

    option: int
    because: str
