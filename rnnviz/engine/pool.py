"""Stacks of buffers, lent to whoever makes a pass."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from threading import Lock

import numpy as np

from rnnviz.engine.forward import Columns
from rnnviz.engine.plan import Plan
from rnnviz.engine.stack import Stack

MEMORY = 1 << 27  # bytes of free buffers that a pool still has after it has lent; until it lends again it can have more


class Lease:
    """A stack of buffers on loan; it goes back to its shelf when nobody can ask for the way back any more."""

    def __init__(self, shelf: list[Stack], stack: Stack) -> None:
        self.shelf, self.stack = shelf, stack

    def __del__(self) -> None:
        self.shelf.append(self.stack)


class Pool:
    """Stacks of buffers, by shape of batch; those of the shapes used last are kept, as far as memory allows."""

    def __init__(self, plan: Plan, memory: int = MEMORY) -> None:
        self.plan, self.memory = plan, memory
        self.shelves: OrderedDict[tuple[object, ...], list[Stack]] = OrderedDict()
        self.lock = Lock()

    def __reduce__(self) -> tuple[Callable[[Plan], Pool], tuple[Plan]]:
        return pool_of, (self.plan,)  # a copied pool's views would no longer be views

    def lend(
        self,
        steps: int,
        batch: int,
        networks: int,
        dtype: np.dtype[np.floating],
        *,
        masked: bool,
        bound: object = None,
    ) -> Lease:
        """A stack for this shape, if possible one that is bound to these weights; made if none is free."""
        key = (steps, batch, networks, dtype, masked)
        with self.lock:
            shelf = self.shelves.setdefault(key, [])
            self.shelves.move_to_end(key)
            stack = next((one for one in shelf if one.bound == bound), shelf[-1] if shelf else None)
            if stack:
                shelf.remove(stack)
            if shelf or not stack:  # else nothing can have grown: a training takes what it gave back
                self.trim()
        return Lease(shelf, stack or Stack(self.plan, Columns(steps, batch, networks, dtype)))

    def trim(self) -> None:
        """Throw away what has not been used for longest, until the rest fits."""
        while len(self.shelves) > 1 and self.taken() > self.memory:
            self.shelves.popitem(last=False)
        (*_, shelf) = self.shelves.values()
        while shelf and self.taken() > self.memory:
            shelf.pop(0)

    def taken(self) -> int:
        """About how many bytes the free stacks take."""
        return sum(stack.memory for shelf in self.shelves.values() for stack in shelf)


@lru_cache(maxsize=8)
def pool_of(plan: Plan) -> Pool:
    """The pool of all modules of one plan: what a seed before had made serves the next."""
    return Pool(plan)
