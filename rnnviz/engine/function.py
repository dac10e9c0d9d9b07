"""The engine as one node of torch's graph: its backward is the loop back through time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells.cell import Array
from rnnviz.engine.forward import Columns
from rnnviz.engine.stack import Plan, Stack

KINDS: dict[torch.dtype, np.dtype[np.floating]] = {
    torch.float32: np.dtype(np.float32),
    torch.float64: np.dtype(np.float64),
}


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

    def lend(self, steps: int, batch: int, networks: int, dtype: np.dtype[np.floating], *, masked: bool) -> Lease:
        """A stack for this shape, made if none is free."""
        key = (steps, batch, networks, dtype, masked)
        shelf = self.shelves.setdefault(key, [])
        self.shelves.move_to_end(key)
        if len(self.shelves) > self.limit:
            self.shelves.popitem(last=False)
        return Lease(shelf, shelf.pop() if shelf else Stack(self.plan, Columns(steps, batch, networks, dtype)))


@dataclass
class Call:
    """One call of a module: what it reads beside tensors, and, once it has run, where its numbers are."""

    pool: Pool
    networks: int = 1
    active: Array | None = None  # (T, N)
    masks: list[Array | None] | None = None
    record: bool = False
    lease: Lease | None = None
    norms: dict[str, dict[str, Array]] = field(default_factory=dict)

    @property
    def stack(self) -> Stack:
        """The buffers of this call."""
        if self.lease is None:
            raise RuntimeError("The call has not run yet.")
        return self.lease.stack


class Through(torch.autograd.Function):
    """x (T, N, I), states (layers * directions, N, ·) or None, weights -> y (T, N, P * directions), last states."""

    @staticmethod
    def forward(ctx: Any, call: Call, x: Tensor, *tensors: Tensor | None) -> tuple[Tensor, ...]:
        """Read every step."""
        plan, columns = call.pool.plan, x.shape[1]
        steps, batch = x.shape[0], columns // call.networks
        call.lease = call.pool.lend(steps, batch, call.networks, KINDS[x.dtype], masked=call.active is not None)
        stack, count = call.lease.stack, len(plan.cell.states)
        arrays = [None if tensor is None else tensor.detach().numpy() for tensor in tensors]
        initial, weights = by_part(plan, arrays[:count]), by_weight(plan, arrays[count:], call.networks)
        y = stack.forward(x.detach().numpy().transpose(0, 2, 1), initial, weights, call.active, call.masks)
        ctx.call = call
        ctx.set_materialize_grads(False)  # noqa: FBT003 -- torch's own signature
        return (tensor_of(y.transpose(0, 2, 1)), *states_of(stack, [part.last() for part in stack.parts.values()]))

    @staticmethod
    def backward(ctx: Any, outside: Tensor | None, *finals: Tensor | None) -> tuple[Tensor | None, ...]:
        """Go back through every step."""
        if torch.is_grad_enabled():
            raise RuntimeError("The engine's gradients cannot be differentiated again: leave create_graph out.")
        call, stack = ctx.call, ctx.call.stack
        size, time = stack.plan.state_size * len(stack.plan.directions), stack.columns.steps
        above = stack.columns.empty(time, size) if outside is None else outside.numpy().transpose(0, 2, 1)
        final = by_part(stack.plan, [None if f is None else f.numpy() for f in finals])
        _, into_x, *into_states = ctx.needs_input_grad[: 2 + len(finals)]
        below = stack.backward(above, final, inputs=into_x or call.record)
        x = tensor_of(below.transpose(0, 2, 1)) if into_x else None
        initial: list[Tensor | None] = [None] * len(finals)
        if any(into_states):
            initial = [*states_of(stack, [part.first_gradient() for part in stack.parts.values()])]
        return (None, x, *initial, *map(torch.from_numpy, gradients(call)))


def states_of(stack: Stack, parts: list[dict[str, Array]]) -> Iterator[Tensor]:
    """The states of every direction, (·, N), as torch has them: one (layers * directions, N, ·) for each name."""
    for name in stack.plan.cell.states:
        first = parts[0][name]
        found = np.empty((len(parts), *first.T.shape), first.dtype)
        for place, part in zip(found, parts, strict=True):
            place[:] = part[name].T
        yield torch.from_numpy(found)


def by_part(plan: Plan, states: list[Array | None]) -> dict[str, dict[str, Array]]:
    """Torch's states, (layers * directions, N, ·) each, by direction and name, (·, N)."""
    if all(state is None for state in states):
        return {}
    named = {name: state for name, state in zip(plan.cell.states, states, strict=True) if state is not None}
    return {part: {name: state[i].T for name, state in named.items()} for i, part in enumerate(plan.parts)}


def by_weight(plan: Plan, arrays: list[Array | None], networks: int) -> dict[str, dict[str, Array]]:
    """Torch's flat list of weights by direction and name, with a leading axis of networks."""
    flat = (array for array in arrays if array is not None)
    return {
        part: {name: weight[None] if networks == 1 else weight for name, weight in zip(names, flat, strict=False)}
        for part, names in plan.weights.items()
    }


def gradients(call: Call) -> list[Array]:
    """Of every weight, in the order of the call's arguments; the norms of their shares go into the call's record."""
    found = []
    for name, part in call.stack.parts.items():
        if call.record:
            mine, call.norms[name] = part.recorded_gradients()
        else:
            mine = part.weight_gradients()
        found += [mine[weight][0] if call.networks == 1 else mine[weight] for weight in call.stack.plan.weights[name]]
    return found


def tensor_of(array: Array) -> Tensor:
    """A tensor of its own memory, in torch's order of axes."""
    return torch.from_numpy(np.array(array, order="C"))
