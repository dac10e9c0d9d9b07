"""Watching a reader's own training changes nothing and sees everything."""

import copy
import weakref

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

import rnnviz
from rnnviz.cells import CELLS

DTYPES = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
WAYS = [
    {},
    {"num_layers": 2, "bidirectional": True, "dropout": 0.3},
    {"num_layers": 2, "batch_first": True, "dropout": 0.3},
    {"num_layers": 2, "packed": True, "dropout": 0.3, "bidirectional": True},
]


class Reader(nn.Module):
    """A model as a reader writes it."""

    def __init__(self, rnn):
        super().__init__()
        self.rnn = rnn
        self.head = nn.LazyLinear(2, dtype=rnn.bias_ih_l0.dtype)

    def forward(self, x):
        y, _ = self.rnn(x)
        y = y.data if isinstance(y, PackedSequence) else y
        self.seen = y.detach()
        return self.head(y)


def made(rnn, *, packed=False, batch_first=False):
    torch.manual_seed(1)
    model = Reader(rnn)
    x = torch.randn((4, 6, 3) if batch_first else (6, 4, 3), dtype=rnn.bias_ih_l0.dtype)
    x = pack_padded_sequence(x, torch.tensor([2, 6, 1, 5]), enforce_sorted=False) if packed else x
    model(x)
    return model, x


def trained(model, x, updates=40):
    torch.manual_seed(2)
    optimizer, losses = torch.optim.Adam(model.parameters(), 1e-2), []
    for _ in range(updates):
        optimizer.zero_grad()
        out = model(x)
        loss = (out**2).mean() - out.mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way) or "plain")
@pytest.mark.parametrize("kind", DTYPES)
def test_forty_updates_are_the_same_bit_for_bit(kind, way):
    way = dict(way)
    packed = way.pop("packed", False)
    model, x = made(DTYPES[kind](3, 5, **way), packed=packed, batch_first=way.get("batch_first", False))
    check_untouched(model, x)


@pytest.mark.parametrize("name", CELLS)
def test_forty_updates_of_our_own_modules_are_the_same_bit_for_bit(name):
    model, x = made(rnnviz.Recurrent(CELLS[name](), 3, 5, 2))
    check_untouched(model, x)


def test_forty_updates_of_a_projected_lstm_are_the_same_bit_for_bit():
    check_untouched(*made(nn.LSTM(3, 5, 2, proj_size=2, dtype=torch.float64)))


def check_untouched(model, x):
    watched = copy.deepcopy(model)
    expected = trained(model, x)
    with rnnviz.watch(watched, every=10) as history:
        assert trained(watched, x) == expected
    for a, b in zip(model.state_dict().values(), watched.state_dict().values(), strict=True):
        assert torch.equal(a, b)
    assert list(history.snapshots) == [0, 10, 20, 30]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way) or "plain")
@pytest.mark.parametrize("kind", DTYPES)
def test_what_was_seen_is_what_a_record_of_that_pass_holds(kind, way):
    way = dict(way)
    packed, first = way.pop("packed", False), way.get("batch_first", False)
    model, x = made(DTYPES[kind](3, 5, **way).double(), packed=packed, batch_first=first)
    with rnnviz.watch(model) as history:
        trained(model, x, updates=1)
    again, _ = made(DTYPES[kind](3, 5, **way).double(), packed=packed, batch_first=first)
    seen = history.snapshots[0]
    again.rnn.load_state_dict({k: torch.from_numpy(w) for k, w in seen.weights.items()})

    def loss(y):
        out = again.head(y.data if isinstance(y, PackedSequence) else y)
        return (out**2).mean() - out.mean()

    torch.manual_seed(2)
    expected = rnnviz.record(again.rnn, x, loss)
    np.testing.assert_array_equal(seen.y, expected.y)
    for part, layer in expected.layers.items():
        np.testing.assert_allclose(seen.layers[part].grads["h"], layer.grads["h"], atol=1e-12)
    real = model.seen.numpy()
    if packed:
        np.testing.assert_allclose(np.sort(seen.y[~np.isnan(seen.y)]), np.sort(real.ravel()), atol=1e-12)
    else:
        np.testing.assert_allclose(seen.y, real.swapaxes(0, 1) if first else real, atol=1e-12)


def test_several_modules_are_told_apart():
    model = nn.ModuleDict({"a": nn.GRU(2, 3), "b": nn.LSTM(3, 4)})
    with rnnviz.watch(model) as history:
        model["b"](model["a"](torch.randn(5, 1, 2))[0])[0].sum().backward()
    assert history.modules["a"][0].layers["l0"].grads["h"].any()
    assert "c" in history.modules["b"][0].layers["l0"].grads
    with pytest.raises(AttributeError, match="modules"):
        _ = history.snapshots


def test_a_pass_without_gradients_does_not_count():
    model = nn.GRU(2, 3)
    with rnnviz.watch(model) as history, torch.no_grad():
        model(torch.randn(5, 1, 2))
    assert not history.snapshots


def test_nothing_stays_in_the_model():
    model = nn.GRU(2, 3)
    with rnnviz.watch(model):
        pass
    assert not model._forward_hooks
    assert not model._forward_pre_hooks


@pytest.mark.parametrize("model", [nn.Linear(2, 3), nn.GRU(2, 3, device="meta")])
def test_what_cannot_be_watched_is_refused_at_once(model):
    with pytest.raises(TypeError, match=r"."), rnnviz.watch(model):
        pass


