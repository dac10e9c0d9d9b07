"""LSTM whose gates see the memory (Gers & Schmidhuber 2000; Graves 2013)."""

from __future__ import annotations

from types import SimpleNamespace

from numpy import add, multiply, tanh

from rnnviz.cells.activations import sigmoid
from rnnviz.cells.anatomy import Anatomy, Factor
from rnnviz.cells.cell import Block, Cell, Partials


def affine(gate: str) -> str:
    """TeX of what a gate adds up from input and state."""
    return rf"W_{{i{gate}}} x_t + b_{{i{gate}}} + W_{{h{gate}}} h_{{t-1}} + b_{{h{gate}}}"


class PeepholeLSTM(Cell):
    r"""An LSTM in which every gate looks at the memory it guards, unit by unit.

        i = σ(W_ii x + b_ii + W_hi h_prev + b_hi + p_i ∘ c_prev)    input gate: how much to write
        f = σ(W_if x + b_if + W_hf h_prev + b_hf + p_f ∘ c_prev)    forget gate: how much to keep
        g = tanh(W_ig x + b_ig + W_hg h_prev + b_hg)                candidate: what to write
        c = f ∘ c_prev + i ∘ g                                      memory
        o = σ(W_io x + b_io + W_ho h_prev + b_ho + p_o ∘ c)         output gate: how much to reveal
        h = o ∘ tanh(c)                                             what the rest of the network sees

    Along the memory, unit by unit, the gradient is multiplied by f + c_prev f (1 - f) p_f + g i (1 - i) p_i: to the
    gate comes what the gates make of their peepholes. They can learn to open and shut by the memory alone, even while
    o hides it.

    The three peepholes are vectors, as in Graves (2013): each unit's gates see that unit's memory only. They have no
    counterpart in PyTorch, and are called ``weight_ci``, ``weight_cf`` and ``weight_co`` here.
    """

    name = "peephole_lstm"
    title = "Peephole LSTM"
    states = ("h", "c")
    rows = ("o", "fi", "g")
    kept = ("tanh_c",)
    anatomy = Anatomy(memory="c", new="g", keep=Factor("f"), write=Factor("i"), reveal=Factor("o"))
    update = (r"c_t = f_t \odot c_{t-1} + i_t \odot g_t", r"h_t = o_t \odot \tanh(c_t)")

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Three gates, each with its peephole, and a candidate."""
        i, f = (rf"{gate}_t = \sigma({affine(gate)} + p_{gate} \odot c_{{t-1}})" for gate in "if")
        o = rf"o_t = \sigma({affine('o')} + p_o \odot c_t)"
        return (
            Block("i", "input gate", "sigmoid", i, peephole="weight_ci"),
            Block("f", "forget gate", "sigmoid", f, peephole="weight_cf"),
            Block("g", "candidate", "tanh", rf"g_t = \tanh({affine('g')})"),
            Block("o", "output gate", "sigmoid", o, peephole="weight_co", sees="c"),
        )

    def step(self, t: SimpleNamespace) -> None:
        """Look at the old memory, renew it, look at the new one."""
        multiply(t.weight_ci, t.c_prev, t.scratch)
        add(t.a_i, t.scratch, t.a_i)
        multiply(t.weight_cf, t.c_prev, t.scratch)
        add(t.a_f, t.scratch, t.a_f)
        sigmoid(t.a_fi, t.fi)
        tanh(t.a_g, t.g)
        multiply(t.f, t.c_prev, t.c)  # keep
        multiply(t.i, t.g, t.scratch)  # write
        add(t.c, t.scratch, t.c)
        multiply(t.weight_co, t.c, t.scratch)
        add(t.a_o, t.scratch, t.a_o)
        sigmoid(t.a_o, t.o)
        tanh(t.c, t.tanh_c)
        multiply(t.o, t.tanh_c, t.h)  # reveal

    def partials(self, v: SimpleNamespace) -> Partials:
        """What each line passes back: the gates, too, lead to the memory."""
        return {
            "h": {"o": v.tanh_c, "c": v.o * (1 - v.tanh_c * v.tanh_c)},
            "o": {"c": v.weight_co},
            "c": {"f": v.c_prev, "i": v.g, "g": v.i, "c_prev": v.f},
            "i": {"c_prev": v.weight_ci},
            "f": {"c_prev": v.weight_cf},
        }
