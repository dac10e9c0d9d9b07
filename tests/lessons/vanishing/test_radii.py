import pickle

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS
from rnnviz.lessons.vanishing.config import RADII, GradientConfig
from rnnviz.lessons.vanishing.experiments.networks import SEQUENCES, cell_of, network, signals
from rnnviz.lessons.vanishing.experiments.radii import over_radii


def radius(value):
    return RADII.index(value)


@pytest.mark.parametrize(("rho", "ratio"), [(0.807, 0.807**49), (1.0, 1.0), (1.045, 1.045**49), (1.7, 1.7**49)])
def test_a_linear_network_with_orthogonal_weights_scales_the_error_by_rho_at_each_step(rho, ratio):
    flow = over_radii(GradientConfig(cells=("elman",), activation="identity", seq_len=50)).whole()
    norms = flow.passes["elman"].norms["h"][radius(rho)]
    assert norms[:, 0] / norms[:, -1] == pytest.approx(ratio, rel=1e-9)


@pytest.mark.parametrize("initial", ["orthogonal", "torch", "identity"])
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "identity"])
def test_no_gradient_is_longer_than_its_bound(activation, initial):
    config = GradientConfig(cells=("elman",), activation=activation, initial=initial, seq_len=20)
    flow = over_radii(config).whole()
    back = np.arange(config.seq_len)[::-1]
    bound = flow.laws[0].factors[:, None] ** back
    assert (flow.passes["elman"].norms["h"][:, 0] <= bound * (1 + 1e-9)).all()


@pytest.mark.parametrize("forget_bias", ["torch", "3", "chrono"])
@pytest.mark.parametrize("cell", CELLS)
def test_a_member_of_the_family_has_the_gradient_that_autograd_finds(cell, forget_bias):
    config = GradientConfig(cells=(cell,), seq_len=6, hidden_size=5, forget_bias=forget_bias, seed=3)
    place = radius(1.142)
    module = network(config, cell_of(config, cell), config.seed + 1)
    with torch.no_grad():
        for name, weight in module.named_parameters():
            weight.mul_(RADII[place] if name.startswith("weight_hh") else 1.0)
    x, direction = signals(config, config.seed + 1)
    first = torch.zeros(1, SEQUENCES, config.hidden_size, dtype=torch.float64, requires_grad=True)
    given = [first] + [torch.zeros_like(first, requires_grad=True) for _ in CELLS[cell].states[1:]]
    split = torch.tensor(x).permute(0, 2, 1)
    _, states = module(split[:1], tuple(given) if len(given) > 1 else first)
    hidden = states[0] if isinstance(states, tuple) else states
    hidden.retain_grad()
    h, _ = module(split[1:], states)
    (h[-1] @ torch.tensor(direction)).sum().backward()
    expected = hidden.grad.norm(dim=-1).square().mean().sqrt()
    measured = over_radii(config).whole().passes[cell].norms["h"][place, 1, 0]
    assert measured == pytest.approx(float(expected), rel=1e-9)


def test_the_loss_on_every_step_leaves_no_law():
    assert over_radii(GradientConfig(cells=("elman",), seq_len=3, loss_on="every")).whole().laws == ()


def test_a_family_grows_from_its_default_on_and_keeps_what_it_has():
    config = GradientConfig(cells=("elman", "mingru"), activation="identity", seq_len=100, hidden_size=24)
    work = over_radii(config)
    slices = [work.after(None)]
    while slices[-1].share < 1:
        slices.append(work.after(pickle.loads(pickle.dumps(slices[-1]))))
    grown = [slice_.result for slice_ in slices]
    assert len(grown) > 3
    assert grown[-1].values == RADII
    assert grown[-1].share == 1
    for flow in grown:
        first = RADII.index(flow.values[0])
        assert 1.0 in flow.values
        assert flow.values == RADII[first : first + len(flow.values)]
        assert len(flow.values) == round(41 * flow.share) == len(flow.laws[1].factors)
        assert {(1.0, "1")} <= set(flow.marks) <= set(grown[-1].marks)
        for cell in config.cells:
            assert flow.passes[cell].norms["h"].shape == (len(flow.values), 5, 100)
            rest = grown[-1].passes[cell].norms["h"][first : first + len(flow.values)]
            assert flow.passes[cell].norms["h"] == pytest.approx(rest, rel=1e-12)


def test_a_sigmoid_network_is_bounded_by_a_quarter_of_rho():
    law = over_radii(GradientConfig(cells=("elman",), activation="sigmoid", seq_len=3)).whole().laws[0]
    assert law.factors == pytest.approx(np.array(RADII) / 4)