def test_a_network_of_ours_is_watched_and_keeps_its_mode():
    net, x = rnnviz.Network(CELLS["gru"](), 3, 5, 4, num_layers=2), torch.ones(4, 2, 3)
    with rnnviz.watch(net) as history:
        net(x).square().sum().backward()
    assert net.rnn.training
    wanted = rnnviz.record(net, x, lambda y: y.square().sum())
    np.testing.assert_allclose(history.snapshots[0].layers["l0"].grads["h"], wanted.layers["l0"].grads["h"], rtol=1e-5)


def test_of_how_many_passes_one_is_recorded_is_positive():
    with pytest.raises(ValueError, match="1 or more, not 0"), rnnviz.watch(nn.GRU(2, 3), every=0):
        pass


@pytest.mark.parametrize("kind", DTYPES)
def test_outputs_may_be_changed_in_place(kind):
    module, x = DTYPES[kind](3, 5, dtype=torch.float64), torch.randn(6, 2, 3, dtype=torch.float64)
    with rnnviz.watch(module) as history:
        y, _ = module(x)
        y[2] = 0
        y.mul_(2).square().sum().backward()

    def loss(y):
        keep = torch.ones(6, 1, 1, dtype=torch.float64)
        keep[2] = 0
        return (2 * y * keep).square().sum()

    wanted = rnnviz.record(module, x, loss).layers["l0"].grads["h"]
    np.testing.assert_allclose(history.snapshots[0].layers["l0"].grads["h"], wanted, atol=1e-14)


def test_two_backward_passes_through_one_graph_add_up():
    module, x = nn.LSTM(3, 5, dtype=torch.float64), torch.randn(6, 2, 3, dtype=torch.float64)
    with rnnviz.watch(module) as history:
        y, (h, _) = module(x)
        y[:3].square().sum().backward(retain_graph=True)
        (y[3:].square().sum() + h.sum()).backward()
    wanted = rnnviz.record(module, x, lambda y: y.square().sum() + y[-1].sum())
    seen = history.snapshots[0].layers["l0"]
    np.testing.assert_allclose(seen.grads["c"], wanted.layers["l0"].grads["c"], atol=1e-14)
    for name, norms in wanted.layers["l0"].weight_grad_norms.items():
        np.testing.assert_allclose(seen.weight_grad_norms[name], norms, atol=1e-13)


def test_weights_that_are_put_in_later_are_followed():
    module, x = nn.GRU(3, 5, dtype=torch.float64), torch.randn(6, 2, 3, dtype=torch.float64)
    other = nn.GRU(3, 5, dtype=torch.float64)
    with rnnviz.watch(module) as history:
        module.load_state_dict({k: v.clone() for k, v in other.state_dict().items()}, assign=True)
        module(x)[0].square().sum().backward()
    wanted = rnnviz.record(other, x, lambda y: y.square().sum())
    np.testing.assert_allclose(history.snapshots[0].y, wanted.y, atol=1e-15)
    np.testing.assert_array_equal(history.snapshots[0].weights["weight_hh_l0"], wanted.weights["weight_hh_l0"])


def test_a_copy_of_a_watched_model_is_not_watched():
    model, x = nn.ModuleList([nn.GRU(3, 5)]), torch.randn(6, 2, 3)
    with rnnviz.watch(model) as history:
        twin = copy.deepcopy(model)
        twin[0](x)[0].sum().backward()
        assert not history.snapshots
        model[0](x)[0].sum().backward()
    twin[0](x)[0].sum().backward()
    assert list(history.snapshots) == [0]


def test_a_model_that_becomes_unreadable_says_so_before_the_backward_pass():
    module = nn.GRU(3, 5)
    with rnnviz.watch(module), pytest.raises(TypeError, match=r"not in torch\.bfloat16"):
        module.bfloat16()(torch.randn(6, 2, 3, dtype=torch.bfloat16))


@pytest.mark.parametrize("mode", ["train", "eval"])
def test_dropout_follows_the_mode_at_the_time_of_the_pass(mode):
    module, x = nn.GRU(3, 5, 2, dropout=0.5, dtype=torch.float64), torch.randn(6, 2, 3, dtype=torch.float64)
    with rnnviz.watch(module) as history:
        getattr(module, mode)()
        y, _ = module(x)
        module.train(mode != "train")
        y.square().sum().backward()
    np.testing.assert_allclose(history.snapshots[0].y, y.detach().numpy(), atol=1e-14)


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("make", [lambda: nn.LSTM(3, 5), lambda: rnnviz.Recurrent(CELLS["lstm"](), 3, 5)])
def test_a_pass_that_is_over_holds_nothing(make, back):
    module, seen = make(), []
    with rnnviz.watch(module):
        for _ in range(3):
            x = torch.randn(6, 2, 3)
            seen.append(weakref.ref(x))
            loss = module(x)[0].sum()
            if back:
                loss.backward()
            del x, loss
        assert [ref() for ref in seen] == [None] * 3


@pytest.mark.parametrize("kind", DTYPES)
def test_a_backward_pass_may_begin_at_the_outputs(kind):
    module, x = DTYPES[kind](3, 5), torch.randn(6, 2, 3)
    with rnnviz.watch(module) as history:
        y, _ = module(x)
        y.backward(torch.ones_like(y))
        y, _ = module(x)
        torch.autograd.grad(y, list(module.parameters()), torch.ones_like(y))
    assert list(history.snapshots) == [0, 1]
