"""Where numbers end: infinities, tiny gradients, other sizes, frozen and foreign weights."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import prune
from torch.nn.utils.rnn import pack_padded_sequence

import rnnviz
from rnnviz.cells import CELLS
from rnnviz.records.recording import trace_of


@pytest.mark.parametrize("batch", [1, 2])
def test_an_infinity_stays_with_the_weight_that_has_it(batch):
    module = nn.RNN(2, 3, nonlinearity="relu")
    with torch.no_grad():
        for parameter, value in zip(module.parameters(), (1.0, 1e25, 0.0, 0.0), strict=True):
            parameter.fill_(value)
    layer = rnnviz.record(module, torch.ones(4, batch, 2), lambda y: y[-1].sum()).layers["l0"]
    assert np.isfinite(layer.weight_grad_norms["weight_ih"][2:]).all()
    assert np.isinf(layer.weight_grad_norms["weight_ih"][:2]).all()
    assert not np.isnan(layer.weight_grad_norms["bias_hh"]).any()


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_smallest_and_largest_gradients_have_lengths(batch, dtype):
    module = nn.LSTM(2, 3, dtype=dtype)
    x = torch.ones(4, batch, 2, dtype=dtype)
    one, *others = (
        rnnviz.record(module, x, lambda y, by=by: (y * by).sum()).layers["l0"]
        for by in (1.0, *((1e-170, 1e160) if dtype == torch.float64 else (1e-28, 1e28)))
    )
    for by, layer in zip((1e-170, 1e160) if dtype == torch.float64 else (1e-28, 1e28), others, strict=True):
        for weight, norms in one.weight_grad_norms.items():
            np.testing.assert_allclose(layer.weight_grad_norms[weight] / by, norms, rtol=2e-5)
        np.testing.assert_allclose(layer.x_grad_norms / by, one.x_grad_norms, rtol=2e-5)


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "sgd"])
def test_a_frozen_weight_stays_and_the_others_are_trained(optimizer):
    net = rnnviz.Network(CELLS["lstm"](), 2, 3, 2)
    net.rnn.get_parameter("bias_ih_l0").requires_grad_(requires_grad=False)
    before = {name: weight.clone() for name, weight in net.named_parameters()}
    rnnviz.train(net, torch.ones(3, 1, 2), lambda y: y.square().sum(), updates=2, optimizer=optimizer)
    moved = {name for name, weight in net.named_parameters() if not torch.equal(weight, before[name])}
    assert moved == before.keys() - {"rnn.bias_ih_l0"}


def test_a_network_of_frozen_weights_is_recorded_like_any_other():
    module, x = nn.GRU(2, 3, dtype=torch.float64), torch.randn(4, 2, 2, dtype=torch.float64)
    free = rnnviz.record(module, x, lambda y: y.square().sum()).layers["l0"]
    frozen = rnnviz.record(module.requires_grad_(requires_grad=False), x, lambda y: y.square().sum()).layers["l0"]
    np.testing.assert_array_equal(frozen.grads["h"], free.grads["h"])


@pytest.mark.parametrize("make", [lambda: nn.LSTM(2, 3), lambda: rnnviz.Recurrent(CELLS["lstm"](), 2, 3)])
@pytest.mark.parametrize(
    "change", [torch.nn.utils.parametrizations.weight_norm, lambda m, name: prune.l1_unstructured(m, name, 0.5)]
)
def test_weights_made_of_other_weights_are_refused(make, change):
    module = change(make(), "weight_hh_l0")
    with pytest.raises(TypeError, match="made of others, by a parametrisation or pruning: remove that first"):
        rnnviz.record(module, torch.ones(2, 1, 2), lambda y: y.sum())


def test_inputs_and_states_of_another_size_are_refused():
    net = rnnviz.Recurrent(CELLS["lstm"](), 2, 3)
    with pytest.raises(ValueError, match="1 features; this module reads 2"):
        net(torch.ones(4, 2, 1))
    with pytest.raises(ValueError, match=r"state h has shape \(1, 1, 3\); these inputs need \(1, 2, 3\)"):
        net(torch.ones(4, 2, 2), (torch.zeros(1, 1, 3), torch.zeros(1, 2, 3)))
    with pytest.raises(ValueError, match="starts from h and c, not from 1 states"):
        net(torch.ones(4, 2, 2), torch.zeros(1, 2, 3))
    for shape in ((2,), (4, 2, 1, 2)):
        with pytest.raises(ValueError, match="two or three axes"):
            net(torch.ones(shape))


def test_mixed_types_of_number_are_refused():
    net, x = rnnviz.Recurrent(CELLS["lstm"](), 2, 3), torch.ones(4, 2, 2)
    net(x)  # buffers bound to these weights must not hide that they change
    states = torch.zeros(1, 2, 3), torch.zeros(1, 2, 3, dtype=torch.float64)
    with pytest.raises(TypeError, match=r"state c is torch\.float64 on cpu; the inputs are torch\.float32"):
        net(x, states)
    with pytest.raises(TypeError, match="weight_ih_l0 is float32; the inputs are float64"):
        net(x.double())
    with pytest.raises(TypeError, match="weight_ih_l0 is float64; the inputs are float32"):
        rnnviz.record(net.double(), x, lambda y: y.sum())
    with pytest.raises(TypeError, match=r"not in torch\.bfloat16"):
        rnnviz.record(nn.GRU(2, 3, dtype=torch.bfloat16), x, lambda y: y.sum())


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"hidden_size": 0}, "hidden_size is 1 or more, not 0"),
        ({"num_layers": 0}, "num_layers is 1 or more, not 0"),
        ({"proj_size": 3}, "proj_size is below hidden_size, 3, or 0, not 3"),
        ({"dropout": 1.5}, "dropout is a probability, from 0 to 1, not 1.5"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        rnnviz.Recurrent(CELLS["lstm"](), **{"input_size": 2, "hidden_size": 3} | options)


@pytest.mark.parametrize("packed", [False, True])
def test_dropout_can_drop_everything(packed):
    net, theirs = rnnviz.Recurrent(CELLS["lstm"](), 2, 3, 2, dropout=1.0), nn.LSTM(2, 3, 2, dropout=1.0)
    theirs.load_state_dict(net.state_dict())
    x = torch.randn(4, 2, 2)
    x = pack_padded_sequence(x, [4, 2]) if packed else x
    ours, wanted = net(x)[0], theirs(x)[0]
    torch.testing.assert_close(ours.data, wanted.data)


def test_a_record_is_made_where_torch_makes_no_graphs():
    module, x = nn.GRU(2, 3, dtype=torch.float64), torch.randn(4, 2, 2, dtype=torch.float64)
    wanted = rnnviz.record(module, x, lambda y: y.square().sum()).layers["l0"].grads["h"]
    pairs = rnnviz.pairs(module, x, lambda y: y.square().sum(-1))["l0"]["h"]
    for mode in (torch.no_grad, torch.inference_mode):
        with mode():
            given = x.clone()
            found = rnnviz.record(module, given, lambda y: y.square().sum()).layers["l0"].grads["h"]
            np.testing.assert_array_equal(found, wanted)
            np.testing.assert_array_equal(rnnviz.pairs(module, given, lambda y: y.square().sum(-1))["l0"]["h"], pairs)


def test_a_gradient_that_torch_has_yet_to_negate_is_read():
    net, x = rnnviz.Recurrent(CELLS["lstm"](), 2, 3), torch.randn(4, 1, 2)
    (found,), (wanted,) = (
        torch.autograd.grad(loss(net(x)[0]), [net.weight_ih_l0])
        for loss in (lambda y: torch.complex(y, y).conj().imag.sum(), lambda y: -y.sum())
    )
    torch.testing.assert_close(found, wanted)


def test_a_network_with_a_forward_of_its_own_is_not_recorded_as_another():
    class Doubled(rnnviz.Network):
        def forward(self, x, state=None):
            return 2 * super().forward(x, state)

    net, x = Doubled(CELLS["gru"](), 2, 3, 2), torch.ones(4, 1, 2)
    with pytest.raises(TypeError, match=r"Doubled has a forward of its own, which only rnnviz\.watch follows"):
        rnnviz.record(net, x, lambda y: y.sum())
    with rnnviz.watch(net) as history:
        net(x).sum().backward()
    assert history.snapshots[0].layers["l0"].grads["h"].any()


@pytest.mark.parametrize("shape", [(0, 2, 2), (4, 0, 2)])
def test_empty_inputs_are_refused(shape):
    with pytest.raises(ValueError, match="give at least one step of one sequence"):
        rnnviz.Recurrent(CELLS["lstm"](), 2, 3)(torch.ones(shape))


@pytest.mark.parametrize("name", ["gru", "mingru"])
def test_a_projection_is_refused_where_h_is_the_memory(name):
    with pytest.raises(ValueError, match="leave proj_size out"):
        rnnviz.Recurrent(CELLS[name](), 2, 3, proj_size=1)


def test_a_second_backward_pass_is_recorded_anew():
    net, x = rnnviz.Network(CELLS["lstm"](), 2, 3, 2), torch.ones(4, 2, 2)
    run, _ = net.rnn.run(x, record=True)
    y = net.readout(run.y)
    y.sum().backward(retain_graph=True)
    first = trace_of({}, run, y, 0).layers["l0"]
    (4 * y.sum()).backward()
    second = trace_of({}, run, y, 0).layers["l0"]
    np.testing.assert_allclose(second.gate_grads["f"], 4 * first.gate_grads["f"], rtol=1e-5)
    np.testing.assert_allclose(second.x_grad_norms, 4 * first.x_grad_norms, rtol=1e-5)


def test_pairs_of_a_shorter_sequence_end_with_it():
    module = nn.LSTM(2, 3, dtype=torch.float64)
    x = torch.randn(4, 2, 2, dtype=torch.float64)
    whole = rnnviz.pairs(module, x[:2, 1:], lambda y: y.square().sum(-1))["l0"]["h"]
    packed = rnnviz.pairs(module, pack_padded_sequence(x, [4, 2]), lambda y: y.square().sum(-1))["l0"]["h"]
    np.testing.assert_allclose(packed[:2, :2, 1], whole[:, :, 0], atol=1e-15)
    assert np.isnan(packed[2:, :, 1]).all()
    assert np.isnan(packed[:, 2:, 1]).all()
    assert not np.isnan(packed[:, :, 0]).any()


@pytest.mark.parametrize("loss", [lambda y: y.sum(2), lambda y: y.square().sum(2)])
def test_pairs_leave_what_torch_gives_as_it_is(loss):
    """A plain sum's gradient is one number, stretched: writing to a part of it writes to all."""
    module = nn.LSTM(2, 3, dtype=torch.float64)
    x = torch.randn(4, 2, 2, dtype=torch.float64)
    packed = rnnviz.pairs(module, pack_padded_sequence(x, [4, 2]), loss)["l0"]["h"]
    for b, steps in enumerate((4, 2)):
        alone = rnnviz.pairs(module, x[:steps, b : b + 1], loss)["l0"]["h"]
        assert alone[-1].any()
        np.testing.assert_allclose(packed[:steps, :steps, b], alone[:, :, 0], atol=1e-15)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_influence_of_a_shorter_sequence_ends_with_it(bidirectional):
    module = nn.LSTM(2, 3, 2, bidirectional=bidirectional, dtype=torch.float64)
    x = torch.randn(4, 2, 2, dtype=torch.float64)
    packed = rnnviz.influence(module, pack_padded_sequence(x, [4, 2]))
    for b, steps in enumerate((4, 2)):
        alone = rnnviz.influence(module, x[:steps, b : b + 1])
        np.testing.assert_allclose(packed[:steps, :steps, b], alone[:, :, 0], atol=1e-15)
        assert np.isnan(packed[steps:, :, b]).all()
        assert np.isnan(packed[:, steps:, b]).all()


