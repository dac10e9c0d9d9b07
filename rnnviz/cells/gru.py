"""Gated recurrent unit (Cho et al. 2014), as PyTorch computes it."""

from __future__ import annotations

from types import SimpleNamespace

from numpy import add, multiply, subtract, tanh

from rnnviz.cells.activations import sigmoid
from rnnviz.cells.anatomy import Anatomy, Factor
from rnnviz.cells.cell import Block, Cell, Partials


class GRU(Cell):
    r"""A state that slides between what it was and what it might become.

        r = σ(W_ir x + b_ir + W_hr h_prev + b_hr)             reset gate: how much of the past the candidate sees
        z = σ(W_iz x + b_iz + W_hz h_prev + b_hz)             update gate: how much of the past to keep
        n = tanh(W_in x + b_in + r ∘ (W_hn h_prev + b_hn))    candidate
        h = (1 - z) ∘ n + z ∘ h_prev                          new state

    Straight along the state the gradient is multiplied by z at every step; other paths lead through the gates and n.

    As in PyTorch, r acts *after* the matrix product; in the paper it acts on h_prev, before. That z = 1 *keeps* is as
    in the paper (eq. 7); in Chung et al. (2014) and in minGRU it overwrites.
    """

    name = "gru"
    title = "GRU"
    states = ("h",)
    rows = ("rz", "n")
    anatomy = Anatomy(memory="h", new="n", keep=Factor("z"), write=Factor("z", complement=True))
    update = (r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}",)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Two gates and a candidate."""
        r = r"r_t = \sigma(W_{ir} x_t + b_{ir} + W_{hr} h_{t-1} + b_{hr})"
        z = r"z_t = \sigma(W_{iz} x_t + b_{iz} + W_{hz} h_{t-1} + b_{hz})"
        n = r"n_t = \tanh(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{t-1} + b_{hn}))"
        return (
            Block("r", "reset gate", "sigmoid", r),
            Block("z", "update gate", "sigmoid", z),
            Block("n", "candidate", "tanh", n, reset="r"),
        )

    def step(self, t: SimpleNamespace) -> None:
        """Let the past into the candidate, then slide towards it."""
        sigmoid(t.a_rz, t.rz)
        multiply(t.r, t.u_n, t.scratch)  # how much of the past the candidate sees
        add(t.a_n, t.scratch, t.a_n)
        tanh(t.a_n, t.n)
        subtract(t.h_prev, t.n, t.scratch)  # h = n + z (h_prev - n)
        multiply(t.z, t.scratch, t.scratch)
        add(t.n, t.scratch, t.h)

    def partials(self, v: SimpleNamespace) -> Partials:
        """What each line passes back: straight along the state, the update gate."""
        return {
            "h": {"z": v.h_prev - v.n, "n": 1 - v.z, "h_prev": v.z},
            "n": {"r": v.u_n},
        }
