"""The engine as one node of torch's graph: its backward is the loop back through time."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells.cell import Array
from rnnviz.engine.call import Call, array_of


class RecurrentFunction(torch.autograd.Function):
    """A call, its states and its weights -> its output and its last states."""

    @staticmethod
    def forward(ctx: Any, call: Call, x: Tensor, *tensors: Tensor | None) -> tuple[Tensor, ...]:
        """Read every step."""
        count = len(call.pool.plan.cell.states)
        ctx.call = call
        ctx.set_materialize_grads(False)
        return call.forward(x, tensors[:count], [weight for weight in tensors[count:] if weight is not None])

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor | None, *finals: Tensor | None) -> tuple[Tensor | None, ...]:
        """Go back through every step."""
        if torch.is_grad_enabled():
            raise RuntimeError("The engine's gradients cannot be differentiated again: leave create_graph out.")
        call: Call | None = ctx.call
        if call is None:
            raise RuntimeError("The buffers of this pass were given back: say retain_graph=True the first time.")
        _, into_x, *into_states = ctx.needs_input_grad[: 2 + len(finals)]
        with call.lock:
            below = call.backward(None if grad_output is None else array_of(grad_output), finals, inputs=into_x)
            x = None if below is None else tensor_of(below.transpose(0, 2, 1))
            initial = call.initial_gradients() if any(into_states) else [None] * len(finals)
            weights = call.weight_gradients()
        if not graph_is_retained():
            ctx.call = None
        return (None, x, *initial, *map(torch.from_numpy, weights))


def graph_is_retained() -> bool:
    """Whether the graph of the running backward pass will be needed again; then so will the buffers."""
    asked = getattr(torch._C._autograd, "_get_current_graph_task_keep_graph", None)  # noqa: SLF001 -- no other way
    return asked is None or bool(asked())


def tensor_of(array: Array) -> Tensor:
    """A tensor of its own memory, in torch's order of axes."""
    return torch.from_numpy(np.array(array, order="C"))
