"""The chain rule inside one step, for all steps at once.

Everything here depends on forward values only. What is left for the loop back is a few products a step.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from rnnviz.cells.activations import SLOPES
from rnnviz.cells.cell import Array
from rnnviz.engine.forward import Forward


@dataclass
class Factors:
    """What one unit of gradient on a state at time t becomes, each (T, H, N)."""

    rows: dict[str, Array] = field(default_factory=dict)  # on a pre-activation, by packed row
    gates: dict[str, Array] = field(default_factory=dict)  # on an activation
    handed: dict[str, Array] = field(default_factory=dict)  # on another state of the same step: "c"
    kept: dict[str, Array] = field(default_factory=dict)  # on a state one step earlier: "c"


def chain(forward: Forward) -> dict[str, Factors]:
    """Follow the cell's partial derivatives from each state, formed last first, to everything it was made of.

    A state stops the walk: its own total gradient starts another.
    """
    cell, views = forward.cell, forward.views
    with np.errstate(all="ignore"):
        partials = cell.partials(views)
        slopes = {block.symbol: SLOPES[block.activation](getattr(views, block.symbol)) for block in forward.blocks}
        return {state: walk(state, partials, slopes, forward) for state in cell.states}


def walk(state: str, partials: dict[str, dict[str, Array]], slopes: dict[str, Array], forward: Forward) -> Factors:
    """The factors of one state."""
    found = Factors()
    if state in slopes:  # an Elman state is its own activation
        found.rows[state] = slopes[state]
    for node, terms in partials.items():
        if node != state and node not in found.rows:
            continue
        for name, partial in terms.items():
            place(name, partial if node == state else partial * found.rows[node], found, slopes, forward)
    resets = {block.symbol: block.reset for block in forward.blocks if block.reset}
    for symbol, gate in resets.items():
        if symbol in found.rows:
            found.rows[f"u_{symbol}"] = found.rows[symbol] * getattr(forward.views, gate)
    return found


def place(name: str, factor: Array, found: Factors, slopes: dict[str, Array], forward: Forward) -> None:
    """Add one path's factor to where it leads: an earlier state, another state of this step, or a block."""
    if name.endswith("_prev"):
        accumulate(found.kept, name.removesuffix("_prev"), factor)
    elif name in forward.memory:
        accumulate(found.handed, name, factor)
    else:
        accumulate(found.gates, name, factor)
        found.rows[name] = found.gates[name] * slopes[name]


def accumulate(found: dict[str, Array], name: str, factor: Array) -> None:
    """Two paths to one place add up."""
    found[name] = found[name] + factor if name in found else factor
