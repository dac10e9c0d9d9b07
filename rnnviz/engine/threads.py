"""One thread for small matrices: two are slower alone, and much slower beside a busy neighbour."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]


@cache
def controller() -> ThreadpoolController:
    """What governs NumPy's matrix library, found once."""
    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Within this block NumPy uses one thread, and so does torch if it is there; afterwards as many as before."""
    torch = sys.modules.get("torch")
    before = torch.get_num_threads() if torch else 1
    if torch:
        torch.set_num_threads(1)
    try:
        with controller().limit(limits=1, user_api="blas"):
            yield
    finally:
        if torch:
            torch.set_num_threads(before)


@contextmanager
def flushed() -> Iterator[None]:
    """Within this block numbers too small for the type's full precision are zero; a processor takes ages over them."""
    import torch

    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)
