"""What is said when native code cannot be used: one line a process."""

from __future__ import annotations

import logging
from threading import Lock

LOGGER = logging.getLogger("rnnviz.engine")


class Fallback:
    """Warns once that Python makes the calls, however many reasons turn up."""

    def __init__(self) -> None:
        self.lock, self.warned = Lock(), False

    def warn(self, reason: str) -> None:
        """Give the reason, if it is the first."""
        with self.lock:
            first, self.warned = not self.warned, True
        if first:
            LOGGER.warning("The engine runs without native code, slower and with the same numbers: %s", reason)


FALLBACK = Fallback()
