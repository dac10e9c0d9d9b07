"""Elman's simple recurrent network (1990): the state is all there is."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from rnnviz.cells.activations import ACTIVATIONS
from rnnviz.cells.anatomy import Anatomy
from rnnviz.cells.cell import Block, Cell, Partials

TEX = {"tanh": r"\tanh", "relu": r"\mathrm{ReLU}", "sigmoid": r"\sigma", "identity": ""}


@dataclass(frozen=True)
class Elman(Cell):
    r"""The plain recurrent network.

        h = φ(W_ih x + b_ih + W_hh h_prev + b_hh)     new state

    The whole memory is rewritten at every step. One step back multiplies the gradient by the transpose of
    ∂h/∂h_prev = diag(φ') W_hh, T - 1 times for T steps: it shrinks exponentially if that matrix shortens every vector
    at every step, and can grow exponentially only if it stretches some.

    Elman's network had the logistic φ. PyTorch offers tanh (its default) and ReLU; the identity is here because its
    gradient can be worked out by hand.

    Raises:
        ValueError: for an activation it does not know.
    """

    activation: str = "tanh"

    name = "elman"
    title = "Elman RNN"
    states = ("h",)
    rows = ("h",)
    anatomy = Anatomy(memory="h", new="h")
    update = ()

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"Elman's activation is one of {', '.join(ACTIVATIONS)}, not {self.activation!r}.")

    @property
    def blocks(self) -> tuple[Block, ...]:
        """One block: what the state will be."""
        tex = rf"h_t = {TEX[self.activation]}(W_{{ih}} x_t + b_{{ih}} + W_{{hh}} h_{{t-1}} + b_{{hh}})"
        return (Block("h", "new state", self.activation, tex),)

    def step(self, t: SimpleNamespace) -> None:
        """Squash what came in; nothing is kept."""
        ACTIVATIONS[self.activation](t.a_h, t.h)

    def partials(self, v: SimpleNamespace) -> Partials:  # noqa: ARG002 -- a cell with gates needs the views
        """None beside the slope of the activation, which the engine knows."""
        return {}
