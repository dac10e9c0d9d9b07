"""What a recurrent cell is: its rows, its equations, one step forward, and the derivative of each line."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar, TypeAlias

import numpy.typing as npt

from rnnviz.cells.anatomy import Anatomy

Array: TypeAlias = npt.NDArray[Any]
Partials: TypeAlias = dict[str, dict[str, Array]]


@dataclass(frozen=True)
class Block:
    """One block of rows of ``weight_ih`` and ``weight_hh``: a gate or a candidate, H units."""

    symbol: str  # "f"; Elman's only block is "h": its activation is the state
    name: str  # "forget gate"
    activation: str  # "sigmoid", "tanh", "relu" or "identity"
    tex: str
    reads_h: bool = True  # False in minGRU: no weight_hh rows
    reset: str | None = None  # a GRU's n: this gate multiplies (W_hn h + b_hn)
    peephole: str | None = None  # the parameter (H,) through which the block sees a state
    sees: str = "c_prev"  # the state behind the peephole: one step earlier, or "c", just made


@dataclass(frozen=True)
class Cell(ABC):
    """Pointwise maths; the engine owns the matrices, the loop and the buffers.

    A cell sees arrays by the names of its equations. For a block ``f`` there are ``a_f``, its pre-activation, and
    ``f``, its activation; for a state ``c`` there are ``c``, being made, and ``c_prev``. Blocks that stand side by side
    in ``rows`` can be served together: ``a_oif`` and ``oif``. A block with a reset gate has its recurrent part apart:
    ``u_n``. ``step`` sees one step, arrays (H, N) for N sequences; ``partials`` sees all of them, (T, H, N).

    Both are made of NumPy's ufuncs and of operators only: the engine runs them once, on symbols, and from then on
    repeats the calls they made.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    states: ClassVar[tuple[str, ...]]  # the one formed last comes first: ("h", "c")
    rows: ClassVar[tuple[str, ...]]  # symbols in the engine's order, those activated together side by side
    kept: ClassVar[tuple[str, ...]] = ()  # further values that partials needs: "tanh_c"
    anatomy: ClassVar[Anatomy]
    update: ClassVar[tuple[str, ...]]  # TeX of the lines that form the states

    @property
    @abstractmethod
    def blocks(self) -> tuple[Block, ...]:
        """The blocks in the order of torch's rows."""

    @abstractmethod
    def step(self, t: SimpleNamespace) -> None:
        """Write the activations and the new states, in place."""

    @abstractmethod
    def partials(self, v: SimpleNamespace) -> Partials:
        """``{"h": {"o": ∂h/∂o}}``: the derivative of each line by everything on its right.

        The line formed last comes first. A state's entry is the derivative of the state; a gate's entry, of its
        pre-activation. ``c_prev`` and ``h_prev`` are the states one step earlier.
        """
