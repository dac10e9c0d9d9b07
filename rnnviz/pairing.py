"""Which step's error reaches which step: every pair, in one way back that carries all of them."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from rnnviz.cells.cell import Array
from rnnviz.engine.many import Many, causal
from rnnviz.engine.threads import flushed, one_thread
from rnnviz.network import Network
from rnnviz.recording import Loss
from rnnviz.recurrent import Run, States
from rnnviz.replacement import replace
from rnnviz.sequences import Sequences


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
        length in single precision is below 1e-38.
    """
    with one_thread(), flushed():
        run, readout = forward(module, x, state)
        y = run.y.detach().requires_grad_()
        losses = loss_fn(readout(y))
        (slope,) = torch.autograd.grad(losses.sum(), y)
        many = Many(run.call.stack, len(y), causal(len(y)), states_only=True)
        many.run_each(slope.permute(0, 2, 1).numpy())
        states = run.call.stack.plan.cell.states
        return {name: {state: lengths(many.total(name, state)) for state in states} for name in run.call.stack.parts}


def influence(module: nn.Module, x: Sequences, state: States | None = None, output: int | None = None) -> Array:
    """What did it look at: ‖∂output_k/∂x_t‖ for every step k of the output and t of the input, (k, t, B).

    Args:
        module: a ``Network``, whose outputs are logits, or a recurrent module, whose outputs are h.
        x: inputs, as the module takes them.
        state: where to start.
        output: one component of the output; all of them (a Frobenius norm over outputs and inputs) if left out.
    """
    with one_thread(), flushed():
        run, readout = forward(module, x, state)
        steps, _, width = run.y.shape
        rows = readout.weight.detach().numpy() if isinstance(readout, nn.Linear) else np.eye(width, dtype=run_type(run))
        many = Many(run.call.stack, steps, causal(steps))
        square = np.zeros((steps, steps, run.y.shape[1]))
        for row in rows if output is None else rows[[output]]:
            slope = np.broadcast_to(row[:, None], (steps, width, run.y.shape[1]))
            gradient = many.run_each(slope)
            square += np.square(lengths(gradient), dtype=np.float64)
        found: Array = np.sqrt(square).astype(run_type(run))
        return found


@torch.no_grad()
def forward(module: nn.Module, x: Sequences, state: States | None) -> tuple[Run, nn.Module]:
    """Run the recurrent part; what reads its h comes with it."""
    recurrent, readout = (
        (module.rnn, module.readout) if isinstance(module, Network) else (replace(module), nn.Identity())
    )
    return recurrent.run(x, state)[0], readout


def run_type(run: Run) -> np.dtype[np.floating]:
    """The type of number of a run."""
    return run.call.stack.columns.dtype


def lengths(gradient: Array) -> Array:
    """(T, H, M, N) -> lengths over H, (M, T, N); step by step, which stays in a processor's cache."""
    found = np.empty((gradient.shape[2], len(gradient), gradient.shape[3]), gradient.dtype)
    for t, at in enumerate(gradient):
        scale = np.maximum(at.max(0), -at.min(0))  # squares of tiny numbers vanish in single precision
        scaled = at / np.where(scale > 0, scale, 1)
        found[:, t] = np.sqrt(np.einsum("hmn,hmn->mn", scaled, scaled)) * scale
    return found
