"""Where a pass blew up, and what is padding: the numbers of a plain torch loop say so, and the lengths."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_sequence

import rnnviz
from rnnviz.cells import CELLS
from rnnviz.figures.gradient_flow import gradient_flow

MODULES = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
H = 3


def one_feature(kind, nan_at=(), steps=10):
    module, x = MODULES[kind](1, H, dtype=torch.float64), torch.randn(steps, 1, 1, dtype=torch.float64)
    x[list(nan_at)] = torch.nan
    return module, x


@pytest.mark.parametrize("at", [0, 5, 9])
@pytest.mark.parametrize("kind", MODULES)
def test_a_nan_in_a_series_of_one_feature_is_no_padding(kind, at):
    module, x = one_feature(kind, [at])
    trace = rnnviz.record(module, x, lambda y: y.sum())
    broken = ~torch.isfinite(module(x)[0]).all(-1).numpy()
    assert trace.blew_up_at == np.flatnonzero(broken.any(1))[0] == at
    assert trace.layers["l0"].active.all()
    assert len([row for row in rnnviz.rows(trace, ("states",)) if row.step == at and row.quantity == "states h"]) == H


@pytest.mark.parametrize("kind", MODULES)
def test_a_jacobian_at_a_nan_is_what_autograd_gives(kind):
    module, x = one_feature(kind, [5])
    found = rnnviz.jacobians(module, rnnviz.record(module, x, lambda y: y.sum()))[:, 0]

    def step(state, t):
        given = tuple(part.view(1, 1, -1) for part in state.split(H))
        _, last = module(x[t : t + 1], given if len(given) > 1 else given[0])
        return torch.cat([part.flatten() for part in (last if isinstance(last, tuple) else (last,))])

    state = torch.zeros(found.shape[-1], dtype=torch.float64)
    for t in range(7):
        truth = torch.autograd.functional.jacobian(lambda s, t=t: step(s, t), state).numpy()
        if t >= 5:
            assert np.isnan(truth[:, :H]).all()
            assert np.isnan(found[t][:, :H]).all()
        else:
            np.testing.assert_allclose(found[t], truth, atol=1e-12)
        state = step(state, t).detach()


def test_a_packed_batch_with_a_nan_in_it_ends_by_its_lengths():
    sequences = [torch.randn(n, 1, dtype=torch.float64) for n in (4, 2, 3)]
    sequences[1][1] = torch.nan
    module = nn.GRU(1, H, dtype=torch.float64)
    trace = rnnviz.record(module, pack_sequence(sequences, enforce_sorted=False), lambda y: y.data.sum())
    wanted = np.arange(4)[:, None] < np.array([4, 2, 3])
    np.testing.assert_array_equal(trace.layers["l0"].active, wanted)
    assert trace.blew_up_at == 1
    shown = {(row.step, row.sequence) for row in rnnviz.rows(trace)}
    assert shown == set(zip(*np.nonzero(wanted), strict=True))


def test_a_sequence_with_a_nan_counts_in_the_picture_of_the_gradient():
    module, x = nn.GRU(1, H, dtype=torch.float64), torch.randn(4, 2, 1, dtype=torch.float64)
    x[3, 0] = torch.nan  # its loss is left out, so its gradient there is 0: half of the mean of two
    trace = rnnviz.record(module, x, lambda y: y[3, 1].square().sum())
    slope = 2 * module(x[:, 1:])[0][3, 0].norm().item()
    drawn = np.array(gradient_flow({"one": trace}).data[0]["y"], float)
    assert drawn[3] == pytest.approx(slope / 2)


def test_the_lengths_are_kept_on_disk(tmp_path):
    module, x = one_feature("lstm", [5])
    rnnviz.save(rnnviz.record(module, x, lambda y: y.sum()), tmp_path / "pass.npz")
    back = rnnviz.load(tmp_path / "pass.npz")
    assert back.layers["l0"].active.all()
    assert back.blew_up_at == 5


@pytest.mark.parametrize("name", CELLS)
def test_a_gradient_that_overflows_is_seen_though_every_state_is_finite(name):
    module = rnnviz.Recurrent(CELLS[name](), 2, H, dtype=torch.float64)
    x = torch.randn(6, 2, 2, dtype=torch.float64)
    trace = rnnviz.record(module, x, lambda y: y[2, 0, 0] * 1e300 * 1e10)
    assert np.isfinite(trace.y).all()
    assert trace.blew_up_at == 2


def test_a_gradient_that_grows_without_bound_is_seen_where_the_way_back_met_it():
    module = nn.RNN(1, 1, nonlinearity="relu", dtype=torch.float64)
    with torch.no_grad():
        for parameter, value in zip(module.parameters(), (1.0, 1e100, 0.0, 0.0), strict=True):
            parameter.fill_(value)
    x = torch.zeros(9, 1, 1, dtype=torch.float64)
    state = torch.tensor([[[1e-290]]], dtype=torch.float64)  # × 1e100 a step: finite up to step 4
    trace = rnnviz.record(module, x[:4], lambda y: y[-1].sum() * 1e20, state)
    assert np.isfinite(trace.y).all()
    assert trace.layers["l0"].grads["h"].ravel().tolist() == pytest.approx([np.inf, 1e220, 1e120, 1e20])
    assert trace.blew_up_at == 0


def test_in_a_reverse_direction_the_way_back_begins_at_the_first_step():
    module, x = nn.GRU(2, H, bidirectional=True, dtype=torch.float64), torch.randn(6, 1, 2, dtype=torch.float64)
    trace = rnnviz.record(module, x, lambda y: y[2, 0, H] * 1e300 * 1e10)  # of the reverse direction
    assert trace.blew_up_at == 2


def test_logits_that_overflow_are_seen():
    net = rnnviz.Network(CELLS["gru"](), 2, H, 2, dtype=torch.float64)
    x = torch.randn(4, 1, 2, dtype=torch.float64)
    with torch.no_grad():
        net.readout.weight[:] = 1e308 * net.rnn(x)[0][2, 0].sign()
        net.readout.bias.fill_(1.79e308)
        expected = ~torch.isfinite(net(x)).all(-1).numpy()
    assert expected[2]
    trace = rnnviz.record(net, x, lambda y: (0 * y.nan_to_num()).sum())
    assert np.isfinite(trace.layers["l0"].grads["h"]).all()
    assert trace.blew_up_at == np.flatnonzero(expected)[0]


def test_what_is_shown_of_a_record_fits_on_a_line():
    net = rnnviz.Network(CELLS["lstm"](), 4, 5, 2)
    trace = rnnviz.record(net, torch.randn(6, 3, 4), lambda y: y.square().sum() * 0)
    assert repr(trace) == "Trace(loss 0; x (6, 3, 4), y (6, 3, 2); layers l0)"
    assert repr(trace.layers["l0"]) == "LayerTrace(T=6, B=3, I=4, H=5; states h, c; gates i, f, g, o)"
    history = rnnviz.train(net, torch.randn(6, 3, 4), lambda y: y.square().sum() * 0, updates=3, snapshots=(1, 3))
    assert repr(history) == "History(3 updates; loss 0 to 0; 2 snapshots, 1 to 3)"
