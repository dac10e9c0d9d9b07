"""Pascanu's regulariser Ω, which asks the recurrent weights to hand the error back at its own length."""

from __future__ import annotations

import numpy as np

from rnnviz.cells.cell import Array


def regulariser_gradient(rows: Array, total: Array, recurrent: Array) -> Array:
    """∂Ω/∂W of one Elman network, (H, H), a mean over the batch.

    Ω = Σ_k ( ‖∂L/∂h_{k+1} · ∂h_{k+1}/∂h_k‖ / ‖∂L/∂h_{k+1}‖ − 1 )². Only the W in the step's own Jacobian diag(φ′) W
    is varied, as in the paper; ∂L/∂h and φ′ are held. (Pascanu, Mikolov & Bengio 2013, equations 9 and 10.)

    Args:
        rows: φ′ ∘ ∂L/∂h, the gradient of the pre-activations, (T, H, B).
        total: ∂L/∂h, (T, H, B).
        recurrent: W_hh, (H, H).
    """
    left, before = rows[1:], total[1:]
    handed = np.matmul(recurrent.T, left)  # T-1 H B
    tiny = np.finfo(rows.dtype).tiny
    into, out = np.linalg.norm(before, axis=1), np.linalg.norm(handed, axis=1)
    ratio = out / np.maximum(into, tiny)
    pull = np.where(out > tiny, 2 * (ratio - 1) / np.maximum(into * out, tiny), 0) / rows.shape[2]
    gradient: Array = np.tensordot(left * pull[:, None], handed, axes=((0, 2), (0, 2)))
    return gradient
