"""What a piece of long work is: a beginning, and a step from each state to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar, cast

State = TypeVar("State")
Result = TypeVar("Result")


class Slice(NamedTuple, Generic[State, Result]):
    """How far a piece of work is."""

    state: State  # the next slice follows from it
    result: Result | None  # what is known so far; None: nothing yet
    share: float  # of the work that is done, 0 to 1


@dataclass(frozen=True, eq=False)
class Work(Generic[State, Result]):
    """A piece of long work as two pure functions. Both, and every state and result, can be pickled.

    Args:
        begin: gives the state before the first slice.
        advance: makes one slice, of so many units (updates, networks); None: as many as take a small part of a second.
            However the work is cut, the numbers are the same.
    """

    begin: Callable[[], State]
    advance: Callable[[State, int | None], Slice[State, Result]]

    def after(self, latest: Slice[State, Result] | None, units: int | None = None) -> Slice[State, Result]:
        """The slice after this one, or the first; the last is followed by itself."""
        if latest is not None and latest.share >= 1:
            return latest
        return self.advance(self.begin() if latest is None else latest.state, units)

    def whole(self) -> Result:
        """Do all of it at once."""
        latest = self.after(None)
        while latest.share < 1:
            latest = self.after(latest)
        return cast("Result", latest.result)
