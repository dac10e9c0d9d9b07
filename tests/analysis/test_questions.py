"""Pairs, influence, Jacobians and truncation against one autograd call for each entry."""

import numpy as np
import pytest
import torch
from torch.nn.functional import mse_loss

import rnnviz
from rnnviz.cells import CELLS

T, B = 5, 2
STACKS = [{}, {"num_layers": 2}, {"num_layers": 2, "bidirectional": True}]


def setting(name, **options):
    generator = torch.Generator().manual_seed(1)
    net = rnnviz.Network(CELLS[name](), 3, 4, 2, generator=generator, dtype=torch.float64, **options)
    x = torch.randn(T, B, 3, generator=generator, dtype=torch.float64)
    target = torch.randn(T, B, 2, generator=generator, dtype=torch.float64)
    return net, x, lambda y: mse_loss(y, target[: len(y)], reduction="none").sum(-1)


@pytest.mark.parametrize("options", STACKS)
@pytest.mark.parametrize("name", CELLS)
def test_every_pair_is_what_a_record_of_that_step_s_loss_gives(name, options):
    net, x, losses = setting(name, **options)
    found = rnnviz.pairs(net, x, losses)
    for k in range(T):
        for part, layer in rnnviz.record(net, x, lambda y, k=k: losses(y)[k].sum()).layers.items():
            for state, gradient in layer.grads.items():
                np.testing.assert_allclose(found[part][state][k], np.linalg.norm(gradient, axis=-1), atol=1e-12)


@pytest.mark.parametrize("options", STACKS)
@pytest.mark.parametrize("name", CELLS)
def test_influence_is_the_length_of_the_whole_jacobian(name, options):
    net, x, _ = setting(name, **options)
    whole = torch.autograd.functional.jacobian(net, x).numpy()
    found, one = rnnviz.influence(net, x), rnnviz.influence(net, x, output=1)
    for k, t, b in np.ndindex(T, T, B):
        assert found[k, t, b] == pytest.approx(np.linalg.norm(whole[k, b, :, t, b]), abs=1e-12)
        assert one[k, t, b] == pytest.approx(np.linalg.norm(whole[k, b, 1, t, b]), abs=1e-12)


@pytest.mark.parametrize("layer", ["l0", "l1", "l1_reverse"])
@pytest.mark.parametrize("name", CELLS)
def test_a_jacobian_is_what_autograd_gives_for_one_step(name, layer):
    net, x, losses = setting(name, num_layers=2, bidirectional=True)
    trace = rnnviz.record(net, x, lambda y: losses(y).sum())
    record, states = trace.layers[layer], net.cell.states
    single = rnnviz.Recurrent(net.cell, record.x.shape[-1], 4, dtype=torch.float64)
    weights = {key: trace.weights[f"rnn.{key.removesuffix('l0')}{layer}"] for key in single.state_dict()}
    single.load_state_dict({key: torch.from_numpy(weight) for key, weight in weights.items()})
    earlier = 1 if layer.endswith("reverse") else -1

    def step(state, t, b):
        given = tuple(part.view(1, 1, -1) for part in state.split(4))
        _, last = single(torch.from_numpy(record.x[t, b]).view(1, 1, -1), given if len(given) > 1 else given[0])
        return torch.cat([part.flatten() for part in (last if isinstance(last, tuple) else (last,))])

    found = rnnviz.jacobians(net, trace, layer)
    for t, b in np.ndindex(T, B):
        before = t + earlier
        past = record.states if 0 <= before < T else {s: v[None] for s, v in record.initial.items()}
        state = torch.from_numpy(np.concatenate([past[s][before if 0 <= before < T else 0, b] for s in states]))
        truth = torch.autograd.functional.jacobian(lambda s, t=t, b=b: step(s, t, b), state)
        np.testing.assert_allclose(found[t, b], truth, atol=1e-12)


def test_the_jacobian_of_a_projected_lstm_and_of_a_packed_batch():
    module = torch.nn.LSTM(3, 4, proj_size=2, dtype=torch.float64)
    x = torch.nn.utils.rnn.pack_sequence([torch.randn(n, 3, dtype=torch.float64) for n in (4, 2)])
    found = rnnviz.jacobians(module, rnnviz.record(module, x, lambda y: y.data.sum()))
    assert found.shape == (4, 2, 6, 6)
    assert np.isfinite(found[:, 0]).all()
    assert np.isnan(found[2:, 1]).all()


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("layers", [1, 2])
def test_truncation_without_overlap_is_detaching_the_state(name, layers):
    net, x, losses = setting(name, num_layers=layers)
    found = rnnviz.truncate(net, x, lambda y: losses(y).sum(), window=2)
    state, loss = None, 0
    target_losses = losses(net(x))
    for start in range(0, T, 2):
        run, last = net.rnn.run(x[start : start + 2], state)
        padded = torch.cat([torch.zeros(start, B, 2, dtype=torch.float64), net.readout(run.y)])
        loss = loss + losses(padded)[start:].sum()
        state = tuple(s.detach() for s in last) if isinstance(last, tuple) else last.detach()
    torch.testing.assert_close(loss, target_losses.sum())
    truth = torch.autograd.grad(loss, list(net.parameters()))
    for a, b in zip(found.gradient.values(), truth, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)
    assert found.cosine < 1
    assert (found.cut["l0"]["h"][0] == 0).all()
    assert (found.cut["l0"]["h"][1:] > 0).all()


def test_overlapping_windows_sum_each_chunk_s_own_gradient():
    net, x, losses = setting("lstm")
    found = rnnviz.truncate(net, x, lambda y: losses(y).sum(), window=3, stride=1)
    truth = [torch.zeros_like(p) for p in net.parameters()]
    for k in range(T):
        first = max(0, k - 2)
        with torch.no_grad():
            state = net.rnn(x[:first])[1] if first else None
        padded = torch.cat([torch.zeros(first, B, 2, dtype=torch.float64), net(x[first : k + 1], state)])
        parts = torch.autograd.grad(losses(padded)[k].sum(), list(net.parameters()))
        truth = [whole + part for whole, part in zip(truth, parts, strict=True)]
    for a, b in zip(found.gradient.values(), truth, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)


def test_a_window_over_everything_cuts_nothing_off():
    net, x, losses = setting("gru")
    found = rnnviz.truncate(net, x, lambda y: losses(y).sum(), window=T)
    assert found.cosine == pytest.approx(1, abs=1e-12)
    assert found.ratio == pytest.approx(1, abs=1e-12)
    assert not found.cut["l0"]["h"].any()


def test_truncation_refuses_what_makes_no_sense():
    net, x, losses = setting("elman", bidirectional=True)
    with pytest.raises(ValueError, match="stride"):
        rnnviz.truncate(net, x, losses, window=2, stride=3)
    with pytest.raises(ValueError, match="also reads from the end"):
        rnnviz.truncate(net, x, lambda y: losses(y).sum(), window=2)
