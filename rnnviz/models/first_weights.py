"""A network's first weights, as torch would draw them, without torch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.plan import Plan

if TYPE_CHECKING:
    from rnnviz.models.network import Network

DIGITS = 24  # bits of a single number's significand


@dataclass(frozen=True, eq=False)
class FirstWeights:
    """The weights a training begins with, by a ``Network``'s names, and the plan they are for."""

    plan: Plan
    weights: dict[str, Array]

    @classmethod
    def of(cls, network: Network) -> FirstWeights:
        """A network as it is."""
        return cls(network.rnn.plan, {name: w.detach().numpy() for name, w in network.named_parameters()})

    @classmethod
    def drawn(cls, plan: Plan, output_size: int, seed: int) -> FirstWeights:
        """The weights of ``Network(..., generator=torch.Generator().manual_seed(seed))``, to the last bit."""
        source = np.random.RandomState(seed)
        widths = {True: plan.hidden_size, False: plan.state_size * len(plan.directions)}
        return cls(
            plan,
            {
                name: uniform(source, 1 / math.sqrt(widths[name.startswith("rnn.")]), shape)
                for name, shape in shapes(plan, output_size).items()
            },
        )

    @classmethod
    def of_row(cls, plan: Plan, output_size: int, row: Array) -> FirstWeights:
        """Weights that stand one behind the other in a row (P,), taken apart."""
        named = shapes(plan, output_size)
        ends = np.cumsum([math.prod(shape) for shape in named.values()])
        parts = np.split(row, ends[:-1])
        return cls(plan, {name: part.reshape(shape) for (name, shape), part in zip(named.items(), parts, strict=True)})

    @property
    def row(self) -> Array:
        """All weights one behind the other, (P,)."""
        return np.concatenate([weight.ravel() for weight in self.weights.values()])


def shapes(plan: Plan, output_size: int) -> dict[str, tuple[int, ...]]:
    """Shape of every weight of a network with this plan and readout, by a ``Network``'s names and in its order."""
    named = {f"rnn.{name}_{part}": shape for part, of in plan.weights.items() for name, shape in of.items()}
    wide = plan.state_size * len(plan.directions)
    return named | {"readout.weight": (output_size, wide), "readout.bias": (output_size,)}


def uniform(source: np.random.RandomState, bound: float, shape: tuple[int, ...]) -> Array:
    """From U(-bound, bound): both libraries' generator is the Mersenne twister, and torch uses its lower 24 bits."""
    low, wide = np.float32(-bound), np.float32(bound) - np.float32(-bound)
    share = (source.randint(0, 2**32, math.prod(shape), np.uint32) & (2**DIGITS - 1)) / 2**DIGITS
    drawn: Array = (share * float(wide) + float(low)).astype(np.float32)  # torch rounds once, after the sum
    return drawn.reshape(shape)
