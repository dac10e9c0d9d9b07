"""First weights without torch are torch's."""

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS
from rnnviz.engine.plan import Plan
from rnnviz.models.first_weights import FirstWeights
from rnnviz.models.network import Network


@pytest.mark.parametrize("seed", [0, 1, 9_999])
@pytest.mark.parametrize("cell", CELLS)
def test_weights_are_drawn_as_torch_draws_them(cell, seed):
    network = Network(CELLS[cell](), 5, 7, 4, generator=torch.Generator().manual_seed(seed))
    theirs, ours = FirstWeights.of(network), FirstWeights.drawn(Plan(CELLS[cell](), 5, 7), 4, seed)
    assert list(ours.weights) == list(theirs.weights)
    for name, weight in ours.weights.items():
        assert weight.dtype == np.float32
        np.testing.assert_array_equal(weight, theirs.weights[name])


def test_more_layers_and_directions_are_drawn_in_torchs_order():
    network = Network(
        CELLS["gru"](), 3, 4, 5, num_layers=2, bidirectional=True, generator=torch.Generator().manual_seed(3)
    )
    ours = FirstWeights.drawn(Plan(CELLS["gru"](), 3, 4, 2, bidirectional=True), 5, 3)
    for name, weight in FirstWeights.of(network).weights.items():
        np.testing.assert_array_equal(ours.weights[name], weight)
