"""A trace as tidy rows, for pandas or a CSV file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnnviz.records.trace import Trace

QUANTITIES = ("states", "gates", "preactivations", "grads", "carried", "gate_grads", "preactivation_grads")


class Row(NamedTuple):
    """One number of a trace; ``pandas.DataFrame(rows(trace))`` has these columns."""

    layer: str  # "l0"
    step: int  # t, from 0
    sequence: int  # in the batch
    unit: int
    quantity: str  # "grads h"
    value: float


def rows(trace: Trace, quantities: tuple[str, ...] = QUANTITIES) -> Iterator[Row]:
    """Every number of every step, unit and sequence; none past the end of a shorter sequence.

    Raises:
        ValueError: for a quantity that there is not.
    """
    if unknown := set(quantities).difference(QUANTITIES):
        raise ValueError(f"The quantities are {', '.join(QUANTITIES)}, not {', '.join(sorted(unknown))}.")
    for layer, record in trace.layers.items():
        for quantity in quantities:
            for name, array in getattr(record, quantity).items():
                for (t, b, unit), value in np.ndenumerate(array):
                    if record.active[t, b]:
                        yield Row(layer, t, b, unit, f"{quantity} {name}", float(value))
