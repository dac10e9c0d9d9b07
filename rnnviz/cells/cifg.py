"""LSTM with coupled input and forget gates (Greff et al. 2017)."""

from __future__ import annotations

from types import SimpleNamespace

from numpy import add, multiply, subtract, tanh

from rnnviz.cells.activations import sigmoid
from rnnviz.cells.anatomy import Anatomy, Factor
from rnnviz.cells.cell import Block, Cell, Partials


def affine(gate: str) -> str:
    """TeX of what a gate adds up before it squashes it."""
    return rf"W_{{i{gate}}} x_t + b_{{i{gate}}} + W_{{h{gate}}} h_{{t-1}} + b_{{h{gate}}}"


class CIFG(Cell):
    r"""An LSTM that writes exactly as much as it forgets.

        f = σ(W_if x + b_if + W_hf h_prev + b_hf)        forget gate: how much to keep
        g = tanh(W_ig x + b_ig + W_hg h_prev + b_hg)     candidate: what to write
        o = σ(W_io x + b_io + W_ho h_prev + b_ho)        output gate: how much to reveal
        c = f ∘ c_prev + (1 - f) ∘ g                     memory: between what it was and the candidate
        h = o ∘ tanh(c)                                  what the rest of the network sees

    Along the memory the gradient is multiplied by f at every step, as in an LSTM; the memory itself stays within
    (-1, 1).

    An LSTM without its input gate: three quarters of the weights. Rows f, g, o.
    """

    name = "cifg"
    title = "Coupled-gate LSTM"
    states = ("h", "c")
    rows = ("of", "g")
    kept = ("tanh_c",)
    anatomy = Anatomy(memory="c", new="g", keep=Factor("f"), write=Factor("f", complement=True), reveal=Factor("o"))
    update = (r"c_t = f_t \odot c_{t-1} + (1 - f_t) \odot g_t", r"h_t = o_t \odot \tanh(c_t)")

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Two gates and a candidate."""
        return (
            Block("f", "forget gate", "sigmoid", rf"f_t = \sigma({affine('f')})"),
            Block("g", "candidate", "tanh", rf"g_t = \tanh({affine('g')})"),
            Block("o", "output gate", "sigmoid", rf"o_t = \sigma({affine('o')})"),
        )

    def step(self, t: SimpleNamespace) -> None:
        """Slide the memory towards the candidate, reveal some of it."""
        sigmoid(t.a_of, t.of)
        tanh(t.a_g, t.g)
        subtract(t.c_prev, t.g, t.scratch)  # c = g + f (c_prev - g)
        multiply(t.f, t.scratch, t.scratch)
        add(t.g, t.scratch, t.c)
        tanh(t.c, t.tanh_c)
        multiply(t.o, t.tanh_c, t.h)  # reveal

    def partials(self, v: SimpleNamespace) -> Partials:
        """What each line passes back: along the memory, the forget gate and nothing else."""
        return {
            "h": {"o": v.tanh_c, "c": v.o * (1 - v.tanh_c * v.tanh_c)},
            "c": {"f": v.c_prev - v.g, "g": 1 - v.f, "c_prev": v.f},
        }
