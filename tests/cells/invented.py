"""Cells that are not in the library, to see what happens when somebody adds one."""

from types import SimpleNamespace

from numpy import add, divide, multiply, subtract, tanh

from rnnviz.cells import Anatomy, Block, Cell, Factor
from rnnviz.cells.activations import identity, sigmoid


def gate(symbol, activation="sigmoid", **options):
    hidden = rf"W_{{h{symbol}}} h_{{t-1}} + b_{{h{symbol}}}" if options.get("reads_h", True) else ""
    if reset := options.get("reset"):
        hidden = rf"{reset}_t \odot ({hidden})"
    tex = rf"{symbol}_t = \phi(W_{{i{symbol}}} x_t + b_{{i{symbol}}}{' + ' * bool(hidden)}{hidden})"
    return Block(symbol, f"gate {symbol}", activation, tex, **options)


class MinLSTM(Cell):
    """h = f / (f + i) ∘ h_prev + i / (f + i) ∘ g (Feng et al. 2024): two gates that share the memory."""

    name = "minlstm"
    title = "minLSTM"
    states = ("h",)
    rows = ("fi", "g")
    kept = ("total", "share", "other")
    anatomy = Anatomy(memory="h", new="g", keep=Factor("f", among=("f", "i")), write=Factor("i", among=("f", "i")))
    update = (r"h_t = \frac{f_t}{f_t + i_t} \odot h_{t-1} + \frac{i_t}{f_t + i_t} \odot g_t",)

    @property
    def blocks(self):
        return gate("f", reads_h=False), gate("i", reads_h=False), gate("g", "identity", reads_h=False)

    def step(self, t: SimpleNamespace) -> None:
        sigmoid(t.a_fi, t.fi)
        identity(t.a_g, t.g)
        add(t.f, t.i, t.total)
        divide(t.f, t.total, t.share)
        divide(t.i, t.total, t.other)
        multiply(t.share, t.h_prev, t.h)
        multiply(t.other, t.g, t.scratch)
        add(t.h, t.scratch, t.h)

    def partials(self, v: SimpleNamespace):
        apart = (v.h_prev - v.g) / v.total
        return {"h": {"f": v.other * apart, "i": -v.share * apart, "g": v.other, "h_prev": v.share}}


class ForgettingPlainly(MinLSTM):
    """The same memory; its anatomy forgets that the gates are shared."""

    name = "wrong"
    title = "wrong minLSTM"
    anatomy = Anatomy(memory="h", new="g", keep=Factor("f"), write=Factor("i"))


class Otherwise(MinLSTM):
    """The same memory, from a cell that does not say how it is made."""

    name = "otherwise"
    title = "minLSTM untold"
    anatomy = Anatomy(memory="h", new="g", adds_up=False)


class Accumulator(Cell):
    """c = c_prev + i ∘ g, h = o ∘ c: the LSTM of 1997 had no forget gate; here the memory is revealed unsquashed."""

    name = "accumulator"
    title = "Accumulator"
    states = ("h", "c")
    rows = ("oi", "g")
    anatomy = Anatomy(memory="c", new="g", keep=Factor(), write=Factor("i"), reveal=Factor("o"), squash="identity")
    update = (r"c_t = c_{t-1} + i_t \odot g_t", r"h_t = o_t \odot c_t")

    @property
    def blocks(self):
        return gate("i"), gate("g", "tanh"), gate("o")

    def step(self, t: SimpleNamespace) -> None:
        sigmoid(t.a_oi, t.oi)
        tanh(t.a_g, t.g)
        multiply(t.i, t.g, t.scratch)
        add(t.c_prev, t.scratch, t.c)
        multiply(t.o, t.c, t.h)

    def partials(self, v: SimpleNamespace):
        return {"h": {"o": v.c, "c": v.o}, "c": {"i": v.g, "g": v.i, "c_prev": v.i**0}}


class MGU(Cell):
    """A GRU with one gate for both of its tasks (Zhou et al. 2016), r after the product."""

    name = "mgu"
    title = "Minimal gated unit"
    states = ("h",)
    rows = ("f", "n")
    anatomy = Anatomy(memory="h", new="n", keep=Factor("f", complement=True), write=Factor("f"))
    update = (r"h_t = (1 - f_t) \odot h_{t-1} + f_t \odot n_t",)

    @property
    def blocks(self):
        return gate("f"), gate("n", "tanh", reset="f")

    def step(self, t: SimpleNamespace) -> None:
        sigmoid(t.a_f, t.f)
        multiply(t.f, t.u_n, t.scratch)
        add(t.a_n, t.scratch, t.a_n)
        tanh(t.a_n, t.n)
        subtract(t.n, t.h_prev, t.scratch)
        multiply(t.f, t.scratch, t.scratch)
        add(t.h_prev, t.scratch, t.h)

    def partials(self, v: SimpleNamespace):
        return {"h": {"f": v.n - v.h_prev, "n": v.f, "h_prev": 1 - v.f}, "n": {"f": v.u_n}}


INVENTED = (MinLSTM, Otherwise, Accumulator, MGU)
