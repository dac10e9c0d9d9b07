"""Run a module once, forward and back, and keep everything that happened."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from rnnviz.engine.function import Call
from rnnviz.engine.reading import read
from rnnviz.engine.threads import one_thread
from rnnviz.network import Network
from rnnviz.recurrent import Recurrent, States
from rnnviz.trace import Trace

Loss = Callable[[Tensor], Tensor]


def record(module: nn.Module, x: Tensor, loss_fn: Loss, state: States | None = None) -> Trace:
    """One pass forward and back through a network or a recurrent module, recorded.

    Nothing is left behind in the module: no gradients, no hooks.

    Args:
        module: a ``Network`` or a ``Recurrent``.
        x: inputs (T, B, I).
        loss_fn: from outputs (T, B, O) to one number; targets by closure.
        state: where to start, (layers * directions, B, H); zeros if left out.
    """
    with one_thread():
        call, y = run(module, x, state, record=True)
        loss = loss_fn(y)
        torch.autograd.grad(loss, [p for p in module.parameters() if p.requires_grad], allow_unused=True)
        return trace_of(module, x, y, loss, call)


def run(module: nn.Module, x: Tensor, state: States | None = None, *, record: bool) -> tuple[Call, Tensor]:
    """Forward; with ``record`` the way back will keep what only a record needs."""
    recurrent = module.rnn if isinstance(module, Network) else module
    if not isinstance(recurrent, Recurrent):
        raise TypeError(f"record reads a Network or a Recurrent, not {type(module).__name__}.")
    call = Call(recurrent.pool, record=record)
    y, _ = recurrent.call(x, state, call)
    return call, module.readout(y) if isinstance(module, Network) else y


def trace_of(module: nn.Module, x: Tensor, y: Tensor, loss: Tensor, call: Call) -> Trace:
    """The record of a call that has gone forward and back."""
    weights = {name: parameter.detach().numpy().copy() for name, parameter in module.named_parameters()}
    return Trace(x.detach().numpy().copy(), y.detach().numpy().copy(), loss.item(), read(call), weights)
