"""Which step's error reaches which step: every pair, in one way back that carries all of them."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from rnnviz.cells.cell import Array
from rnnviz.engine.many import every_pair
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
        length in single precision is below 1e-38. NaN past a sequence's end.
    """
    with one_thread(), flushed():
        run, readout = forward(module, x, state)
        y = run.y.detach().requires_grad_()
        losses = loss_fn(readout(y))
        (slope,) = torch.autograd.grad(losses.sum(), y)
        stack, active = run.call.stack, run.call.active
        if active is not None:
            slope[~torch.from_numpy(active)] = 0  # a loss past the end of a sequence is none
        stack.pairs = stack.pairs or every_pair(stack, measured=True)
        stack.pairs.run(slope.permute(0, 2, 1).numpy())
        return {
            name: {
                s: within(stack.pairs.squares(name, s), active).astype(run_type(run)) for s in stack.plan.cell.states
            }
            for name in stack.parts
        }


def within(squares: Array, active: Array | None) -> Array:
    """Squared lengths (T, B, M) as lengths (M, T, B), NaN where a sequence is over."""
    found: Array = np.sqrt(squares.transpose(2, 0, 1))
    return found if active is None else np.where(active[:, None] & active[None], found, np.nan)


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
        many = every_pair(run.call.stack, measured=False)
        square = np.zeros((steps, steps, run.y.shape[1]))
        for row in rows if output is None else rows[[output]]:
            slope = np.broadcast_to(row[:, None], (steps, width, run.y.shape[1]))
            square += squared(many.run(slope))
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


def squared(gradient: Array) -> Array:
    """(T, I, N, M) -> squared lengths over I, (M, T, N), in double precision; step by step: within a cache."""
    found: Array = np.array([np.square(at, dtype=np.float64).sum(0) for at in gradient])
    return found.transpose(2, 0, 1)
