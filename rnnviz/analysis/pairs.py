"""Which step's error reaches which step: every pair, in one way back that carries all of them."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from rnnviz.cells.cell import Array
from rnnviz.engine.function import array_of
from rnnviz.engine.many import every_pair
from rnnviz.engine.threads import flushed, one_thread
from rnnviz.models.passing import ahead, differentiable
from rnnviz.models.recurrent import States
from rnnviz.models.sequences import Sequences
from rnnviz.records.recording import Loss


def pairs(module: nn.Module, x: Sequences, loss_fn: Loss, state: States | None = None) -> dict[str, dict[str, Array]]:
    """‖∂L_k/∂state_t‖ for the loss of every step k and every step t.

    Args:
        module: a ``Network`` or a recurrent module.
        x: inputs, as the module takes them.
        loss_fn: from outputs (T, B, O), time first, to the losses of the steps, (T,) or (T, B); the loss of step k may
            depend on the output of step k only.
        state: where to start.

    Returns:
        By direction of a layer ("l0") and state ("h"): lengths (k, t, B). Zero where t comes after k, and where a
        length in single precision is below 1e-38. NaN past a sequence's end.
    """
    with one_thread(), flushed(), differentiable():
        passed = ahead(module, x, state, record=False)
        (slope,) = torch.autograd.grad(loss_fn(passed.outputs).sum(), passed.outputs)
        call, outside = passed.run.call, array_of(slope)
        if passed.readout:
            outside, _ = passed.readout.back(passed.h, outside)
        stack, active = call.stack, call.active
        if active is not None:
            outside = np.where(active[:, :, None], outside, outside.dtype.type(0))  # past an end there is no loss
        many = every_pair(stack, measured=True)
        many.run(outside.transpose(0, 2, 1))
        return {
            name: {
                state: lengths(many.squares(name, state).transpose(2, 0, 1), active, outside.dtype)
                for state in stack.plan.cell.states
            }
            for name in stack.parts
        }


def lengths(squares: Array, active: Array | None, kind: np.dtype[np.floating]) -> Array:
    """From squared lengths (k, t, B) to lengths of this type, NaN where a sequence is over."""
    found: Array = np.sqrt(squares).astype(kind, order="C")
    return found if active is None else np.where(active[:, None] & active[None], found, kind.type(np.nan))


def influence(module: nn.Module, x: Sequences, state: States | None = None, output: int | None = None) -> Array:
    """What did it look at: ‖∂output_k/∂x_t‖ for every step k of the output and t of the input, (k, t, B).

    Args:
        module: a ``Network``, whose outputs are logits, or a recurrent module, whose outputs are h.
        x: inputs, as the module takes them.
        state: where to start.
        output: one component of the output; all of them (a Frobenius norm over outputs and inputs) if left out.

    Returns:
        Lengths, zero where t comes after k in a network that only reads forward, NaN past a sequence's end.
    """
    with one_thread(), flushed():
        passed = ahead(module, x, state, record=False)
        steps, batch, width = passed.h.shape
        rows = array_of(passed.readout.weight) if passed.readout else np.eye(width, dtype=passed.h.dtype)
        many = every_pair(passed.run.call.stack, measured=False)
        square = np.zeros((steps, steps, batch))
        for row in rows if output is None else rows[[output]]:
            square += squared(many.run(np.broadcast_to(row[:, None], (steps, width, batch))))
        return lengths(square, passed.run.call.active, passed.h.dtype)


def squared(gradient: Array) -> Array:
    """(T, I, N, M) -> squared lengths over I, (M, T, N), in double precision; step by step: within a cache."""
    found: Array = np.array([np.square(at, dtype=np.float64).sum(0) for at in gradient])
    return found.transpose(2, 0, 1)
