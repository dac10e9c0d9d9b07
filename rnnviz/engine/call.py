"""One call of a recurrent module: torch's tensors in, through the engine's buffers, and out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells.cell import Array
from rnnviz.engine.layer_traces import DerivedGradients
from rnnviz.engine.plan import Plan
from rnnviz.engine.pool import Lease, Pool
from rnnviz.engine.stack import Stack
from rnnviz.engine.truncation import Truncation, truncated

DTYPES: dict[torch.dtype, np.dtype[np.floating]] = {
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
    record: bool = False  # keep, on the backward pass, what only a record needs
    truncation: Truncation | None = None
    lease: Lease | None = None
    derived: dict[str, DerivedGradients] = field(default_factory=dict)  # by direction, computed once
    cut: dict[str, dict[str, Array]] = field(default_factory=dict)  # lengths (chunks, N) of what truncation cut off
    lock: Lock = field(default_factory=Lock)  # one backward pass at a time has the buffers

    def again(self) -> Call:
        """A call that reads the same, and has not run yet."""
        return replace(self, lease=None, derived={}, cut={}, lock=Lock())

    @property
    def stack(self) -> Stack:
        """The buffers of this call."""
        if self.lease is None:
            raise RuntimeError("The call has not run yet.")
        return self.lease.stack

    def forward(self, x: Tensor, states: Sequence[Tensor | None], weights: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Read every step: x (T, N, I) and states or None -> y (T, N, P * directions) and the last states."""
        y = self.run_forward(x, states, weights)
        last = states_of(self.stack, [part.last() for part in self.stack.parts.values()])
        return (torch.from_numpy(y), *last)

    def run_forward(self, x: Tensor, states: Sequence[Tensor | None], weights: Sequence[Tensor]) -> Array:
        """Read every step: x (T, N, I) and states or None -> y (T, N, P * directions), in memory of its own."""
        steps, batch = x.shape[0], x.shape[1] // self.networks
        where = places(weights)
        self.lease = self.pool.lend(
            steps, batch, self.networks, DTYPES[x.dtype], masked=self.active is not None, bound=where
        )
        if self.stack.bound_to != where:  # training changes weights, but does not move them
            self.bind(weights)
            self.stack.bound_to = where
        initial = by_part(self.pool.plan, states)
        y = self.stack.forward(array_of(x).transpose(0, 2, 1), initial, self.active, self.masks)
        return np.array(y.transpose(0, 2, 1), order="C")

    def bind(self, weights: Sequence[Tensor]) -> None:
        """Let the buffers read these weights."""
        arrays = [array_of(weight) for weight in weights]
        self.check(arrays)
        self.stack.bound_to = None  # whose weights it reads is open until all are bound
        self.stack.bind(by_weight(self.pool.plan, arrays, self.networks))

    def check(self, weights: Sequence[Array]) -> None:
        """Refuse weights of another size or type; NumPy would stretch and convert them."""
        sizes = ((f"{name}_{part}", size) for part, of in self.pool.plan.weights.items() for name, size in of.items())
        for (name, size), weight in zip(sizes, weights, strict=True):
            if weight.shape[weight.ndim - len(size) :] != size:
                raise ValueError(f"The weight {name} has shape {weight.shape}; this module needs {size}.")
            if weight.dtype != self.stack.columns.dtype:
                kinds = f"{weight.dtype}; the inputs are {self.stack.columns.dtype}"
                raise TypeError(f"The weight {name} is {kinds}: convert one, as with .to(torch.{weight.dtype}).")

    def backward(self, grad_output: Array | None, finals: Sequence[Tensor | None], *, inputs: bool) -> Array | None:
        """Go back through every step, from ∂L/∂y and ∂L/∂(last states); return ∂L/∂x (T, I, N) if asked for."""
        self.derived.clear()
        plan, steps = self.pool.plan, self.stack.columns.steps
        size = plan.state_size * len(plan.directions)
        above = self.stack.columns.empty(steps, size) if grad_output is None else grad_output.transpose(0, 2, 1)
        if self.truncation:
            below, self.cut = truncated(self.stack, above, self.truncation)
            return below
        return self.stack.backward(above, by_part(plan, finals), inputs=inputs)

    def initial_gradients(self) -> list[Tensor]:
        """∂L/∂(states before the first step), in torch's order."""
        return list(states_of(self.stack, [part.first_gradient() for part in self.stack.parts.values()]))

    def weight_gradients(self) -> list[Array]:
        """∂L/∂W of every weight, in torch's order."""
        gradients = []
        for name, part in self.stack.parts.items():
            mine = part.weight_gradients(norms=self.record)
            gradients += [mine[weight] for weight in self.pool.plan.weights[name]]
        return [gradient[0] for gradient in gradients] if self.networks == 1 else gradients


def places(weights: Sequence[Tensor]) -> list[tuple[object, ...]]:
    """Where weights are in memory, and as what they are read."""
    return [(weight.data_ptr(), weight.dtype, weight.shape, weight.stride()) for weight in weights]


def states_of(stack: Stack, parts: list[dict[str, Array]]) -> Iterator[Tensor]:
    """The states of every direction, (·, N), as torch has them: one (layers * directions, N, ·) for each name."""
    for name in stack.plan.cell.states:
        size, count = parts[0][name].shape
        stacked = np.empty((len(parts), count, size), stack.columns.dtype)
        for i, part in enumerate(parts):
            stacked[i] = part[name].T
        yield torch.from_numpy(stacked)


def by_part(plan: Plan, states: Sequence[Tensor | None]) -> dict[str, dict[str, Array]]:
    """Torch's states, (layers * directions, N, ·) each, by direction and name, (·, N)."""
    if all(state is None for state in states):
        return {}
    pairs = zip(plan.cell.states, states, strict=True)
    named = {name: array_of(state) for name, state in pairs if state is not None}
    return {part: {name: state[i].T for name, state in named.items()} for i, part in enumerate(plan.parts)}


def by_weight(plan: Plan, arrays: Sequence[Array], networks: int) -> dict[str, dict[str, Array]]:
    """Torch's flat list of weights by direction and name, with a leading axis of networks."""
    flat = iter(arrays)
    return {
        part: {name: weight[None] if networks == 1 else weight for name, weight in zip(names, flat, strict=False)}
        for part, names in plan.weights.items()
    }


def array_of(tensor: Tensor) -> Array:
    """The numbers of a tensor where they are, only to be read: they are not ours."""
    array: Array = tensor.numpy(force=True)  # detached, and negated where torch has yet to
    array.setflags(write=False)
    return array
