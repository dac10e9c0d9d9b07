"""What was recorded: one pass, or one training. Frozen records of NumPy arrays, time first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Annotated, Any

import numpy as np

from rnnviz.cells.cell import Array


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """One direction of one layer. Index t is the input's own time, in a reverse direction too.

    A gradient is a total derivative of the loss: every path through later steps is in it, and in ``grads["c"]`` the
    path through h of the same step. Past the end of a shorter sequence of a packed batch everything is NaN.
    """

    x: Annotated[Array, "T B I"]  # inputs to this layer
    initial: Annotated[dict[str, Array], "B H"]  # the states before the first step that it reads
    states: Annotated[dict[str, Array], "T B H"]  # "h" (P wide if the layer projects it), and "c"
    gates: Annotated[dict[str, Array], "T B H"]  # activations by the cell's symbols; those that are a state are there
    preactivations: Annotated[dict[str, Array], "T B H"]  # what was squashed; a GRU's n after r has multiplied
    grads: Annotated[dict[str, Array], "T B H"]  # ∂L/∂state, same keys as states
    carried: Annotated[dict[str, Array], "T B H"]  # the part of grads that came back from later steps, same keys
    gate_grads: Annotated[dict[str, Array], "T B H"]  # ∂L/∂activation, same keys as gates
    preactivation_grads: Annotated[dict[str, Array], "T B H"]  # same keys as preactivations
    weight_grad_norms: Annotated[dict[str, Array], "T"]  # length of step t's share of ∂L/∂W, by torch's names
    x_grad_norms: Annotated[Array, "T B"]  # length of ∂L/∂x_t

    def until(self, steps: int) -> LayerTrace:
        """The first steps only."""
        if steps == len(self.x):
            return self
        return self.each(lambda name, array: array if name == "initial" else array[:steps])

    def of(self, network: int) -> LayerTrace:
        """One network's, where K of them stand side by side as a batch of one sequence each; norms are (T, K) there."""

        def its(name: str, array: Array) -> Array:
            if name == "weight_grad_norms":
                return array[:, network]
            return array[network : network + 1] if name == "initial" else array[:, network : network + 1]

        return self.each(its)

    def each(self, change: Callable[[str, Array], Array]) -> LayerTrace:
        """A record of changed arrays; ``change`` is given a field's name and one of its arrays."""
        changed: dict[str, Any] = {}
        for name, value in ((field.name, getattr(self, field.name)) for field in fields(self)):
            whole = isinstance(value, dict)
            changed[name] = {k: change(name, a) for k, a in value.items()} if whole else change(name, value)
        return LayerTrace(**changed)


@dataclass(frozen=True, eq=False)
class Trace:
    """What one pass forward and back did, step by step. Index t means *after* reading ``x[t]``."""

    x: Annotated[Array, "T B I"]  # inputs
    y: Annotated[Array, "T B O"]  # outputs: a network's logits, a recurrent module's h
    loss: float  # whatever the loss function returned
    layers: dict[str, LayerTrace]  # by torch's suffixes: "l0", "l0_reverse", "l1", ...
    weights: dict[str, Array]  # copies by torch's names, as they were during this pass

    @property
    def blew_up_at(self) -> int | None:
        """The first step with a state, of any layer or sequence, that is infinite or not a number, if there is one.

        Past the end of a shorter sequence of a packed batch nothing counts.
        """
        bad = [~np.isfinite(s).all(-1) & inside(layer) for layer in self.layers.values() for s in layer.states.values()]
        steps = np.flatnonzero(np.any(bad, axis=(0, 2)))
        return int(steps[0]) if steps.size else None


def inside(layer: LayerTrace) -> Array:
    """(T, B): True up to each sequence's end. Past it the inputs, too, are NaN."""
    mask: Array = np.any(~np.isnan(layer.x), axis=-1)
    return mask


@dataclass(frozen=True, eq=False)
class History:
    """What one training did. Index u means after u updates: 0 is the network as it was given."""

    losses: Annotated[Array, "U+1"]
    grad_norms: Annotated[Array, "U+1"]  # length of the whole gradient, before clipping
    clipped_norms: Annotated[Array, "U+1"]  # length of the whole gradient after clipping: what the optimiser saw
    cosines: Annotated[Array, "U+1"]  # between the gradient before clipping and after: 1 if only its length changed
    snapshots: dict[int, Trace]  # the pass at the parameters after u updates

    @property
    def blew_up_at(self) -> int | None:
        """The first u whose loss or gradient is infinite or not a number; training ends there. None if it never was."""
        steps = np.flatnonzero(~(np.isfinite(self.losses) & np.isfinite(self.grad_norms)))
        return int(steps[0]) if steps.size else None
