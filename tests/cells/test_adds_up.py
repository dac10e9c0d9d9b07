"""What the screen adds up is the state, in every cell there is and in those that somebody may add."""

from dataclasses import replace

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.cells import CELLS, Anatomy, Factor
from rnnviz.cells.activations import ACTIVATIONS
from rnnviz.cells.adds_up import check, kept, squashed, states, written
from rnnviz.models.recurrent import Recurrent
from tests.cells.invented import INVENTED, Accumulator, ForgettingPlainly, MinLSTM

VARIANTS = [cell() for cell in CELLS.values()]
VARIANTS += [CELLS["elman"](activation) for activation in ACTIVATIONS if activation != "tanh"]
EVERY = pytest.mark.parametrize("cell", [*VARIANTS, *(cell() for cell in INVENTED)], ids=repr)
T, B, INPUTS = 6, 3, 4


def recorded(cell, hidden_size, seed, strength=2.0):
    """Every array of a pass in double precision, by the names of the cell's equations, (T, B, H)."""
    generator = torch.Generator().manual_seed(seed)
    module = Recurrent(cell, INPUTS, hidden_size, generator=generator, dtype=torch.float64)
    with torch.no_grad():
        for weight in module.parameters():
            weight.mul_(strength)
    x = torch.randn(T, B, INPUTS, generator=generator, dtype=torch.float64)
    layer = rnnviz.record(module, x, lambda y: y.sum()).layers["l0"]
    before = {
        f"{name}_prev": np.concatenate([layer.initial[name][None], state[:-1]]) for name, state in layer.states.items()
    }
    return layer.gates | layer.states | before, layer.preactivations


@EVERY
@pytest.mark.parametrize(("hidden_size", "seed"), [(1, 0), (3, 1), (16, 2)])
def test_kept_and_written_are_the_memory_and_what_is_revealed_is_h(cell, hidden_size, seed):
    arrays, _ = recorded(cell, hidden_size, seed)
    anatomy = cell.anatomy
    found = states(anatomy, arrays)
    assert set(found) == {name for name, said in ((anatomy.memory, anatomy.adds_up), ("h", anatomy.reveal)) if said}
    for name, value in found.items():
        np.testing.assert_allclose(value, arrays[name], rtol=0, atol=1e-12 * max(1, np.abs(arrays[name]).max()))
    if anatomy.adds_up:
        np.testing.assert_array_equal(kept(anatomy, arrays) + written(anatomy, arrays), found[anatomy.memory])


@EVERY
def test_a_block_is_its_squashed_sum(cell):
    arrays, sums = recorded(cell, 5, 3)
    for block in cell.blocks:
        np.testing.assert_allclose(arrays[block.symbol], squashed(block.activation, sums[block.symbol]), atol=1e-12)


@EVERY
def test_a_cell_that_adds_up_is_let_in(cell):
    check(cell)


def with_anatomy(cell, **changes):
    """The cell, described otherwise."""
    return type("Changed", (cell,), {"anatomy": replace(cell.anatomy, **changes)})()


WRONG = {
    "a gate and the other": with_anatomy(CELLS["lstm"], keep=Factor("i"), write=Factor("f")),
    "a gate and what is left of it": with_anatomy(CELLS["gru"], keep=Factor("z", complement=True), write=Factor("z")),
    "nothing kept": with_anatomy(CELLS["mingru"], keep=None),
    "all written": with_anatomy(CELLS["cifg"], write=Factor()),
    "all revealed": with_anatomy(CELLS["peephole_lstm"], reveal=Factor()),
    "another curve": with_anatomy(CELLS["lstm"], squash="identity"),
    "a share as a gate": ForgettingPlainly(),
    "all of the memory": with_anatomy(Accumulator, keep=None),
}


@pytest.mark.parametrize("cell", WRONG.values(), ids=WRONG)
def test_a_cell_that_does_not_do_what_it_says_is_refused(cell):
    with pytest.raises(ValueError, match=r"computes another [hc] than its blocks and its anatomy say, off by \d"):
        check(cell)


@pytest.mark.parametrize("symbol", "ifo")
def test_a_peephole_that_sees_another_state_than_it_says_is_refused(symbol):
    peephole = CELLS["peephole_lstm"]
    blocks = [replace(b, sees="h_prev") if b.symbol == symbol else b for b in peephole().blocks]
    cell = type("Changed", (peephole,), {"blocks": blocks})()
    with pytest.raises(ValueError, match=f"computes another {symbol} "):
        check(cell)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"keep": Factor("k")}, "no 'k', which it names as what is kept"),
        ({"write": Factor("i", among=("i", "j"))}, "no 'j', which it names as what is written"),
        ({"memory": "m"}, "no 'm', which it names as its memory"),
        ({"squash": "softsign"}, "no 'softsign', which it names as a squashing function"),
    ],
)
def test_a_cell_that_names_what_it_has_not_is_refused(changes, told):
    with pytest.raises(ValueError, match=told):
        check(with_anatomy(CELLS["lstm"], **changes))


@pytest.mark.parametrize(
    ("factor", "written"),
    [
        (Factor(), "1"),
        (Factor("z"), "z"),
        (Factor("z", complement=True), "1 − z"),
        (Factor("f", among=("f", "i")), "f / (f + i)"),
    ],
)
def test_a_factor_is_written_as_it_is_worked_out(factor, written):
    assert str(factor) == written
    arrays = {"z": np.array([0.2, 0.9]), "f": np.array([0.5, 0.1]), "i": np.array([0.5, 0.3])}
    spelled = eval(written.replace("−", "-"), {}, arrays)
    np.testing.assert_allclose(factor.of(arrays), spelled)


def test_what_is_left_of_a_share_is_refused():
    with pytest.raises(ValueError, match="name their share"):
        Factor("f", complement=True, among=("f", "i"))


def test_a_gate_keeps_only_where_there_is_one():
    assert MinLSTM.anatomy.keeper == Factor("f", among=("f", "i"))
    assert Accumulator.anatomy.keeper is None
    assert Anatomy(memory="h", new="h").keeper is None
