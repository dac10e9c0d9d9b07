"""A record holds what a plain torch loop gives, for every cell there is."""

from contextlib import nullcontext

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.cells import CELLS
from tests.engine import loops
from tests.native_code import without_native_code

T, B, IN, H, OUT = 6, 3, 4, 5, 2
ELMANS = [("elman", activation) for activation in loops.ACTIVATIONS]
EVERY = [*ELMANS, *((name, None) for name in CELLS if name != "elman")]


def setting(name, activation=None):
    """A network, inputs, initial states, a loss, and the plain loop's cell and weights."""
    generator = torch.Generator().manual_seed(3)
    cell = CELLS[name](activation) if activation else CELLS[name]()
    net = rnnviz.Network(cell, IN, H, OUT, generator=generator, dtype=torch.float64)
    x = torch.randn(T, B, IN, generator=generator, dtype=torch.float64)
    states = {s: torch.randn(1, B, H, generator=generator, dtype=torch.float64) for s in cell.states}
    target = torch.randn(T, B, OUT, generator=generator, dtype=torch.float64)
    weights = {n.removesuffix("_l0"): p.detach().clone().requires_grad_() for n, p in net.rnn.named_parameters()}
    plain = loops.CELLS[name] if activation is None else lambda *a: loops.elman(*a, activation=activation)
    return net, x, states, lambda y: ((y - target) ** 2).mean(), plain, weights


def ours(net, x, states, loss):
    state = tuple(states.values())
    return rnnviz.record(net, x, loss, state if len(state) > 1 else state[0])


def stacked(seen, name, what=lambda tensor: tensor):
    return np.stack([what(step[name]).detach().numpy() for step in seen])


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize(("name", "activation"), EVERY)
def test_every_number_is_what_autograd_gives_in_a_plain_loop(name, activation, native):
    net, x, states, loss, plain, weights = setting(name, activation)
    with nullcontext() if native else without_native_code():
        layer = ours(net, x, states, loss).layers["l0"]
    x = x.requires_grad_()
    seen, copies = loops.loop(plain, weights, x, {s: v[0] for s, v in states.items()})
    loss(net.readout(torch.stack([step["h"] for step in seen]))).backward()

    def check(found, expected):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)

    def grad(tensor):
        return torch.zeros_like(tensor) if tensor.grad is None else tensor.grad

    for state in states:
        check(layer.states[state], stacked(seen, state))
        check(layer.grads[state], stacked(seen, state, grad))
        check(layer.initial[state], states[state][0])
    for gate in layer.gates:
        check(layer.gates[gate], stacked(seen, gate))
        check(layer.gate_grads[gate], stacked(seen, gate, grad))
    for block in (b.symbol for b in net.cell.blocks):
        check(layer.preactivations[block], stacked(seen, f"a_{block}"))
        check(layer.preactivation_grads[block], stacked(seen, f"a_{block}", grad))
    for weight in weights:
        check(layer.weight_grad_norms[weight], [float(grad(copy[weight]).norm()) for copy in copies])
    check(layer.x_grad_norms, x.grad.norm(dim=-1))


@pytest.mark.parametrize(("name", "state"), [(n, s) for n, cell in CELLS.items() for s in cell.states])
@pytest.mark.parametrize("t", [0, 3, T - 1])
def test_a_gradient_predicts_a_nudge(name, state, t):
    net, x, states, loss, plain, weights = setting(name)
    trace = ours(net, x, states, loss)
    unit, size = (1, 2), 1e-5

    def loss_after(delta):
        def nudge(step, made, value):
            return value + delta * one if (step, made) == (t, state) else value

        one = torch.zeros(B, H, dtype=torch.float64)
        one[unit] = 1
        seen, _ = loops.loop(plain, weights, x, {s: v[0] for s, v in states.items()}, nudge)
        return loss(net.readout(torch.stack([step["h"] for step in seen]))).item()

    assert loss_after(0) == pytest.approx(trace.loss, rel=1e-12)
    measured = (loss_after(size) - loss_after(-size)) / (2 * size)
    assert measured == pytest.approx(trace.layers["l0"].grads[state][t][unit], rel=1e-6, abs=1e-10)


