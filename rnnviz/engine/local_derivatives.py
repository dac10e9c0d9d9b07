"""The chain rule inside one step, for all steps at once.

Everything here depends on forward values only. What is left for the loop back is a few products a step.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from rnnviz.cells.activations import SLOPES
from rnnviz.cells.cell import Array, Cell
from rnnviz.engine.forward import Forward
from rnnviz.engine.native import fuse
from rnnviz.engine.tape import Names, Tape


@dataclass
class Factors:
    """What one unit of gradient on a state at time t becomes, each (T, H, N); symbols, while they are written down."""

    rows: dict[str, Any] = field(default_factory=dict)  # on a pre-activation, by packed row
    gates: dict[str, Any] = field(default_factory=dict)  # on an activation
    handed: dict[str, Any] = field(default_factory=dict)  # on another state of the same step: "c"
    kept: dict[str, Any] = field(default_factory=dict)  # on a state one step earlier: "c"

    def among(self, arrays: dict[str, Array]) -> Factors:
        """The arrays the symbols stand for."""
        parts = (self.rows, self.gates, self.handed, self.kept)
        return Factors(*({key: arrays[symbol.name] for key, symbol in part.items()} for part in parts))


class LocalDerivatives:
    """The factors of a pass, by state, in buffers of their own; ``rows`` (T, R, N) holds those of all packed rows."""

    def __init__(self, forward: Forward) -> None:
        columns, height = forward.columns, forward.layout.size[0]
        self.rows = columns.empty(columns.steps, height)
        tape, symbols = derivatives(forward.cell)
        arrays = vars(forward.views) | {
            symbol.name: self.rows[:, forward.layout.rows[name]]
            for factors in symbols.values()
            for name, symbol in factors.rows.items()
        }
        tape.reserve(arrays)
        self.factors = {state: factors.among(arrays) for state, factors in symbols.items()}
        self.instructions = fuse(tape.bind(arrays))

    def run(self) -> None:
        """Compute the factors from the values of the latest pass."""
        for instruction in self.instructions:
            instruction()


@cache
def derivatives(cell: Cell) -> tuple[Tape, dict[str, Factors]]:
    """Follow the cell's partial derivatives from each state, formed last first, to everything it was made of.

    A state stops the walk: its own total gradient starts another.
    """
    tape = Tape()
    names = Names(tape)
    partials = cell.partials(names)
    slopes = {block.symbol: SLOPES[block.activation](getattr(names, block.symbol)) for block in cell.blocks}
    return tape, {state: walk(state, partials, slopes, cell, names) for state in cell.states}


def walk(state: str, partials: dict[str, dict[str, Any]], slopes: dict[str, Any], cell: Cell, names: Names) -> Factors:
    """The factors of one state."""
    factors = Factors()
    if state in slopes:  # an Elman state is its own activation
        factors.rows[state] = slopes[state]
    for node, terms in partials.items():
        if node != state and node not in factors.rows:
            continue
        for name, partial in terms.items():
            place(name, partial if node == state else partial * factors.rows[node], factors, slopes, cell)
    resets = {block.symbol: block.reset for block in cell.blocks if block.reset}
    for symbol, gate in resets.items():
        if symbol in factors.rows:
            factors.rows[f"u_{symbol}"] = factors.rows[symbol] * getattr(names, gate)
    return factors


def place(name: str, factor: Any, factors: Factors, slopes: dict[str, Any], cell: Cell) -> None:
    """Add one path's factor to where it leads: an earlier state, another state of this step, or a block."""
    if name.endswith("_prev"):
        accumulate(factors.kept, name.removesuffix("_prev"), factor)
    elif name in cell.states:
        accumulate(factors.handed, name, factor)
    else:
        accumulate(factors.gates, name, factor)
        factors.rows[name] = factors.gates[name] * slopes[name]


def accumulate(sums: dict[str, Any], name: str, factor: Any) -> None:
    """Two paths to one place add up."""
    sums[name] = sums[name] + factor if name in sums else factor
