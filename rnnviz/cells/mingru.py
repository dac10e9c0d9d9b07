"""minGRU (Feng et al. 2024, "Were RNNs all we needed?"): a GRU whose gates do not look back."""

from __future__ import annotations

from types import SimpleNamespace

from numpy import add, multiply, subtract

from rnnviz.cells.activations import identity, sigmoid
from rnnviz.cells.anatomy import Anatomy, Factor
from rnnviz.cells.cell import Block, Cell, Partials


class MinGRU(Cell):
    r"""Gate and candidate depend on the input alone; the past enters once, linearly.

        z = σ(W_iz x + b_iz)                   update gate: how much to overwrite
        n = W_in x + b_in                      candidate
        h = (1 - z) ∘ h_prev + z ∘ n           new state

    Going back one step the gradient is multiplied by diag(1 - z) and by nothing else: no matrix, so it can shrink but
    never explode, and all steps could be computed side by side.

    As in the paper, z = 1 *overwrites*; in PyTorch's GRU it keeps. There are no recurrent weights. The paper calls the
    candidate h̃.
    """

    name = "mingru"
    title = "minGRU"
    states = ("h",)
    rows = ("z", "n")
    anatomy = Anatomy(memory="h", new="n", keep=Factor("z", complement=True), write=Factor("z"))
    update = (r"h_t = (1 - z_t) \odot h_{t-1} + z_t \odot n_t",)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """One gate and a candidate."""
        return (
            Block("z", "update gate", "sigmoid", r"z_t = \sigma(W_{iz} x_t + b_{iz})", reads_h=False),
            Block("n", "candidate", "identity", r"n_t = W_{in} x_t + b_{in}", reads_h=False),
        )

    def step(self, t: SimpleNamespace) -> None:
        """Slide towards the candidate."""
        sigmoid(t.a_z, t.z)
        identity(t.a_n, t.n)
        subtract(t.n, t.h_prev, t.scratch)  # h = h_prev + z (n - h_prev)
        multiply(t.z, t.scratch, t.scratch)
        add(t.h_prev, t.scratch, t.h)

    def partials(self, v: SimpleNamespace) -> Partials:
        """What the line passes back: straight along the state, and nothing else."""
        return {"h": {"z": v.n - v.h_prev, "n": v.z, "h_prev": 1 - v.z}}
