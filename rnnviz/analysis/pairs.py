"""Which step's error reaches which step: every pair, in one backward pass that carries all of them."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.cells.cell import Array
from rnnviz.engine.batched_backward import backward_from_every_step
from rnnviz.engine.call import array_of
from rnnviz.engine.threads import flush_denormals, one_thread
from rnnviz.models.engine_view import States
from rnnviz.models.forward_pass import asking, forward_pass, refuse_no_loss
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
        By direction of a layer ("l0") and state ("h", "c"): lengths (k, t, B). Zero where t comes after k, and where a
        length in single precision is below 1e-38. NaN past a sequence's end. A cell of several states has them together
        as well ("hc"): (‖∂L_k/∂h_t‖² + ‖∂L_k/∂c_t at fixed h_t‖²)^½, so that no path from c_t through h_t counts twice.
    """
    with one_thread(), flush_denormals(), asking():
        forward = forward_pass(module, x, state, record=False)
        losses = loss_fn(forward.outputs)
        refuse_no_loss(losses.sum() if isinstance(losses, Tensor) else losses)
        (slope,) = torch.autograd.grad(losses.sum(), forward.outputs)
        call, grad_output = forward.run.call, array_of(slope)
        if forward.readout:
            grad_output, _ = forward.readout.backward(forward.h, grad_output)
        stack, active = call.stack, call.active
        if active is not None:
            grad_output = np.where(active[:, :, None], grad_output, grad_output.dtype.type(0))  # past an end: no loss
        batched = backward_from_every_step(stack, measured=True)
        batched.run(grad_output.transpose(0, 2, 1))
        states = stack.plan.cell.states
        squares = {name: {state: batched.squares(name, state) for state in states} for name in stack.parts}
        for name, by_state in squares.items():
            by_state["".join(states)] = batched.squares_of_the_whole_state(name)
        return {
            name: {
                state: lengths(square.transpose(2, 0, 1), active, grad_output.dtype)
                for state, square in by_state.items()
            }
            for name, by_state in squares.items()
        }


def lengths(squares: Array, active: Array | None, kind: np.dtype[np.floating]) -> Array:
    """From squared lengths (k, t, B) to lengths of this type, NaN where a sequence is over."""
    norms: Array = np.sqrt(squares).astype(kind, order="C")
    return norms if active is None else np.where(active[:, None] & active[None], norms, kind.type(np.nan))


def influence(module: nn.Module, x: Sequences, state: States | None = None, output: int | None = None) -> Array:
    """What did it look at: ‖∂output_k/∂x_t‖ for every step k of the output and t of the input, (k, t, B).

    Args:
        module: a ``Network``, whose outputs are logits, or a recurrent module, whose outputs are h.
        x: inputs, as the module takes them.
        state: where to start.
        output: one component of the output; all of them (a Frobenius norm over outputs and inputs) if left out.

    Returns:
        Lengths, zero where t comes after k in a network that only reads forward, NaN past a sequence's end.

    Raises:
        ValueError: for a component that there is not.
    """
    with one_thread(), flush_denormals(), asking():
        forward = forward_pass(module, x, state, record=False)
        steps, batch, width = forward.h.shape
        rows = array_of(forward.readout.weight) if forward.readout else np.eye(width, dtype=forward.h.dtype)
        if output is not None and not -len(rows) <= output < len(rows):
            raise ValueError(f"The outputs have the components 0 to {len(rows) - 1}, not {output}.")
        batched = backward_from_every_step(forward.run.call.stack, measured=False)
        square = np.zeros((steps, steps, batch))
        for row in rows if output is None else rows[[output]]:
            square += squared(batched.run(np.broadcast_to(row[:, None], (steps, width, batch))))
        return lengths(square, forward.run.call.active, forward.h.dtype)


def squared(gradient: Array) -> Array:
    """(T, I, N, M) -> squared lengths over I, (M, T, N), in double precision; step by step: within a cache."""
    squares: Array = np.array([np.square(at, dtype=np.float64).sum(0) for at in gradient])
    return squares.transpose(2, 0, 1)