@pytest.mark.parametrize("name", CELLS)
def test_every_gradient_of_a_deep_network_predicts_a_nudge(name):
    net = rnnviz.Network(CELLS[name](), 2, 3, 2, num_layers=2, bidirectional=True, dtype=torch.float64)
    x = torch.randn(4, 2, 2, dtype=torch.float64, requires_grad=True)
    states = [torch.randn(4, 2, 3, dtype=torch.float64, requires_grad=True) for _ in net.cell.states]

    def run(x, *rest):
        given, values = rest[: len(states)], rest[len(states) :]
        named = dict(zip(dict(net.named_parameters()), values, strict=True))
        return torch.func.functional_call(net, named, (x, given if len(given) > 1 else given[0]))

    parameters = [p.detach().clone().requires_grad_() for p in net.parameters()]
    assert torch.autograd.gradcheck(run, (x, *states, *parameters))


def test_carried_is_what_came_back_from_later_steps():
    net, x, states, loss, *_ = setting("lstm")
    layer = ours(net, x, states, loss).layers["l0"]
    assert not layer.carried["h"][-1].any()
    slope = layer.grads["h"] * layer.gates["o"] * (1 - np.tanh(layer.states["c"]) ** 2)
    np.testing.assert_allclose(layer.grads["c"], layer.carried["c"] + slope, atol=1e-15)


def test_recording_leaves_nothing_behind():
    net, x, states, loss, *_ = setting("gru")
    ours(net, x, states, loss)
    assert all(parameter.grad is None for parameter in net.parameters())


def test_a_record_stays_as_it_is_when_the_buffers_are_used_again():
    net, x, states, loss, *_ = setting("lstm")
    trace = ours(net, x, states, loss)
    before = {name: array.copy() for name, array in trace.layers["l0"].grads.items()} | {"y": trace.y.copy()}
    ours(net, -x, states, loss)
    np.testing.assert_array_equal(trace.y, before["y"])
    np.testing.assert_array_equal(trace.layers["l0"].grads["h"], before["h"])


def test_two_passes_before_one_backward_do_not_disturb_each_other():
    net, x, *_ = setting("lstm")
    whole = torch.autograd.grad((net(x) * net(2 * x)).sum(), list(net.parameters()))
    alone = torch.autograd.grad((net(x) * net(2 * x).detach()).sum(), list(net.parameters()))
    other = torch.autograd.grad((net(x).detach() * net(2 * x)).sum(), list(net.parameters()))
    for a, b, c in zip(whole, alone, other, strict=True):
        torch.testing.assert_close(a, b + c, rtol=0, atol=1e-12)


def test_vanishing_lengths_do_not_vanish_in_single_precision():
    net = rnnviz.Network(CELLS["elman"](), IN, H, OUT, generator=torch.Generator().manual_seed(0))
    trace = rnnviz.record(net, torch.randn(T, B, IN), lambda y: 1e-25 * y.sum())
    layer = trace.layers["l0"]
    assert (layer.weight_grad_norms["weight_ih"] > 0).all()
    assert (layer.x_grad_norms > 0).all()


@pytest.mark.parametrize("name", CELLS)
def test_an_explosion_is_recorded_up_to_where_it_blew(name):
    net = rnnviz.Network(CELLS[name](), IN, H, OUT)
    x = torch.zeros(T, B, IN)
    x[3, 1] = torch.inf
    x[3, 1, 0] = torch.nan
    trace = rnnviz.record(net, x, lambda y: y.sum())
    assert trace.blew_up_at == 3
    assert np.isfinite(trace.layers["l0"].states["h"][:3]).all()


@pytest.mark.parametrize("batch", [1, B])
@pytest.mark.parametrize("name", CELLS)
def test_an_explosion_in_the_backward_pass_warns_of_nothing(name, batch):
    net = rnnviz.Network(CELLS[name](), IN, H, OUT)
    trace = rnnviz.record(net, torch.ones(T, batch, IN), lambda y: y[-1].sum() * torch.inf)
    assert not np.isfinite(trace.layers["l0"].weight_grad_norms["weight_ih"][-1])


def test_a_second_derivative_is_refused():
    net, x, *_ = setting("elman")
    with pytest.raises(RuntimeError, match="cannot be differentiated again"):
        torch.autograd.grad(net(x).sum(), list(net.parameters()), create_graph=True)