@pytest.mark.parametrize(("steps", "batch"), [(3, 2), (64, 2), (50, 5), (7, 40)])
def test_sums_over_groups_of_steps_are_the_sums(steps, batch):
    net = rnnviz.Recurrent(CELLS["gru"](), 2, 3, dtype=torch.float64)
    run, _ = net.run(torch.randn(steps, batch, 2, dtype=torch.float64))
    run.y.square().sum().backward()
    part = run.call.stack.parts["l0"]
    for grouped in (False, True):
        for name, gradient in part.weight_gradients(grouped=grouped).items():
            np.testing.assert_allclose(gradient[0], net.get_parameter(f"{name}_l0").grad, rtol=1e-11, atol=1e-13)


def test_weights_of_another_size_are_refused_and_leave_the_buffers_to_their_owner():
    nets = [rnnviz.Recurrent(CELLS["lstm"](), 2, 3, 2) for _ in range(2)]
    x = torch.ones(4, 2, 2)
    before = nets[0](x)[0].detach()
    nets[1].weight_ih_l1 = torch.nn.Parameter(torch.zeros(12, 1))
    with pytest.raises(ValueError, match=r"weight_ih_l1 has shape \(12, 1\); this module needs \(12, 3\)"):
        nets[1](x)
    np.testing.assert_array_equal(nets[0](x)[0].detach(), before)


def test_a_tiny_share_of_the_first_step_is_measured_in_a_family_as_alone():
    nets = [rnnviz.Network(CELLS["elman"](), 3, 8, 3, generator=torch.Generator().manual_seed(k)) for k in range(2)]
    for net in nets:
        with torch.no_grad():
            net.rnn.weight_hh_l0 *= 0.15
    x = torch.randn(32, 3, 3, generator=torch.Generator().manual_seed(5))
    together = rnnviz.record_family(nets, x, lambda y: y[-1].square().sum())
    for net, trace in zip(nets, together, strict=True):
        alone = rnnviz.record(net, x, lambda y: y[-1].square().sum())
        for name, norms in alone.layers["l0"].weight_grad_norms.items():
            np.testing.assert_allclose(trace.layers["l0"].weight_grad_norms[name], norms, rtol=1e-4, err_msg=name)
        assert alone.layers["l0"].weight_grad_norms["weight_ih"][0] < 1e-20
