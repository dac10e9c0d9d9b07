"""The chain rule where sequences of a batch end at different steps."""

from __future__ import annotations

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.local_derivatives import Factors, LocalDerivatives


class MaskedDerivatives:
    """Local derivatives where a sequence has not begun or is over: its state stays, and so does the gradient."""

    def __init__(self, local: LocalDerivatives, sizes: dict[str, int]) -> None:
        self.local, self.sizes = local, sizes
        self.rows = np.zeros_like(local.rows)
        self.factors = {state: self.like(state, factors) for state, factors in local.factors.items()}

    def like(self, state: str, factors: Factors) -> Factors:
        """Buffers for factors like these, and for those of the state that stays."""
        steps, _, count = self.rows.shape
        handed = {name: np.zeros_like(factor) for name, factor in factors.handed.items()}
        staying = [] if state in factors.kept else [state]
        kept = {n: np.zeros((steps, self.sizes[n], count), self.rows.dtype) for n in [*factors.kept, *staying]}
        return Factors(factors.rows, {}, handed, kept)

    def hold(self, active: Array) -> None:
        """Take the factors of the latest pass for the steps where ``active`` (T, N)."""
        inside = active[:, None]
        between(inside, self.local.rows, self.rows, 0)
        for state, factors in self.local.factors.items():
            mine = self.factors[state]
            for name, factor in factors.handed.items():
                between(inside, factor, mine.handed[name], 0)
            for name, place in mine.kept.items():
                between(inside, factors.kept.get(name, 0), place, 1 if name == state else 0)


def between(inside: Array, factor: Array | int, out: Array, outside: int) -> None:
    """One value inside, another outside."""
    out.fill(outside)
    np.copyto(out, factor, where=inside)
