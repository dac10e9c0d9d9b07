"""One step's Jacobian in closed form: how the whole state follows from the whole state before it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from torch import nn

from rnnviz.cells.cell import Array
from rnnviz.engine.direction import Direction
from rnnviz.engine.forward import Columns, Forward
from rnnviz.engine.local_derivatives import Factors
from rnnviz.models.network import Network
from rnnviz.models.replacement import view_of
from rnnviz.records.trace import Trace


def jacobians(module: nn.Module, trace: Trace, layer: str = "l0") -> Array:
    """∂state_t/∂state_{t-1} at every step of a recorded pass.

    Args:
        module: what was recorded; its weights are taken from the trace.
        trace: the record.
        layer: which direction of which layer; in a reverse direction t-1 is the step read before, t+1.

    Returns:
        (T, B, S, S), where the state is h, or h and c one after the other, (P + H). NaN past a sequence's end.

    Raises:
        ValueError: for a layer that the trace has not, or a module that it is not of.
    """
    if layer not in trace.layers:
        raise ValueError(f"The trace has the layers {', '.join(trace.layers)}, not {layer}.")
    part = rerun(module, trace, layer)
    forward = part.forward
    order = list(forward.cell.states)
    blocks: dict[str, Array] = {}
    part.local.run()
    for state, factors in reversed(part.local.factors.items()):
        blocks[state] = direct_jacobian(forward, factors, order)
        for name, factor in factors.handed.items():  # by way of another state of this step
            blocks[state] += factor.transpose(0, 2, 1)[..., None] * blocks[name]
    if forward.projected:
        blocks["h"] = forward.projection[0] @ blocks["h"]
    whole: Array = np.concatenate([blocks[state] for state in order], axis=2)[part.order]
    whole[~trace.layers[layer].active] = np.nan
    return whole


def rerun(module: nn.Module, trace: Trace, layer: str) -> Direction:
    """Go through one direction of a recorded pass once more."""
    recurrent = view_of(module.rnn if isinstance(module, Network) else module)
    prefix = "rnn." if isinstance(module, Network) else ""
    record, plan = trace.layers[layer], recurrent.plan
    wanted = plan.weights.get(layer, {})
    weights = {name: trace.weights.get(f"{prefix}{name}_{layer}") for name in wanted}
    bound = {name: weight[None] for name, weight in weights.items() if weight is not None}
    if not wanted or {name: weight.shape[1:] for name, weight in bound.items()} != wanted:
        raise ValueError("The trace is of another module: give the one that was recorded.")
    steps, batch, _ = record.x.shape
    columns = Columns(steps, batch, 1, record.x.dtype)
    part = Direction(plan.cell, plan.parts[layer], columns, reverse=layer.endswith("_reverse"))
    x = np.where(record.active[..., None], record.x, 0).transpose(0, 2, 1)
    part.bind(bound)
    active = None if record.active.all() else record.active
    part.run_forward(x, {name: state.T for name, state in record.initial.items()}, active)
    return part


def direct_jacobian(forward: Forward, factors: Factors, order: list[str]) -> Array:
    """∂(one state at t)/∂(all states at t-1), but for what comes by way of another state at t: (T, B, H, S)."""
    weights = forward.packed[0, :, forward.layout.columns["h"]]
    size = {name: memory.shape[1] for name, memory in forward.memory.items()}
    steps, batch, hidden = forward.columns.steps, forward.columns.batch, forward.shape.hidden
    blocks = {name: np.zeros((steps, batch, hidden, size[name]), forward.columns.dtype) for name in order}
    for name, factor in factors.rows.items():
        blocks["h"] += factor.transpose(0, 2, 1)[..., None] * weights[forward.layout.rows[name]]
    for name, factor in factors.kept.items():
        blocks[name][..., np.arange(hidden), np.arange(hidden)] += factor.transpose(0, 2, 1)
    return np.concatenate([blocks[name] for name in order], axis=3)


def singular_values(matrices: Array) -> Array:
    """(..., S, S) -> (..., S), largest first; NaN where a matrix is not finite."""
    return of_finite(matrices, lambda m: np.linalg.svd(m, compute_uv=False))


def spectral_radius(matrices: Array) -> Array:
    """(..., S, S) -> (...), the largest |eigenvalue|; NaN where a matrix is not finite."""
    largest: Array = of_finite(matrices, lambda m: np.abs(np.linalg.eigvals(m))).max(-1)
    return largest


def of_finite(matrices: Array, values: Callable[[Array], Array]) -> Array:
    """S values of every matrix without infinities and NaN."""
    computed = np.full(matrices.shape[:-1], np.nan, matrices.dtype)
    finite = np.isfinite(matrices).all((-2, -1))
    computed[finite] = values(matrices[finite])
    return computed


def products(matrices: Array, width: int) -> Array:
    """What ``width`` steps do together: (T, B, S, S) -> (T - width + 1, B, S, S), entry t is J_{t+width-1} ... J_t.

    Raises:
        ValueError: unless 1 <= width <= T.
    """
    if not 1 <= width <= len(matrices):
        raise ValueError(f"The width of a window is between 1 and T = {len(matrices)}, not {width}.")
    count = len(matrices) - width + 1
    product = matrices[:count]
    for later in range(1, width):
        product = matrices[later : later + count] @ product
    return product
