"""Stacks of buffers, lent to whoever makes a pass."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable
from threading import Lock

import numpy as np

from rnnviz.engine.forward import Columns
from rnnviz.engine.plan import Plan
from rnnviz.engine.stack import Stack

MAX_BYTES = 1 << 27  # bytes


class Store:
    """Free stacks of buffers of every plan and shape. Those that came back last are kept, as far as the bytes allow.

    Args:
        max_bytes: about how many bytes they take together; the one that came back last is kept however large it is.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes, self.taken = max_bytes, 0
        self.shelves: dict[Hashable, list[Stack]] = {}
        self.stacks: OrderedDict[Stack, tuple[Hashable, int]] = OrderedDict()  # shelf and bytes, as they came back
        self.returned: deque[tuple[Hashable, Stack]] = deque()  # and not sorted in yet
        self.lock = Lock()

    def find(self, shelf: Hashable, weights: object) -> Stack | None:
        """Take a free stack from a shelf, if possible one that is bound to these weights."""
        with self.lock:
            if self.returned:
                self.sort_in()
            stacks = self.shelves.get(shelf)
            if not stacks:
                return None
            stack = stacks[-1]
            if stack.bound_to != weights:
                stack = next((one for one in stacks if one.bound_to == weights), stack)
            stacks.remove(stack)
            self.taken -= self.stacks.pop(stack)[1]
            return stack

    def put_back(self, shelf: Hashable, stack: Stack) -> None:
        """Take a stack back.

        This may be called where Python collects garbage, even within the lines that hold the lock: they must not be
        waited for, and sort in what came back meanwhile.
        """
        self.returned.append((shelf, stack))
        if self.lock.acquire(blocking=False):
            try:
                self.sort_in()
            finally:
                self.lock.release()

    def clear(self) -> None:
        """Throw all free stacks away."""
        with self.lock:
            self.returned.clear()
            self.shelves.clear()
            self.stacks.clear()
            self.taken = 0

    def sort_in(self) -> None:
        """Put what came back on its shelf, and throw away what has not been used for longest until the rest fits."""
        while self.returned:
            shelf, stack = self.returned.popleft()
            memory = stack.memory
            self.shelves.setdefault(shelf, []).append(stack)
            self.stacks[stack] = shelf, memory
            self.taken += memory
        while self.taken > self.max_bytes and len(self.stacks) > 1:
            stack, (shelf, memory) = self.stacks.popitem(last=False)
            self.taken -= memory
            self.shelves[shelf].remove(stack)
            if not self.shelves[shelf]:
                del self.shelves[shelf]


STORE = Store()
"""What serves all modules of this process: what one had made serves the next of its plan."""


class Lease:
    """A stack of buffers on loan; it goes back to its shelf when nobody can ask for the way back any more."""

    def __init__(self, store: Store, shelf: Hashable, stack: Stack) -> None:
        self.store, self.shelf, self.stack = store, shelf, stack

    def __del__(self) -> None:
        self.store.put_back(self.shelf, self.stack)


class Pool:
    """The stacks of one plan."""

    def __init__(self, plan: Plan, store: Store = STORE) -> None:
        self.plan, self.store = plan, store

    def __reduce__(self) -> tuple[type[Pool], tuple[Plan]]:
        return Pool, (self.plan,)  # a copied stack's views would no longer be views

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
        shelf = (self.plan, steps, batch, networks, dtype, masked)
        stack = self.store.find(shelf, bound)
        return Lease(self.store, shelf, stack or Stack(self.plan, Columns(steps, batch, networks, dtype)))
