"""A positive forget bias keeps more of the memory, whatever the cell calls the gate and whichever way it works."""

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS
from rnnviz.models import initialise
from rnnviz.models.recurrent import Recurrent
from tests.cells.invented import INVENTED, Accumulator

CELLS_THAT_KEEP = [cell for cell in (*CELLS.values(), *INVENTED) if cell.anatomy.keeper]


def made(cell):
    return Recurrent(cell(), 3, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def factors(module):
    """Of the old memory and of the candidate, where nothing but the biases speaks."""
    cell, found = module.plan.cell, {}
    readers = [block.symbol for block in cell.blocks if block.reads_h]
    for place, block in enumerate(cell.blocks):
        bias = module.bias_ih_l0.detach().numpy()[4 * place : 4 * place + 4]
        if block.symbol in readers:
            start = 4 * readers.index(block.symbol)
            bias = bias + module.bias_hh_l0.detach().numpy()[start : start + 4]
        found[block.symbol] = 1 / (1 + np.exp(-bias))
    return cell.anatomy.keep.of(found), cell.anatomy.write.of(found)


@pytest.mark.parametrize("cell", CELLS_THAT_KEEP)
def test_the_forget_bias_opens_what_keeps(cell):
    kept = []
    for bias in (-3.0, 0.0, 3.0):
        module = made(cell)
        initialise.forget_bias(module, bias)
        kept.append(factors(module)[0])
    assert (np.diff(kept, axis=0) > 0).all()
    if not cell.anatomy.keep.among:
        np.testing.assert_allclose(kept[2], 1 / (1 + np.exp(-3)))


@pytest.mark.parametrize("cell", CELLS_THAT_KEEP)
def test_chrono_writes_as_much_as_it_lets_go(cell):
    module = made(cell)
    initialise.chrono(module, 50, torch.Generator().manual_seed(1))
    kept, written = factors(module)
    np.testing.assert_allclose(kept + written, 1)
    assert (kept >= 0.5).all()
    assert (kept <= 49 / 50).all()


def test_a_cell_that_always_keeps_all_has_no_gate_to_bias():
    with pytest.raises(ValueError, match="no gate that keeps"):
        initialise.forget_bias(made(Accumulator), 1.0)
