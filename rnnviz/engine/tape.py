"""A cell's equations written down once, as the calls they make, to be played on any buffers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from rnnviz.cells.cell import Array
from rnnviz.engine.ops import Op


class Symbol(NDArrayOperatorsMixin):
    """An array that is not there yet: what is done with it goes on its tape."""

    def __init__(self, tape: Tape, name: str) -> None:
        self.tape, self.name = tape, name

    def refuse(self, *_: Any, **__: Any) -> Any:
        """Where more is asked for than a ufunc, the calls would not be the same at every pass."""
        raise TypeError(
            f"A cell's equations are made of ufuncs and operators; {self.name!r} was given to something else."
        )

    __array__ = __bool__ = __float__ = __iter__ = __len__ = refuse

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: tuple[Symbol, ...] = (), **options: Any
    ) -> Symbol:
        """NumPy's way to ask what a ufunc should do here."""
        if method != "__call__" or ufunc.nout != 1 or ufunc.signature or options:
            self.refuse()
        place = out[0] if out else Symbol(self.tape, f"#{len(self.tape.calls)}")
        names = tuple(value.name if isinstance(value, Symbol) else value for value in inputs)
        self.tape.calls.append((ufunc, names, place.name))
        return place


class Names(SimpleNamespace):
    """Every name a cell may mention, as a symbol."""

    def __init__(self, tape: Tape) -> None:
        super().__init__(tape=tape)

    def __getattr__(self, name: str) -> Symbol:
        """Whatever it is called."""
        return Symbol(self.tape, name)


@dataclass
class Tape:
    """Calls in their order: a function, the names or numbers it reads, the name it writes."""

    calls: list[tuple[np.ufunc, tuple[Any, ...], str]] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """What has to be there before it can be played."""
        said = {name for _, inputs, out in self.calls for name in (*inputs, out) if isinstance(name, str)}
        return {name for name in said if not name.startswith("#")}

    def reserve(self, arrays: dict[str, Array]) -> None:
        """Add a buffer for every result that has none."""
        for _, inputs, out in self.calls:
            if out not in arrays:
                read = [arrays[name] for name in inputs if isinstance(name, str)]
                arrays[out] = np.zeros(np.broadcast_shapes(*(array.shape for array in read)), read[0].dtype)

    def bind(self, arrays: dict[str, Array]) -> list[Op]:
        """The calls on these buffers."""

        def read(name: Any, out: Array) -> Array:
            return arrays[name] if isinstance(name, str) else constant(name, out.dtype)

        return [
            Op(function, tuple(read(name, arrays[out]) for name in inputs), arrays[out])
            for function, inputs, out in self.calls
        ]


@cache
def constant(number: float, dtype: np.dtype[np.floating]) -> Array:
    """A number as an array of the right type, in one place in memory for all steps."""
    return np.array(number, dtype)
