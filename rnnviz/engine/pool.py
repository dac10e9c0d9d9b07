"""Stacks of buffers, lent to whoever makes a pass."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from threading import Lock

import numpy as np

from rnnviz.engine.forward import Columns
from rnnviz.engine.stack import Plan, Stack


class Lease:
    """A stack of buffers on loan; it goes back to its shelf when nobody can ask for the way back any more."""

    def __init__(self, shelf: list[Stack], stack: Stack) -> None:
        self.shelf, self.stack = shelf, stack

    def __del__(self) -> None:
        self.shelf.append(self.stack)


class Pool:
    """Stacks of buffers, by shape of batch; the shapes used last are kept."""

    def __init__(self, plan: Plan, shapes: int = 4) -> None:
        self.plan, self.limit = plan, shapes
        self.shelves: OrderedDict[tuple[object, ...], list[Stack]] = OrderedDict()
        self.lock = Lock()

    def __reduce__(self) -> tuple[Callable[[Plan], Pool], tuple[Plan]]:
        return pool_of, (self.plan,)  # a copied pool's views would no longer be views

    def lend(self, steps: int, batch: int, networks: int, dtype: np.dtype[np.floating], *, masked: bool) -> Lease:
        """A stack for this shape, made if none is free."""
        key = (steps, batch, networks, dtype, masked)
        with self.lock:
            shelf = self.shelves.setdefault(key, [])
            self.shelves.move_to_end(key)
            if len(self.shelves) > self.limit:
                self.shelves.popitem(last=False)
            stack = shelf.pop() if shelf else None
        return Lease(shelf, stack or Stack(self.plan, Columns(steps, batch, networks, dtype)))


@lru_cache(maxsize=8)
def pool_of(plan: Plan) -> Pool:
    """The pool of all modules of one plan: what a seed before had made serves the next."""
    return Pool(plan)
