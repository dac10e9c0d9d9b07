"""Which step's error reaches which step: every pair, in one way back that carries all of them."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from rnnviz.cells.cell import Array
from rnnviz.engine.many import Many, causal
from rnnviz.engine.threads import one_thread
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
        By direction of a layer ("l0") and state ("h"): lengths (k, t, B). Zero where t comes after k.
    """
    with one_thread():
        run, readout = forward(module, x, state)
        y = run.y.detach().requires_grad_()
        losses = loss_fn(readout(y))
        (slope,) = torch.autograd.grad(losses.sum(), y)
        many = Many(run.call.stack, len(y), causal(len(y)))
        many.run(diagonal(slope.permute(0, 2, 1).numpy()), inputs=False)
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
    with one_thread():
        run, readout = forward(module, x, state)
        steps, _, width = run.y.shape
        rows = readout.weight.detach().numpy() if isinstance(readout, nn.Linear) else np.eye(width, dtype=run_type(run))
        many = Many(run.call.stack, steps, causal(steps))
        square = np.zeros((steps, steps, run.y.shape[1]))
        for row in rows if output is None else rows[[output]]:
            slope = np.broadcast_to(row[:, None], (steps, width, run.y.shape[1]))
            square += np.square(lengths(many.run(diagonal(slope), inputs=True)), dtype=np.float64)
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


def diagonal(slope: Array) -> Array:
    """∂L_k/∂y_k (T, P, N) as M = T gradients of the whole output, (T, P, M, N): the k-th is zero but at step k."""
    steps, size, columns = slope.shape
    found = np.zeros((steps, size, steps, columns), slope.dtype)
    every = np.arange(steps)
    found[every, :, every] = slope
    return found


def lengths(gradient: Array) -> Array:
    """(T, H, M, N) -> lengths over H, (M, T, N), in double precision inside: small squares vanish in single."""
    scale = np.abs(gradient).max(axis=1, keepdims=True)
    scale[scale == 0] = 1
    scaled = gradient / scale
    found: Array = np.sqrt(np.einsum("thmn,thmn->tmn", scaled, scaled)) * scale[:, 0]
    return found.transpose(1, 0, 2)
