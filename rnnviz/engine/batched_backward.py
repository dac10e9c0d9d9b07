"""Backward through a stack for many gradients at once: one per loss step, one per window of truncated BPTT."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.backward import Backward, everything
from rnnviz.engine.stack import Stack

Window = Callable[[int], slice]


class BatchedBackward:
    """M gradients through every direction of every layer of a stack that has gone forward.

    Args:
        stack: what went forward; one network.
        gradients: M.
        window: given whether a direction reads in reverse, which of the M can be other than zero at each of its steps.
            In lower layers of a bidirectional stack all can: the layers above read both ways.
        each: whether the k-th gradient leaves the output at step k alone: ``run`` takes (T, P * directions, N) then.
        measured: whether nothing but ``squares`` will be asked for.
    """

    def __init__(
        self,
        stack: Stack,
        gradients: int,
        window: Callable[[bool], Window],
        *,
        each: bool = False,
        measured: bool = False,
    ) -> None:
        self.stack, self.gradients, self.measured = stack, gradients, measured
        self.setting: object = None  # what it was made for
        self.directions: dict[str, Backward] = {}
        for layer, names in enumerate(stack.layers):
            top = layer == len(stack.layers) - 1
            for name in names:
                part = stack.parts[name]
                self.directions[name] = Backward(
                    part.forward,
                    part.local,
                    gradients,
                    window(part.reverse) if top or not stack.plan.bidirectional else everything,
                    each=in_time(gradients, part.reverse) if each and top else None,
                    measured=measured,
                    lean=measured and layer == 0,
                )

    @property
    def memory(self) -> int:
        """About how many bytes its buffers take."""
        return sum(backward.memory for backward in self.directions.values())

    def run(self, grad_output: Array) -> Array:
        """Go back from (T, P * directions, N, M), the gradients of the output; return those of x, (T, I, N, M)."""
        for name, part in self.of_top(grad_output):
            self.fill(name, part)
        return self.go()

    def of_top(self, grad_output: Array) -> Iterator[tuple[str, Array]]:
        """The directions of the last layer, and what of the output is theirs."""
        size = self.stack.plan.state_size
        for i, name in enumerate(self.stack.layers[-1]):
            yield name, grad_output[:, i * size : (i + 1) * size]

    def fill(self, name: str, grad_output: Array) -> None:
        """Set what reaches one direction from above."""
        place = self.directions[name].grad_output
        place[:] = grad_output[self.stack.parts[name].order].reshape(place.shape)

    @np.errstate(all="ignore")
    def go(self) -> Array:
        """Back through all layers, once the last one's ``grad_output`` is set; return what leaves the lowest."""
        size, below = self.stack.plan.state_size, np.empty(0)
        for layer, names in reversed(list(enumerate(self.stack.layers))):
            mask = self.stack.masks[layer]
            for i, name in enumerate(names):
                if below.size:
                    above = below[:, i * size : (i + 1) * size]
                    self.fill(name, above if mask is None else above * mask[:, i * size : (i + 1) * size, :, None])
                self.directions[name].run({}, self.stack.parts[name].active)
            if layer or not self.measured:
                parts = [self.below(name) for name in names]
                below = parts[0] if len(parts) == 1 else parts[0] + parts[1]
        return below

    def below(self, name: str) -> Array:
        """∂/∂x of one direction, (T, I, N, M), in the input's own time."""
        part, rows = self.stack.parts[name], self.directions[name].rows
        forward = part.forward
        weights = forward.packed[0, :, forward.layout.columns["x"]]
        rows = rows.reshape(*rows.shape[:2], forward.columns.count, self.gradients)
        into_x: Array = np.matmul(rows.swapaxes(1, 3), weights).swapaxes(1, 3)
        return into_x[part.order]

    def squares(self, name: str, state: str) -> Array:
        """Squared lengths of ∂/∂state of one direction, (T, N, M), in the input's own time."""
        return self.in_order(name, self.directions[name].squares[state])

    def squares_of_the_whole_state(self, name: str) -> Array:
        """Squared lengths of ∂/∂(all states together), (T, N, M), in the input's own time.

        h is formed from the other states of its step. Whatever goes through h is counted there, and of the others only
        what reaches them from later steps: no path twice.
        """
        backward = self.directions[name]
        squares: Array = sum(backward.later.values(), backward.squares["h"])
        return self.in_order(name, squares)

    def in_order(self, name: str, squares: Array) -> Array:
        """Of one direction, (T, N, M), in the input's own time."""
        ordered: Array = squares.reshape(len(squares), -1, self.gradients)[self.stack.parts[name].order]
        return ordered

    def carried(self, name: str, state: str) -> Array:
        """What reaches a state from later steps, (T+1, H, N, M), in the direction's own order."""
        array = self.directions[name].carried[state]
        carried: Array = array.reshape(*array.shape[:2], self.stack.columns.count, self.gradients)
        return carried


def causal(steps: int) -> Callable[[bool], Window]:
    """One gradient for each step's loss: it reaches that step and those that were read before it."""

    def window(reverse: bool) -> Window:
        if reverse:  # its t-th step is step T-1-t of the input
            return lambda t: slice(0, steps - t)
        return lambda t: slice(t, None)

    return window


def in_time(steps: int, reverse: bool) -> Callable[[int], int]:
    """The time of the input that a direction reads at its t-th step."""
    return (lambda t: steps - 1 - t) if reverse else (lambda t: t)


def backward_from_every_step(stack: Stack, *, measured: bool) -> BatchedBackward:
    """Backward for T gradients, the k-th from the output of step k."""
    steps = stack.columns.steps
    make = partial(BatchedBackward, stack, steps, causal(steps), each=True, measured=measured)
    return kept_by(stack, "every step", measured, make)


def kept_by(stack: Stack, kind: str, setting: object, make: Callable[[], BatchedBackward]) -> BatchedBackward:
    """The one of this kind that the stack keeps; made anew if that was made for another setting."""
    batched = stack.kept.get(kind)
    if not isinstance(batched, BatchedBackward) or batched.setting != setting:
        batched = stack.kept[kind] = make()
        batched.setting = setting
    return batched
