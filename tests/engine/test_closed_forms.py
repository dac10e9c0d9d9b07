"""What is known without a computer, and torch's conventions."""

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.analysis.jacobians import products, singular_values, spectral_radius
from rnnviz.cells import CELLS
from rnnviz.models import initialise


def last_step(y):
    return (y[-1] ** 2).sum()


@pytest.mark.parametrize(("radius", "ratio"), [(0.8, 1.784e-5), (0.95, 0.0810), (1.05, 10.92), (1.2, 7584)])
def test_a_linear_network_scales_the_gradient_by_its_radius_at_every_step(radius, ratio):
    module = rnnviz.Recurrent(CELLS["elman"]("identity"), 2, 6, dtype=torch.float64)
    initialise.orthogonal(module, torch.Generator().manual_seed(0), gain=radius)
    layer = rnnviz.record(module, torch.randn(50, 1, 2, dtype=torch.float64), last_step).layers["l0"]
    lengths = np.linalg.norm(layer.grads["h"][:, 0], axis=-1)
    assert lengths[0] / lengths[-1] == pytest.approx(radius**49, rel=1e-10)
    assert lengths[0] / lengths[-1] == pytest.approx(ratio, rel=1e-3)


def test_a_logistic_network_passes_at_most_a_quarter_at_every_step():
    module = rnnviz.Recurrent(CELLS["elman"]("sigmoid"), 2, 6, dtype=torch.float64)
    initialise.orthogonal(module, torch.Generator().manual_seed(0), gain=2.0)
    layer = rnnviz.record(module, torch.randn(20, 3, 2, dtype=torch.float64), last_step).layers["l0"]
    lengths = np.linalg.norm(layer.grads["h"], axis=-1)
    assert (lengths[0] <= (2.0 / 4) ** 19 * lengths[-1]).all()


@pytest.mark.parametrize("name", [name for name, cell in CELLS.items() if cell.anatomy.reveal])
def test_straight_along_the_memory_an_lstm_multiplies_its_forget_gates(name):
    module = rnnviz.Recurrent(CELLS[name](), 2, 4, dtype=torch.float64)
    with torch.no_grad():
        for key, weight in module.named_parameters():
            if key.startswith(("weight_hh", "weight_c")):
                weight.zero_()  # no other way than the memory
    trace = rnnviz.record(module, torch.randn(8, 1, 2, dtype=torch.float64), last_step)
    whole = products(rnnviz.jacobians(module, trace)[1:], 7)[0, 0, 4:, 4:]
    gates = trace.layers["l0"].gates["f"][1:, 0].prod(0)
    np.testing.assert_allclose(whole, np.diag(gates), atol=1e-14)


def test_a_mingru_steps_back_by_what_it_keeps_and_nothing_else():
    module = rnnviz.Recurrent(CELLS["mingru"](), 3, 4, dtype=torch.float64)
    trace = rnnviz.record(module, torch.randn(5, 2, 3, dtype=torch.float64), last_step)
    z = trace.layers["l0"].gates["z"]
    np.testing.assert_allclose(rnnviz.jacobians(module, trace), (1 - z)[..., None] * np.eye(4), atol=1e-15)
    h = np.zeros((2, 4))
    weight, bias = trace.weights["weight_ih_l0"], trace.weights["bias_ih_l0"]
    for t, x in enumerate(trace.x):
        a, candidate = np.split(x @ weight.T + bias, 2, axis=-1)
        open_ = 1 / (1 + np.exp(-a))
        h = (1 - open_) * h + open_ * candidate
        np.testing.assert_allclose(trace.layers["l0"].states["h"][t], h, atol=1e-14)


def test_z_of_a_gru_keeps_and_z_of_a_mingru_overwrites():
    for name, sign in (("gru", 1), ("mingru", -1)):
        module = rnnviz.Recurrent(CELLS[name](), 2, 3)
        initialise.forget_bias(module, 40.0)
        start = torch.rand(1, 1, 3)
        y, _ = module(torch.randn(5, 1, 2), start)
        torch.testing.assert_close(y[-1:], start)
        rows = [b.symbol for b in module.plan.cell.blocks].index("z") * 3
        assert (module.bias_ih_l0[rows : rows + 3] == 40 * sign).all()


def test_torchs_first_forget_bias_is_near_zero_and_ours_is_what_is_asked():
    module = torch.nn.LSTM(2, 16)
    initialise.forget_bias(module, 1.0)
    torch.testing.assert_close((module.bias_ih_l0 + module.bias_hh_l0)[16:32], torch.ones(16))


def test_chrono_biases_span_the_dependencies():
    module = rnnviz.Recurrent(CELLS["lstm"](), 2, 200)
    initialise.chrono(module, 50, torch.Generator().manual_seed(0))
    i, f = module.bias_ih_l0.detach()[:400].split(200)
    assert torch.equal(i, -f)
    assert f.min() >= 0
    assert f.max() <= np.log(49)
    assert f.exp().mean() == pytest.approx(25, rel=0.1)


@pytest.mark.parametrize("name", [name for name in CELLS if name != "mingru"])
def test_the_spectral_radius_is_exact(name):
    module = rnnviz.Recurrent(CELLS[name](), 2, 7, 2, bidirectional=True, dtype=torch.float64)
    initialise.spectral_radius(module, 1.3)
    for weight in (w for key, w in module.named_parameters() if key.startswith("weight_hh")):
        for block in weight.detach().split(7):
            assert torch.linalg.eigvals(block).abs().max().item() == pytest.approx(1.3, rel=1e-12)


def test_identity_and_default_weights():
    module = rnnviz.Recurrent(CELLS["gru"](), 2, 4)
    initialise.identity(module, 0.5)
    assert torch.equal(module.weight_hh_l0, torch.eye(4).repeat(3, 1) / 2)
    initialise.default(module, torch.Generator().manual_seed(0))
    assert module.weight_hh_l0.abs().max() <= 0.5


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda m: initialise.forget_bias(m, 1.0), "no gate that keeps"),
        (lambda m: initialise.chrono(m, 1, torch.Generator()), "at least 2 steps"),
    ],
)
def test_what_cannot_be_initialised_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(rnnviz.Recurrent(CELLS["elman"](), 2, 3))


def test_singular_values_and_radius_of_a_known_matrix():
    matrices = np.array([[[0.0, 2.0], [0.0, 0.0]], [[np.nan, 0], [0, 0]]])
    np.testing.assert_array_equal(singular_values(matrices)[0], [2, 0])
    assert spectral_radius(matrices)[0] == 0
    assert np.isnan(singular_values(matrices)[1]).all()


def test_a_window_of_steps_is_refused_if_there_are_fewer():
    with pytest.raises(ValueError, match="between 1 and T = 3"):
        products(np.zeros((3, 1, 2, 2)), 4)
