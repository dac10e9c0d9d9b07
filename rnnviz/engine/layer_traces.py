"""From the engine's buffers to a record: copies, time first, in torch's order of axes."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.direction import Direction
from rnnviz.engine.norms import peaks
from rnnviz.engine.stack import Stack
from rnnviz.records.trace import LayerTrace


class DerivedGradients(NamedTuple):
    """Gradients that are not in a direction's buffers, but follow from them; of all networks together."""

    gate_grads: dict[str, Array]  # ∂L/∂activation (T, H, N) by symbol
    weight_norms: dict[str, Array]  # lengths of the weights' shares, (K, T), by torch's names
    x_norms: Array  # lengths of ∂L/∂x, (T, N)

    @classmethod
    def of(cls, part: Direction) -> DerivedGradients:
        """Compute them from the buffers of the latest pass."""
        return cls(gate_gradients(part), part.weight_norms(), lengths(part.input_gradient()[part.order]))


class CompletedPass(Protocol):
    """A pass whose forward and backward loops have run."""

    @property
    def stack(self) -> Stack:
        """Where its numbers are."""

    derived: dict[str, DerivedGradients]  # by direction, computed once


@np.errstate(all="ignore")  # an exploded pass has NaN and infinity in it
def layer_traces(call: CompletedPass, network: int | None = 0) -> dict[str, LayerTrace]:
    """The record of every direction of every layer, of one network of a family; of all as one batch if None."""
    traces = {}
    for name, part in call.stack.parts.items():
        if name not in call.derived:
            call.derived[name] = DerivedGradients.of(part)
        traces[name] = layer_trace(part, network, call.derived[name])
    return traces


def layer_trace(part: Direction, network: int | None, derived: DerivedGradients) -> LayerTrace:
    """One direction; the buffers can be used again afterwards."""
    forward, backward, batch = part.forward, part.backward, part.forward.columns.batch
    columns = slice(None) if network is None else slice(network * batch, (network + 1) * batch)
    which = slice(None) if network is None else network
    symbols = [block.symbol for block in forward.cell.blocks]
    active = None if part.active is None else part.active[part.order, columns]

    def copy(array: Array) -> Array:
        """(T, rows, N) in this direction's order -> (T, B, rows) in the input's; in memory the rows stay together."""
        copied = np.array(array[part.order, :, columns], order="C").transpose(0, 2, 1)
        if active is not None:
            copied[~active] = np.nan
        return copied

    def blocks(array: Array) -> dict[str, Array]:
        """One copy for all blocks together."""
        copied = copy(array)
        return {symbol: copied[..., forward.layout.rows[symbol]] for symbol in symbols}

    gates = blocks(forward.gates)
    return LayerTrace(
        x=copy(forward.z[:-1, forward.layout.columns["x"]]),
        initial={name: forward.memory[name][0, :, columns].T.copy() for name in forward.cell.states},
        states={name: copy(forward.memory[name][1:]) for name in forward.cell.states},
        gates={symbol: gates[symbol] for symbol in derived.gate_grads},
        preactivations=blocks(forward.a),
        grads={name: copy(backward.total[name]) for name in forward.cell.states},
        carried={name: copy(backward.carried[name][1:]) for name in forward.cell.states},
        gate_grads={symbol: copy(gradient) for symbol, gradient in derived.gate_grads.items()},
        preactivation_grads=blocks(backward.rows),
        weight_grad_norms={name: norm[which, part.order].T.copy() for name, norm in derived.weight_norms.items()},
        x_grad_norms=copy(derived.x_norms[:, None])[..., 0],
    )


def gate_gradients(part: Direction) -> dict[str, Array]:
    """∂L/∂activation (T, H, N) by symbol."""
    gradients: dict[str, Array] = {}
    for state, factors in part.local.factors.items():
        gradient = part.backward.raw if state == "h" else part.backward.total[state]
        gradients |= {symbol: factor * gradient for symbol, factor in factors.gates.items()}
    return {block.symbol: gradients[block.symbol] for block in part.forward.cell.blocks if block.symbol in gradients}


def lengths(gradient: Array) -> Array:
    """Euclidean length over the rows, (T, I, N) -> (T, N), whatever becomes of a number squared."""
    if gradient.dtype == np.float32:  # double precision holds the squares
        return euclidean(gradient.astype(np.float64)).astype(np.float32)
    scale = peaks(gradient, 1)
    return euclidean(gradient / scale) * scale[:, 0]


def euclidean(gradient: Array) -> Array:
    """Euclidean length over the rows, (T, I, N) -> (T, N), where no square is too large or too small."""
    norms: Array = np.sqrt(np.einsum("tin,tin->tn", gradient, gradient))
    return norms
