"""What was recorded: one pass, or one training. Frozen records of NumPy arrays, time first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any

import numpy as np

from rnnviz.cells.cell import Array


@dataclass(frozen=True, eq=False, repr=False)
class LayerTrace:
    """One direction of one layer. Index t is the input's own time, in a reverse direction too.

    A gradient is a total derivative of the loss: every path through later steps is in it, and in ``grads["c"]`` the
    path through h of the same step. Past the end of a shorter sequence of a packed batch every number is NaN.
    """

    x: Annotated[Array, "T B I"]  # inputs to this layer
    active: Annotated[Array, "T B"]  # True up to each sequence's end, by its length: what is read there may be NaN
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

    def __repr__(self) -> str:
        steps, batch, inputs = self.x.shape
        hidden = next(iter(self.preactivations.values())).shape[-1]
        gates = f"; gates {', '.join(self.gates)}" if self.gates else ""
        return f"LayerTrace(T={steps}, B={batch}, I={inputs}, H={hidden}; states {', '.join(self.states)}{gates})"

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

    def blown_forward(self) -> Array:
        """(T,): whether a state is infinite or not a number there, in any sequence that has the step."""
        bad = [~np.isfinite(state).all(-1) & self.active for state in self.states.values()]
        steps: Array = np.any(bad, axis=(0, 2))
        return steps

    def blown_back(self) -> Array:
        """(T,): whether a gradient, or the length of one, is infinite or not a number there."""
        kinds = (self.grads, self.gate_grads, self.preactivation_grads)
        bad = [~np.isfinite(gradient).all(-1) for kind in kinds for gradient in kind.values()]
        within = np.any([*bad, ~np.isfinite(self.x_grad_norms)], axis=0) & self.active
        lengths = np.array([*self.weight_grad_norms.values()]).reshape(len(self.weight_grad_norms), len(self.x), -1)
        steps: Array = within.any(axis=1) | ~np.isfinite(lengths).all(axis=(0, 2))
        return steps

    def each(self, change: Callable[[str, Array], Array]) -> LayerTrace:
        """A record of changed arrays; ``change`` is given a field's name and one of its arrays."""
        changed: dict[str, Any] = {}
        for name, value in ((field.name, getattr(self, field.name)) for field in fields(self)):
            whole = isinstance(value, dict)
            changed[name] = {k: change(name, a) for k, a in value.items()} if whole else change(name, value)
        return LayerTrace(**changed)


@dataclass(frozen=True, eq=False, repr=False)
class Trace:
    """What one pass forward and back did, step by step. Index t means *after* reading ``x[t]``."""

    x: Annotated[Array, "T B I"]  # inputs
    y: Annotated[Array, "T B O"]  # outputs: a network's logits, a recurrent module's h
    loss: float  # whatever the loss function returned
    layers: dict[str, LayerTrace]  # by torch's suffixes: "l0", "l0_reverse", "l1", ...
    weights: dict[str, Array]  # copies by torch's names, as they were during this pass

    def __repr__(self) -> str:
        blown = "" if self.blew_up_at is None else f"; blew up at step {self.blew_up_at}"
        layers = ", ".join(self.layers)
        return f"Trace(loss {self.loss:.6g}; x {self.x.shape}, y {self.y.shape}; layers {layers}{blown})"

    @property
    def blew_up_at(self) -> int | None:
        """The step at which a number first was infinite or not a number; None if all are finite.

        First, on the way forward: the earliest step with such a state or output, of any layer or sequence. If there is
        none, on the way back, from the last layer down: the step that the way back through it reached first with such a
        gradient, the latest, or in a reverse direction the earliest. Past a sequence's end nothing counts.
        """
        first = next(iter(self.layers.values()))
        outputs = (~np.isfinite(self.y).all(-1) & first.active).any(axis=1)
        forward = np.flatnonzero(np.any([outputs, *(layer.blown_forward() for layer in self.layers.values())], axis=0))
        if forward.size:
            return int(forward[0])
        for name, layer in reversed(self.layers.items()):
            back = np.flatnonzero(layer.blown_back())
            if back.size:
                return int(back[0 if name.endswith("_reverse") else -1])
        return None


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """What one training did. Index u means after u updates: 0 is the network as it was given."""

    losses: Annotated[Array, "U+1"]
    grad_norms: Annotated[Array, "U+1"]  # length of the whole gradient, before clipping
    clipped_norms: Annotated[Array, "U+1"]  # length of the whole gradient after clipping: what the optimiser saw
    cosines: Annotated[Array, "U+1"]  # between the gradient before clipping and after: 1 if only its length changed
    snapshots: dict[int, Trace]  # the pass at the parameters after u updates

    def __repr__(self) -> str:
        first, last = self.losses[0], self.losses[-1]
        return f"History({len(self.losses) - 1} updates; loss {first:.6g} to {last:.6g}; {numbered(self.snapshots)})"

    @property
    def blew_up_at(self) -> int | None:
        """The first u whose loss or gradient is infinite or not a number; training ends there. None if it never was."""
        steps = np.flatnonzero(~(np.isfinite(self.losses) & np.isfinite(self.grad_norms)))
        return int(steps[0]) if steps.size else None


def numbered(snapshots: Mapping[int, Trace]) -> str:
    """How many passes were kept, and from which to which."""
    if not snapshots:
        return "no snapshots"
    return f"{len(snapshots)} snapshots, {min(snapshots)} to {max(snapshots)}"
