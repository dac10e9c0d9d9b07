"""Long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000)."""

from __future__ import annotations

from types import SimpleNamespace

from numpy import add, multiply, tanh

from rnnviz.cells.activations import sigmoid
from rnnviz.cells.anatomy import Anatomy, Factor
from rnnviz.cells.cell import Block, Cell, Partials


def affine(gate: str) -> str:
    """TeX of what a gate adds up before it squashes it."""
    return rf"W_{{i{gate}}} x_t + b_{{i{gate}}} + W_{{h{gate}}} h_{{t-1}} + b_{{h{gate}}}"


class LSTM(Cell):
    r"""A memory c that is added to, and gates that decide.

        i = σ(W_ii x + b_ii + W_hi h_prev + b_hi)        input gate: how much to write
        f = σ(W_if x + b_if + W_hf h_prev + b_hf)        forget gate: how much to keep
        g = tanh(W_ig x + b_ig + W_hg h_prev + b_hg)     candidate: what to write
        o = σ(W_io x + b_io + W_ho h_prev + b_ho)        output gate: how much to reveal
        c = f ∘ c_prev + i ∘ g                           memory
        h = o ∘ tanh(c)                                  what the rest of the network sees

    Along the memory the gradient is multiplied by f at every step, and by nothing else: where f is near 1 it survives.
    Other paths lead through the gates and h.

    As in PyTorch: rows i, f, g, o; two bias vectors; no peepholes. The paper of 1997 had no forget gate (f = 1).
    """

    name = "lstm"
    title = "LSTM"
    states = ("h", "c")
    rows = ("oif", "g")
    kept = ("tanh_c",)
    anatomy = Anatomy(memory="c", new="g", keep=Factor("f"), write=Factor("i"), reveal=Factor("o"))
    update = (r"c_t = f_t \odot c_{t-1} + i_t \odot g_t", r"h_t = o_t \odot \tanh(c_t)")

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Three gates and a candidate."""
        return (
            Block("i", "input gate", "sigmoid", rf"i_t = \sigma({affine('i')})"),
            Block("f", "forget gate", "sigmoid", rf"f_t = \sigma({affine('f')})"),
            Block("g", "candidate", "tanh", rf"g_t = \tanh({affine('g')})"),
            Block("o", "output gate", "sigmoid", rf"o_t = \sigma({affine('o')})"),
        )

    def step(self, t: SimpleNamespace) -> None:
        """Keep some of the memory, write to it, reveal some of it."""
        sigmoid(t.a_oif, t.oif)
        tanh(t.a_g, t.g)
        multiply(t.f, t.c_prev, t.c)  # keep
        multiply(t.i, t.g, t.scratch)  # write
        add(t.c, t.scratch, t.c)
        tanh(t.c, t.tanh_c)
        multiply(t.o, t.tanh_c, t.h)  # reveal

    def partials(self, v: SimpleNamespace) -> Partials:
        """What each line passes back: along the memory, the forget gate and nothing else."""
        return {
            "h": {"o": v.tanh_c, "c": v.o * (1 - v.tanh_c * v.tanh_c)},
            "c": {"f": v.c_prev, "i": v.g, "g": v.i, "c_prev": v.f},
        }
