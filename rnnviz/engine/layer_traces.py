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
    """The record of one direction; the buffers can be used again afterwards."""
    forward, backward, states = part.forward, part.backward, part.forward.cell.states
    copies = Copies(part, network)
    copy, gates = copies.of, copies.of_blocks(forward.gates)
    return LayerTrace(
        x=copy(forward.z[:-1, forward.layout.columns["x"]]),
        active=copies.running(),
        initial={name: forward.memory[name][0, :, copies.columns].T.copy() for name in states},
        states={name: copy(forward.memory[name][1:]) for name in states},
        gates={symbol: gates[symbol] for symbol in derived.gate_grads},
        preactivations=copies.of_blocks(forward.a),
        grads={name: copy(backward.total[name]) for name in states},
        carried={name: copy(backward.carried[name][1:]) for name in states},
        gate_grads={symbol: copies.of_derived(gradient) for symbol, gradient in derived.gate_grads.items()},
        preactivation_grads=copies.of_blocks(backward.rows),
        weight_grad_norms={name: copies.of_norms(norms) for name, norms in derived.weight_norms.items()},
        x_grad_norms=copies.of_derived(derived.x_norms[:, None])[..., 0],
    )


class Copies:
    """Copies of a direction's buffers in the input's own time, for one network of a family; for all if None."""

    def __init__(self, part: Direction, network: int | None) -> None:
        self.part, self.network, batch = part, network, part.forward.columns.batch
        self.columns = slice(None) if network is None else slice(network * batch, (network + 1) * batch)
        self.active = None if part.active is None else part.active[part.order, self.columns]

    def of(self, array: Array) -> Array:
        """(T, rows, N) -> (T, B, rows), NaN where a sequence is over; in memory the rows stay together."""
        copied = np.array(array[self.part.order, :, self.columns], order="C").transpose(0, 2, 1)
        if self.active is not None:
            copied[~self.active] = np.nan
        return copied

    def of_derived(self, array: Array) -> Array:
        """The same of an array that no buffer holds: where all of it is wanted as it is, no copy."""
        whole = self.active is None and self.part.forward.columns.networks == 1
        return array[self.part.order].transpose(0, 2, 1) if whole else self.of(array)

    def running(self) -> Array:
        """(T, B): True up to each sequence's end."""
        if self.active is not None:
            return self.active.copy()
        columns = self.part.forward.columns
        return np.ones((columns.steps, columns.count if self.network is None else columns.batch), bool)

    def of_blocks(self, array: Array) -> dict[str, Array]:
        """Every block's rows of (T, R, N), by symbol: views of one copy."""
        forward, copied = self.part.forward, self.of(array)
        return {block.symbol: copied[..., forward.layout.rows[block.symbol]] for block in forward.blocks}

    def of_norms(self, norms: Array) -> Array:
        """(K, T) -> (T,), or (T, K) for all networks."""
        which = slice(None) if self.network is None else self.network
        return norms[which, self.part.order].T.copy()


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
