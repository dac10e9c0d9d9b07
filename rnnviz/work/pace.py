"""How much long work is done between two looks at a page: by the clock for a visitor, counted for a test.

A test sets RNNVIZ_PACE in the environment of the app that it starts, so that what it sees depends on no machine.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LOOK = 0.9  # seconds of work between two looks at a page


@dataclass(frozen=True)
class Pace:
    """How work is cut.

    Args:
        units: updates, or networks, of a slice, of which one is made between two looks; None: as work and clock say.
        goal: a training makes no more updates than that; None: as many as it wants to.
        hold: while this file exists, nobody gets beyond a first slice, which has one unit.
    """

    units: int | None = None
    goal: int | None = None
    hold: Path | None = None

    @classmethod
    def parse(cls, text: str) -> Pace:
        """Read what a test wrote: "units=20 goal=100 hold=/tmp/hold".

        Raises:
            ValueError: if it says anything else.
        """
        given = dict(part.split("=", 1) for part in text.split())
        if strange := given.keys() - {"units", "goal", "hold"}:
            raise ValueError(f"RNNVIZ_PACE sets units, goal and hold, and not {', '.join(sorted(strange))}.")
        numbers = {name: int(given[name]) for name in ("units", "goal") if name in given}
        if any(number < 1 for number in numbers.values()):
            raise ValueError(f"RNNVIZ_PACE: units and goal are 1 or more, in {text!r} one is not.")
        return cls(**numbers, hold=Path(given["hold"]) if "hold" in given else None)

    @property
    def cut(self) -> int | None:
        """How many units a slice has; None: as many as the work says."""
        return 1 if self.held() else self.units

    def bounded(self, updates: int) -> int:
        """How many updates a training makes that would make this many."""
        return updates if self.goal is None else min(updates, self.goal)

    def held(self) -> bool:
        """Whether to stay where everybody is."""
        return self.hold is not None and self.hold.exists()

    def turns(self) -> Iterator[None]:
        """One turn for each slice that is made before the next look."""
        end = time.monotonic() + LOOK
        yield
        while self.units is None and time.monotonic() < end:
            yield


PACE = Pace.parse(os.environ.get("RNNVIZ_PACE", ""))
