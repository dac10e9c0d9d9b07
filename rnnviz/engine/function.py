"""The engine as one node of torch's graph: its backward is the loop back through time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells.cell import Array
from rnnviz.engine.pool import Lease, Pool
from rnnviz.engine.reading import Derived
from rnnviz.engine.stack import Plan, Stack
from rnnviz.engine.truncation import Truncation, truncated

KINDS: dict[torch.dtype, np.dtype[np.floating]] = {
    torch.float32: np.dtype(np.float32),
    torch.float64: np.dtype(np.float64),
}


@dataclass
class Call:
    """One call of a module: what it reads beside tensors, and, once it has run, where its numbers are."""

    pool: Pool
    networks: int = 1
    active: Array | None = None  # (T, N)
    masks: list[Array | None] | None = None
    record: bool = False  # keep, on the way back, what only a record needs
    truncation: Truncation | None = None
    lease: Lease | None = None
    derived: dict[str, Derived] = field(default_factory=dict)  # what reading works out, once
    cut: dict[str, dict[str, Array]] = field(default_factory=dict)  # lengths (chunks, N) of what truncation cut off

    @property
    def stack(self) -> Stack:
        """The buffers of this call."""
        if self.lease is None:
            raise RuntimeError("The call has not run yet.")
        return self.lease.stack

    def forward(self, x: Tensor, states: Sequence[Tensor | None], weights: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Read every step: x (T, N, I) and states or None -> y (T, N, P * directions) and the last states."""
        y = self.read(x, states, weights)
        last = states_of(self.stack, [part.last() for part in self.stack.parts.values()])
        return (torch.from_numpy(y), *last)

    def read(self, x: Tensor, states: Sequence[Tensor | None], weights: Sequence[Tensor]) -> Array:
        """The same for y alone, in memory of its own."""
        steps, batch = x.shape[0], x.shape[1] // self.networks
        self.lease = self.pool.lend(steps, batch, self.networks, KINDS[x.dtype], masked=self.active is not None)
        self.take(weights)
        initial = by_part(self.pool.plan, states)
        y = self.stack.forward(x.detach().numpy().transpose(0, 2, 1), initial, self.active, self.masks)
        return np.array(y.transpose(0, 2, 1), order="C")

    def take(self, weights: Sequence[Tensor]) -> None:
        """Bind the buffers to these weights, unless they are: training changes weights, but does not move them."""
        where = [(weight.data_ptr(), weight.stride()) for weight in weights]
        if where != self.stack.bound:
            arrays = [weight.detach().numpy() for weight in weights]
            self.fit(arrays)
            self.stack.bound = None  # whose weights it reads is open until all are bound
            self.stack.bind(by_weight(self.pool.plan, arrays, self.networks))
            self.stack.bound = where

    def fit(self, weights: Sequence[Array]) -> None:
        """Refuse weights of another size; NumPy would stretch them."""
        sizes = ((f"{name}_{part}", size) for part, of in self.pool.plan.weights.items() for name, size in of.items())
        for (name, size), weight in zip(sizes, weights, strict=True):
            if weight.shape[weight.ndim - len(size) :] != size:
                raise ValueError(f"The weight {name} has shape {weight.shape}; this module needs {size}.")

    def backward(self, outside: Array | None, finals: Sequence[Tensor | None], *, inputs: bool) -> Array | None:
        """Go back through every step, from ∂L/∂y and ∂L/∂(last states); return ∂L/∂x (T, I, N) if asked for."""
        self.derived.clear()
        plan, steps = self.pool.plan, self.stack.columns.steps
        size = plan.state_size * len(plan.directions)
        above = self.stack.columns.empty(steps, size) if outside is None else outside.transpose(0, 2, 1)
        if self.truncation:
            below, self.cut = truncated(self.stack, above, self.truncation)
            return below
        return self.stack.backward(above, by_part(plan, finals), inputs=inputs)

    def initial_gradients(self) -> list[Tensor]:
        """∂L/∂(states before the first step), in torch's order."""
        return list(states_of(self.stack, [part.first_gradient() for part in self.stack.parts.values()]))

    def weight_gradients(self) -> list[Array]:
        """Of every weight, in torch's order."""
        found = []
        for name, part in self.stack.parts.items():
            mine = part.weight_gradients(norms=self.record)
            found += [mine[weight] for weight in self.pool.plan.weights[name]]
        return [gradient[0] for gradient in found] if self.networks == 1 else found


class Through(torch.autograd.Function):
    """A call, its states and its weights -> its output and its last states."""

    @staticmethod
    def forward(ctx: Any, call: Call, x: Tensor, *tensors: Tensor | None) -> tuple[Tensor, ...]:
        """Read every step."""
        count = len(call.pool.plan.cell.states)
        ctx.call = call
        ctx.set_materialize_grads(False)
        return call.forward(x, tensors[:count], [weight for weight in tensors[count:] if weight is not None])

    @staticmethod
    def backward(ctx: Any, outside: Tensor | None, *finals: Tensor | None) -> tuple[Tensor | None, ...]:
        """Go back through every step."""
        if torch.is_grad_enabled():
            raise RuntimeError("The engine's gradients cannot be differentiated again: leave create_graph out.")
        _, into_x, *into_states = ctx.needs_input_grad[: 2 + len(finals)]
        below = ctx.call.backward(None if outside is None else outside.numpy(), finals, inputs=into_x)
        x = tensor_of(below.transpose(0, 2, 1)) if into_x else None
        initial = ctx.call.initial_gradients() if any(into_states) else [None] * len(finals)
        return (None, x, *initial, *map(torch.from_numpy, ctx.call.weight_gradients()))


def states_of(stack: Stack, parts: list[dict[str, Array]]) -> Iterator[Tensor]:
    """The states of every direction, (·, N), as torch has them: one (layers * directions, N, ·) for each name."""
    for name in stack.plan.cell.states:
        size, count = parts[0][name].shape
        found = np.empty((len(parts), count, size), stack.columns.dtype)
        for i, part in enumerate(parts):
            found[i] = part[name].T
        yield torch.from_numpy(found)


def by_part(plan: Plan, states: Sequence[Tensor | None]) -> dict[str, dict[str, Array]]:
    """Torch's states, (layers * directions, N, ·) each, by direction and name, (·, N)."""
    if all(state is None for state in states):
        return {}
    pairs = zip(plan.cell.states, states, strict=True)
    named = {name: state.detach().numpy() for name, state in pairs if state is not None}
    return {part: {name: state[i].T for name, state in named.items()} for i, part in enumerate(plan.parts)}


def by_weight(plan: Plan, arrays: Sequence[Array], networks: int) -> dict[str, dict[str, Array]]:
    """Torch's flat list of weights by direction and name, with a leading axis of networks."""
    flat = iter(arrays)
    return {
        part: {name: weight[None] if networks == 1 else weight for name, weight in zip(names, flat, strict=False)}
        for part, names in plan.weights.items()
    }


def tensor_of(array: Array) -> Tensor:
    """A tensor of its own memory, in torch's order of axes."""
    return torch.from_numpy(np.array(array, order="C"))
