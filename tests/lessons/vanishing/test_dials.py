from dataclasses import replace

import pytest

from rnnviz.cells import CELLS
from rnnviz.lessons.vanishing.config import BIASES, RADII, GradientConfig
from rnnviz.lessons.vanishing.experiments.dials import LENGTHS, RANGES, dials
from rnnviz.lessons.vanishing.experiments.radii import over_radii

SMALL = GradientConfig(cells=("elman", "gru"), hidden_size=5, seq_len=8, rho=1.142)


@pytest.mark.parametrize(
    ("dial", "value"),
    [
        ("inputs", 3.0),
        ("activation", "relu"),
        ("initial", "torch"),
        ("initial", "identity"),
        ("activation", "identity"),
    ],
)
def test_each_place_of_the_dial_is_the_network_configured_so(dial, value):
    flow = dials(replace(SMALL, dial=dial)).whole()
    alone = over_radii(replace(SMALL, **{dial: value})).whole()
    place, radius = RANGES[dial].index(value), RADII.index(1.142)
    for cell in SMALL.cells:
        assert flow.passes[cell].norms["h"][place] == pytest.approx(alone.passes[cell].norms["h"][radius], rel=1e-9)
    assert flow.laws[0].factors[place] == pytest.approx(alone.laws[0].factors[radius])


@pytest.mark.parametrize("length", [2, 20, 100])
def test_a_shorter_sequence_is_the_beginning_of_the_longest(length):
    flow = dials(replace(SMALL, dial="seq_len")).whole()
    alone = over_radii(replace(SMALL, seq_len=length)).whole()
    place, radius = LENGTHS.index(length), RADII.index(1.142)
    assert flow.lengths[place] == length
    for cell in SMALL.cells:
        norms = flow.passes[cell].norms["h"][place]
        assert norms[:, :length] == pytest.approx(alone.passes[cell].norms["h"][radius], rel=1e-9)
        assert (norms[:, length:] == 0).all()


@pytest.mark.parametrize("bias", [1.0, 3.0])
def test_the_forget_bias_is_dragged_at_the_configured_radius(bias):
    flow = dials(replace(SMALL, dial="bias")).whole()
    alone = over_radii(replace(SMALL, forget_bias=f"{bias:g}")).whole()
    expected = alone.passes["gru"].norms["h"][RADII.index(1.142)]
    assert flow.passes["gru"].norms["h"][BIASES.index(bias)] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("dial", RANGES)
def test_every_cell_can_be_dragged_along_every_dial(dial):
    flow = dials(GradientConfig(cells=tuple(CELLS), dial=dial, seq_len=3, hidden_size=2)).whole()
    assert flow.values == RANGES[dial]
    assert {passes.norms["h"].shape[0] for passes in flow.passes.values()} == {len(flow.values)}
    assert flow.share == 1
