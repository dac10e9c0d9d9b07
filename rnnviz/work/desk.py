"""The latest slice of every piece of work that anybody asked for lately: who asks for the same finds it there."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from cachetools import LRUCache

from rnnviz.work.slices import Slice, Work
from rnnviz.work.weight import weight

State = TypeVar("State")
Result = TypeVar("Result")


class Desk:
    """Work in progress, shared by all visitors and bounded in bytes; what was not asked for longest goes first.

    Who asks keeps a slice as well, so that nobody loses what he has seen.
    """

    def __init__(self, most: int) -> None:
        """Make room for so many bytes of slices."""
        self._slices: LRUCache[Hashable, Any] = LRUCache(most, getsizeof=weight)
        self._turns: WeakValueDictionary[Hashable, threading.Lock] = WeakValueDictionary()  # of what is being made
        self._lock = threading.Lock()

    def latest(self, key: Hashable) -> Slice[Any, Any] | None:
        """The latest slice of a piece of work; None if there is none."""
        with self._lock:
            return self._slices.get(key)

    def advance(
        self, key: Hashable, work: Work[State, Result], mine: Slice[State, Result] | None, units: int | None = None
    ) -> Slice[State, Result]:
        """Make the next slice, unless somebody else has gone further than ``mine`` already: then take that one.

        Where somebody else is making it now, ``mine`` comes back; who has nothing yet waits.

        Args:
            key: what the work is: equal keys stand for equal work.
            work: how it is done.
            mine: the slice to go on from; None: the beginning.
            units: of the slice, as ``Work`` takes them.
        """
        turn = self._turn(key)
        if not turn.acquire(blocking=mine is None) and mine is not None:
            known = self.latest(key)
            return known if known is not None and known.share > mine.share else mine
        try:
            known = self.latest(key)
            if known is not None and (mine is None or known.share > mine.share):
                return known
            slice_ = work.after(mine, units)
            with self._lock:
                if weight(slice_) <= self._slices.maxsize:
                    self._slices[key] = slice_
            return slice_
        finally:
            turn.release()

    def _turn(self, key: Hashable) -> threading.Lock:
        """The lock of a piece of work, which lasts as long as anybody holds it."""
        with self._lock:
            return self._turns.setdefault(key, threading.Lock())
