"""Run a module once, forward and back, and keep everything that happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from torch import Tensor, nn

from rnnviz.cells.cell import Array
from rnnviz.engine.layer_traces import layer_traces
from rnnviz.engine.threads import one_thread
from rnnviz.models.engine_view import Run, States
from rnnviz.models.forward_pass import asking, forward_pass
from rnnviz.models.sequences import Sequences
from rnnviz.records.trace import Trace

Loss = Callable[[Any], Tensor]


def record(module: nn.Module, x: Sequences, loss_fn: Loss, state: States | None = None) -> Trace:
    """One pass forward and back through a network or a recurrent module, recorded.

    Nothing is left behind: no gradients, no hooks, and torch's global generator stands where it stood. Dropout draws
    the numbers that a call of the module would draw.

    Args:
        module: an nn.RNN, nn.LSTM or nn.GRU, a ``Recurrent`` or a ``Network``.
        x: inputs, as the module takes them: (T, B, I), (B, T, I) if it is batch_first, or a PackedSequence.
        loss_fn: from the module's outputs, in the form the module gives them, to one number; targets by closure. It
            leaves the outputs themselves as they are.
        state: where to start, (layers * directions, B, H), as the module takes it; zeros if left out.

    Returns:
        The record, time first whatever ``batch_first`` says, a packed batch in its original order.

    Raises:
        TypeError: in one sentence, for a module or inputs that cannot be read: scripted, on another device, of mixed
            types of number; for a module that does more than its class, by a forward of its own or by hooks; under
            autocast.
        ValueError: for inputs or states of another size, or a loss that is not one number made of the outputs.
    """
    with one_thread(), asking():
        forward = forward_pass(module, x, state, record=True)
        loss = loss_fn(forward.given)
        forward.gradients(loss, {})
        return trace_of(forward.weights(), forward.run, forward.given, loss.item())


def trace_of(weights: dict[str, Array], run: Run, y: Sequences, loss: float) -> Trace:
    """The record of a run with these weights, after its backward pass."""
    outputs: Array = run.form.time_first(y).detach().numpy().copy()
    if run.call.active is not None:
        outputs[~run.call.active] = np.nan
    layers = layer_traces(run.call)
    return Trace(layers["l0"].x, outputs, loss, layers, weights)
