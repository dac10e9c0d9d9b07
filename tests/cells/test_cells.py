"""Every cell describes itself truly."""

import subprocess
import sys

import numpy as np
import pytest

from rnnviz.cells import CELLS
from rnnviz.cells.activations import ACTIVATIONS, SLOPES


def test_the_taught_three_come_first():
    assert list(CELLS)[:3] == ["elman", "lstm", "gru"]
    assert list(CELLS)[3:] == sorted(list(CELLS)[3:])


@pytest.mark.parametrize("name", CELLS)
def test_rows_are_the_blocks(name):
    cell = CELLS[name]()
    symbols = {block.symbol: block for block in cell.blocks}
    assert sorted("".join(cell.rows)) == sorted(symbols)
    for group in cell.rows:
        assert len({symbols[symbol].activation for symbol in group}) == 1


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_says_what_it_is(name):
    cell = CELLS[name]()
    assert all(block.tex and block.name for block in cell.blocks)
    assert cell.title
    assert cell.__doc__


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_slope_is_the_derivative(name):
    a = np.linspace(-3, 3, 13) + 0.01
    low, y, high = (np.empty_like(a) for _ in range(3))
    for shift, out in ((-1e-6, low), (0, y), (1e-6, high)):
        ACTIVATIONS[name](a + shift, out)
    np.testing.assert_allclose(SLOPES[name](y), (high - low) / 2e-6, atol=1e-9)


def test_a_gate_that_is_nearly_shut_keeps_its_digits():
    out = np.empty(1, np.float32)
    ACTIVATIONS["sigmoid"](np.array([-30], np.float32), out)
    assert out[0] == pytest.approx(np.exp(-30), rel=1e-6)


def test_cells_do_without_torch():
    code = "import sys, rnnviz.cells; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
