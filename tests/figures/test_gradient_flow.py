import numpy as np
import pytest
import torch
from torch import nn

from rnnviz import record
from rnnviz.figures.gradient_flow import gradient_flow


def last_step(y):
    return y[-1].square().mean()


def line(figure, name):
    return next(np.asarray(trace.y) for trace in figure.data if trace.name == name)


def test_a_linear_network_decays_by_its_radius_at_each_step():
    module = nn.RNN(3, 8, bias=False, dtype=torch.float64)
    trace = record(module, torch.randn(20, 4, 3, dtype=torch.float64) * 1e-6, last_step)  # so small that tanh is linear
    drawn = line(gradient_flow({"mine": trace}), "mine")
    with torch.no_grad():
        module.weight_hh_l0.copy_(0.8 * torch.linalg.qr(module.weight_hh_l0)[0])
    orthogonal = line(
        gradient_flow({"scaled": record(module, torch.randn(20, 4, 3).double() * 1e-6, last_step)}), "scaled"
    )
    assert orthogonal[0] / orthogonal[-1] == pytest.approx(0.8**19, rel=1e-6)
    assert drawn[0] / drawn[-1] != pytest.approx(0.8**19, rel=1e-3)


def test_the_line_is_the_length_of_the_total_gradient_of_a_reader_s_own_lstm():
    module = nn.LSTM(3, 5, num_layers=2)
    trace = record(module, torch.randn(7, 2, 3), last_step)
    for layer in ("l0", "l1"):
        for state in ("h", "c"):
            expected = np.linalg.norm(trace.layers[layer].grads[state], axis=-1).mean(axis=1)
            assert line(gradient_flow({"a": trace}, state, layer), "a") == pytest.approx(expected, rel=1e-6)


def test_the_axis_is_logarithmic_and_what_it_cannot_show_is_a_gap():
    module = nn.RNN(2, 3)
    with torch.no_grad():
        module.weight_hh_l0.zero_()
    figure = gradient_flow({"deaf": record(module, torch.randn(4, 1, 2), last_step)})
    assert figure.layout.yaxis.type == "log"
    drawn = line(figure, "deaf")
    assert np.isnan(drawn[:-1]).all()
    assert drawn[-1] > 0


def test_a_step_is_averaged_over_the_sequences_that_have_it():
    module = nn.GRU(2, 3)
    packed = nn.utils.rnn.pack_sequence([torch.randn(5, 2), torch.randn(2, 2)])
    trace = record(module, packed, lambda y: y.data.square().sum())
    drawn = line(gradient_flow({"packed": trace}), "packed")
    alone = np.linalg.norm(trace.layers["l0"].grads["h"][:, 0], axis=-1)
    assert drawn[2:] == pytest.approx(alone[2:], rel=1e-6)
    assert np.isfinite(drawn).all()
