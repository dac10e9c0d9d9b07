"""Memory goes back to the machine: the C library keeps what was freed until it is asked for it."""

import ctypes
import gc
import sys

_ARENA_MAX = -8  # M_ARENA_MAX in glibc's malloc.h
_ARENAS = 2


def share_arenas() -> None:
    """Let all threads allocate from two arenas. By default there are up to eight a core, each with holes of its own."""
    _call("mallopt", _ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Collect garbage, sessions that have ended above all, and hand free memory back."""
    gc.collect()
    _call("malloc_trim", 0)


def _call(name: str, *numbers: int) -> None:
    """Call a function of the C library; other libraries than glibc do without."""
    if sys.platform == "linux" and (function := getattr(ctypes.CDLL(None), name, None)):
        function(*numbers)
