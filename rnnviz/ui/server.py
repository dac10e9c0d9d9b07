"""What makes a rerun cheap for one visitor, and for a class at the same moment."""

import gc
import importlib
import os
import sys
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st
from cachetools import LRUCache, cached

from rnnviz.ui import allocator
from rnnviz.ui.gate import Gate
from rnnviz.work.desk import Desk
from rnnviz.work.weight import weight

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_INSIDE = ContextVar("inside the gate", default=False)
_SWITCH_INTERVAL = 0.0005  # seconds; Python's 0.005 keeps the event loop waiting behind computing threads
_PATIENCE = 4  # seconds after which torch is imported unasked: by then the first picture stands
_DESK = 60_000_000  # bytes of long work that is kept for whoever asks for it next
_BUFFERS = 16_000_000  # bytes of free buffers; one more set is made in less than a blink
_COLLECT_EVERY = 60  # seconds; runner.postScriptGC is off, a full collection after every rerun costs 200 ms


class Imports:
    """What computes, imported beside the server: what draws the first picture, and torch when somebody needs it."""

    def __init__(self, first: Sequence[str] = ()) -> None:
        """Begin, with these modules."""
        self._modules = first
        self._first, self._wanted, self._all = (threading.Event() for _ in range(3))
        threading.Thread(target=self._run, name="imports", daemon=True).start()

    def join(self, *, torch: bool = True) -> None:
        """Wait for what is needed."""
        if torch:
            self._wanted.set()
        (self._all if torch else self._first).wait()

    def _run(self) -> None:
        try:
            import_first(self._modules)
            self._first.set()
            self._wanted.wait(_PATIENCE)
            import_torch()
        finally:  # whoever waits meets the same error
            self._first.set()
            self._all.set()


@dataclass(frozen=True)
class Server:
    """What all sessions of this process share."""

    gate: Gate
    imports: Imports
    desk: Desk


@st.cache_resource(show_spinner=False)
def server(_first: Sequence[str] = ()) -> Server:
    """Set the process up, once, at the first session.

    Args:
        _first: modules that draw the first picture, and do without torch.
    """
    threading.Thread(target=_collect, name="collector", daemon=True).start()
    return Server(Gate((os.cpu_count() or 1) + 1), Imports(_first), Desk(_DESK))


@contextmanager
def gate() -> Iterator[None]:
    """Hold one of the places for page bodies; who holds one already needs no second."""
    if _INSIDE.get():
        yield
        return
    with server().gate.place():
        st.session_state.get("gate")  # any touch of Streamlit ends a run that a newer one replaced while it waited
        outside = _INSIDE.set(True)
        try:
            yield
        finally:
            _INSIDE.reset(outside)


def remembered(
    *, max_bytes: int, torch: bool = True
) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Share results between all visitors: those asked for lately, up to so many bytes.

    The first call awaits the imports it needs, ``torch`` or not. Visitors who ask for the same at the same moment wait
    for one computation. Results are not copied: return what nobody changes. Positional arguments tell one result from
    another; keyword arguments take no part in that. A result weighs what it holds, and what was asked for.
    """
    cache: LRUCache[Any, Any] = LRUCache(max_bytes, weight)

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @cached(cache, key=_positional, condition=threading.Condition())
        def kept(*args: Arguments.args, **kwargs: Arguments.kwargs) -> tuple[Result, object]:
            server().imports.join(torch=torch)
            return function(*args, **kwargs), args

        @wraps(function)
        def once(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            return kept(*args, **kwargs)[0]

        return once

    return decorate


def _positional(*args: Hashable, **_: object) -> Hashable:
    return args


def import_first(modules: Sequence[str]) -> None:
    """Import what the first picture needs, for one thread: the matrices are tiny."""
    allocator.share_arenas()
    sys.setswitchinterval(_SWITCH_INTERVAL)
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
    with _hidden():
        for module in modules:
            importlib.import_module(module)
        importlib.import_module("threadpoolctl").threadpool_limits(1)
    importlib.import_module("rnnviz.engine.pool").STORE.max_bytes = _BUFFERS


def import_torch() -> None:
    """Import torch, for one thread, too."""
    with _hidden():
        importlib.import_module("torch").set_num_threads(1)
        importlib.import_module("threadpoolctl").threadpool_limits(1)


def import_early(first: Sequence[str]) -> None:
    """Import all before anybody asks, with a pause in which the first visitor's browser has the processor."""
    import_first(first)
    time.sleep(_PATIENCE)
    import_torch()


@contextmanager
def _hidden() -> Iterator[None]:
    """Keep what is imported from the collector: to go through half a million objects again and again takes long."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _collect() -> None:
    while True:
        time.sleep(_COLLECT_EVERY)
        allocator.give_back()
