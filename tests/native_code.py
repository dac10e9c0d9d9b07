"""The engine without what it knows of native code: as in a process that begins, or in one where there is none."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from rnnviz.engine.native.fallback import FALLBACK
from rnnviz.engine.native.inner_loops import inner_loop
from rnnviz.engine.native.machine import machine
from rnnviz.engine.pool import STORE


def forget() -> None:
    """Drop what was compiled and tried, and the buffers whose passes were compiled."""
    for cached in (machine, inner_loop):
        cached.cache_clear()
    STORE.clear()


@contextmanager
def afresh() -> Iterator[None]:
    """Within this block the engine finds out once more what native code there is, and may warn once more."""
    forget()
    try:
        with patch.object(FALLBACK, "warned", new=False):
            yield
    finally:
        forget()


@contextmanager
def without_native_code() -> Iterator[None]:
    """Within this block llvmlite cannot be imported, so that Python makes every call."""
    with patch.dict(sys.modules, {"llvmlite": None}), afresh():
        yield
