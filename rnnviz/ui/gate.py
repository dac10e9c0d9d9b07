"""A gate that lets a few page bodies run at once, first come, first served."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Scripts that run side by side slow each other down; those beyond ``places`` wait in line."""

    def __init__(self, places: int) -> None:
        """Open the gate with this many places."""
        self._free = places
        self._line: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait for a place, hold it, and give it to the first in line."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    @property
    def crowded(self) -> bool:
        """Whether somebody waits for a place."""
        return bool(self._line)

    def _enter(self) -> None:
        turn = threading.Event()
        with self._lock:
            if self._free:
                self._free -= 1
                return
            self._line.append(turn)
        turn.wait()

    def _leave(self) -> None:
        with self._lock:
            if self._line:
                self._line.popleft().set()
            else:
                self._free += 1
