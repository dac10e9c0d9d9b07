"""One thread for small matrices: two are slower alone, and much slower beside a busy neighbour."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock, local
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]


@cache
def controller() -> ThreadpoolController:
    """What governs NumPy's matrix library, found once."""
    return ThreadpoolController()


@cache
def blas() -> list[Any]:
    """What sets the threads of each matrix library of this process."""
    return list(controller().select(user_api="blas").lib_controllers)


def set_blas(threads: list[int]) -> list[int]:
    """Give each matrix library so many threads; return how many each had. To set a number takes longer than to ask."""
    before = [library.get_num_threads() for library in blas()]
    for library, has, wanted in zip(blas(), before, threads, strict=True):
        if has != wanted:
            library.set_num_threads(wanted)
    return before


class ThreadLimiter:
    """One thread for whoever is inside ``one_thread``, as many as the first of them found when all have left."""

    def __init__(self) -> None:
        self.lock, self.inside, self.mine = Lock(), 0, local()
        self.torch_before: int = 0
        self.blas_before: list[int] = []

    def enter(self, torch: Any) -> None:
        """A thread comes in."""
        with self.lock:
            before = torch.get_num_threads() if torch else 0
            if before > 1:
                torch.set_num_threads(1)
            limited = set_blas([1] * len(blas()))
            if not self.inside:
                self.torch_before, self.blas_before = before, limited
            self.inside += 1
        self.mine.inside = True

    def leave(self, torch: Any) -> None:
        """A thread goes out. Some settings are a thread's own and some are everybody's, so each sets them back."""
        self.mine.inside = False
        with self.lock:
            self.inside -= 1
            if torch and self.torch_before not in {0, torch.get_num_threads()}:
                torch.set_num_threads(self.torch_before)
            set_blas(self.blas_before)


LIMITER = ThreadLimiter()


@contextmanager
def one_thread() -> Iterator[None]:
    """Within this block NumPy uses one thread, and so does torch if it is there; afterwards as many as before.

    NumPy's number is everybody's: of several threads inside, the first to leave sets it back for all. The block is left
    by the thread that entered it.
    """
    if getattr(LIMITER.mine, "inside", False):
        yield
        return
    torch = sys.modules.get("torch")
    LIMITER.enter(torch)
    try:
        yield
    finally:
        LIMITER.leave(torch)


@contextmanager
def flush_denormals() -> Iterator[None]:
    """Within this block numbers too small for the type's full precision are zero; a processor takes ages over them."""
    import torch

    before = flushes_denormals()
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(before)


def flushes_denormals() -> bool:
    """Whether this thread's processor takes such numbers for zero."""
    return not np.multiply(np.finfo(np.float32).tiny, np.float32(0.5))
