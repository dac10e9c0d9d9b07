"""Training: torch's optimisers, snapshots, clipping, resuming, blowing up, families."""

import copy
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

import rnnviz
from rnnviz.cells import CELLS
from rnnviz.engine.pool import Pool, Store
from rnnviz.engine.truncation import Truncation

T, B = 7, 2


def setting(name="lstm", seed=0, dtype=torch.float32, steps=T):
    generator = torch.Generator().manual_seed(seed)
    net = rnnviz.Network(CELLS[name](), 5, 6, 5, generator=generator, dtype=dtype)
    ids = torch.randint(5, (T + 1, B), generator=torch.Generator().manual_seed(9))
    x = torch.nn.functional.one_hot(ids[:-1], 5).to(dtype)[:steps]
    return net, x, lambda y: cross_entropy(y.flatten(0, 1), ids[1 : len(y) + 1].flatten())


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop"])
def test_training_is_torchs(optimizer):
    net, x, loss_fn = setting(dtype=torch.float64)
    plain = torch.nn.LSTM(5, 6, dtype=torch.float64)
    plain.load_state_dict(net.rnn.state_dict())
    readout = copy.deepcopy(net.readout)
    parameters = [*plain.parameters(), *readout.parameters()]
    options = {} if optimizer == "adam" else {"momentum": 0.9}
    theirs = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD, "rmsprop": torch.optim.RMSprop}[optimizer]
    theirs = theirs(parameters, lr=0.02, **options)
    losses, norms = [], []
    for _ in range(6):
        theirs.zero_grad()
        loss = loss_fn(readout(plain(x)[0]))
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(parameters, 0.2).item())
        losses.append(loss.item())
        theirs.step()
    history = rnnviz.train(net, x, loss_fn, updates=5, optimizer=optimizer, lr=0.02, max_norm=0.2, **options)
    np.testing.assert_allclose(history.losses, losses, rtol=1e-5)
    np.testing.assert_allclose(history.grad_norms, norms, rtol=1e-4)
    assert (history.clipped_norms <= 0.2).all()


def test_a_snapshot_is_the_pass_at_the_parameters_after_so_many_updates():
    net, x, loss_fn = setting()
    again = copy.deepcopy(net)
    history = rnnviz.train(net, x, loss_fn, updates=4, lr=0.05, snapshots=(0, 3))
    assert list(history.snapshots) == [0, 3]
    rnnviz.train(again, x, loss_fn, updates=3, lr=0.05)
    trace = rnnviz.record(again, x, loss_fn)
    assert trace.loss == history.losses[3] == history.snapshots[3].loss
    np.testing.assert_array_equal(trace.layers["l0"].grads["h"], history.snapshots[3].layers["l0"].grads["h"])
    np.testing.assert_array_equal(trace.weights["readout.bias"], history.snapshots[3].weights["readout.bias"])


@pytest.mark.parametrize("name", CELLS)
def test_a_seed_fixes_every_bit_and_snapshots_change_none(name):
    runs = []
    for snapshots in ((), range(6), (2,)):
        torch.manual_seed(len(runs))  # the global generator has no say
        net, x, loss_fn = setting(name, seed=4)
        runs.append((rnnviz.train(net, x, loss_fn, updates=5, snapshots=snapshots).losses, net.state_dict()))
    for losses, weights in runs[1:]:
        np.testing.assert_array_equal(losses, runs[0][0])
        assert all(torch.equal(weights[key], weight) for key, weight in runs[0][1].items())


def test_a_training_goes_on_where_it_stopped():
    net, x, loss_fn = setting()
    other = copy.deepcopy(net)
    whole = rnnviz.train(net, x, loss_fn, updates=6, lr=0.05)
    training = rnnviz.Training(other, x, loss_fn, rnnviz.Settings(lr=0.05))
    first, second = training.run(2), training.run(4)
    np.testing.assert_array_equal(whole.losses, [*first.losses, *second.losses[1:]])


def test_a_threshold_and_a_rate_can_change_between_runs():
    net, x, loss_fn = setting()
    training = rnnviz.Training(net, x, loss_fn, rnnviz.Settings(lr=0.05))
    assert (training.run(2).cosines == 1).all()
    training.settings = rnnviz.Settings(lr=1e-9, max_norm=0.01)
    history = training.run(2)
    assert history.clipped_norms == pytest.approx(0.01)
    assert history.losses == pytest.approx(history.losses[0], abs=1e-6)


def test_training_stops_at_a_condition():
    net, x, loss_fn = setting()
    history = rnnviz.train(net, x, loss_fn, updates=200, lr=0.1, stop=lambda loss, _: loss < 0.5)
    assert history.losses[-1] < 0.5 <= history.losses[-2]


def test_a_training_that_blows_up_ends_there_and_is_recorded_up_to_there():
    net, x, loss_fn = setting("elman")
    history = rnnviz.train(net, x, lambda y: (y**2).sum() * 1e8, updates=50, optimizer="sgd", lr=1e10)
    assert history.blew_up_at == len(history.losses) - 1 < 50
    assert list(history.snapshots) == [history.blew_up_at]
    assert loss_fn(net(x)).isnan() or history.snapshots[history.blew_up_at].loss == np.inf


@pytest.mark.parametrize(("name", "value"), [("optimizer", "adamw"), ("lr", 0.0), ("max_norm", -1.0)])
def test_settings_out_of_range_are_refused(name, value):
    with pytest.raises(ValueError, match=f"{value}"):
        rnnviz.Settings(**{name: value})


def test_clipping_by_norm_keeps_the_direction_and_by_value_bends_it():
    weight = torch.zeros(2, requires_grad=True)
    weight.grad = torch.tensor([3.0, 4.0])
    assert rnnviz.clip([weight], max_norm=10) == (5, 5, 1, False)
    assert rnnviz.clip([weight], max_norm=1) == pytest.approx((5, 1, 1, True))
    torch.testing.assert_close(weight.grad, torch.tensor([0.6, 0.8]))
    weight.grad = torch.tensor([3.0, 4.0])
    before, after, cosine, fired = rnnviz.clip([weight], clip_value=1)
    assert (before, fired) == (5, True)
    assert after == pytest.approx(2**0.5)
    assert cosine == pytest.approx(7 / (5 * 2**0.5))


def test_a_gradient_that_is_not_finite_is_left_to_be_seen():
    weight = torch.zeros(2, requires_grad=True)
    weight.grad = torch.tensor([torch.inf, 1.0])
    assert rnnviz.clip([weight], max_norm=1).before == np.inf
    assert weight.grad[0] == torch.inf


def test_truncated_training_uses_the_truncated_gradient():
    net, x, loss_fn = setting(dtype=torch.float64)
    truth = rnnviz.truncate(net, x, loss_fn, window=2)
    rnnviz.train(net, x, loss_fn, updates=0, truncation=Truncation(2, 2))
    for name, parameter in net.named_parameters():
        np.testing.assert_allclose(parameter.grad, truth.gradient[name], atol=1e-14)


CLIPPINGS = [{}, {"max_norm": 0.1}, {"clip_value": 0.01}, {"max_norm": 0.05, "clip_value": 0.02}]


@pytest.mark.parametrize("name", CELLS)
def test_a_family_is_its_members_trained_one_by_one(name):
    members = [setting(name, seed=k, dtype=torch.float64)[0] for k in range(4)]
    alone = copy.deepcopy(members)
    _, x, loss_fn = setting(name, dtype=torch.float64)
    each = [rnnviz.Settings(lr=0.05, **clipping) for clipping in CLIPPINGS]
    together = rnnviz.train_family(members, x, loss_fn, updates=5, settings=each, snapshots=(0, 5))
    for member, single, settings, history in zip(members, alone, each, together, strict=True):
        expected = rnnviz.Training(single, x, loss_fn, settings).run(5, (0, 5))
        for field in ("losses", "grad_norms", "clipped_norms", "cosines"):
            np.testing.assert_allclose(getattr(history, field), getattr(expected, field), atol=1e-12)
        for a, b in zip(member.parameters(), single.parameters(), strict=True):
            torch.testing.assert_close(a, b, rtol=0, atol=1e-12)
        ours, theirs = history.snapshots[5].layers["l0"], expected.snapshots[5].layers["l0"]
        np.testing.assert_allclose(ours.grads["h"], theirs.grads["h"], atol=1e-12)
        for key, norm in theirs.weight_grad_norms.items():
            np.testing.assert_allclose(ours.weight_grad_norms[key], norm, atol=1e-12)


@pytest.mark.parametrize("name", CELLS)
def test_a_family_of_lengths(name):
    net = setting(name, dtype=torch.float64)[0]
    _, x, loss_fn = setting(name, dtype=torch.float64)
    inputs = [x[:steps] for steps in (7, 3, 1)]
    for one, trace in zip(inputs, rnnviz.record_family([net] * 3, inputs, loss_fn), strict=True):
        expected = rnnviz.record(net, one, loss_fn)
        np.testing.assert_allclose(trace.y, expected.y, atol=1e-12)
        np.testing.assert_allclose(trace.layers["l0"].grads["h"], expected.layers["l0"].grads["h"], atol=1e-12)
        np.testing.assert_allclose(trace.layers["l0"].x_grad_norms, expected.layers["l0"].x_grad_norms, atol=1e-12)


def test_one_member_that_blows_up_does_not_stop_the_others():
    _, x, loss_fn = setting("elman")
    members = [setting("elman", seed=k)[0] for k in range(2)]
    with torch.no_grad():
        members[0].rnn.weight_hh_l0.fill_(torch.nan)
    blown, fine = rnnviz.train_family(members, x, loss_fn, updates=3, settings=rnnviz.Settings())
    assert blown.blew_up_at == 0
    assert fine.blew_up_at is None
    assert len(fine.losses) == 4


def test_a_family_is_of_one_kind():
    members = [setting("elman")[0], setting("gru")[0]]
    with pytest.raises(ValueError, match="same cell and sizes"):
        rnnviz.record_family(members, torch.zeros(2, 1, 5), lambda y: y.sum())
    with pytest.raises(ValueError, match="max_norm and clip_value only"):
        rnnviz.train_family(
            members[:1] * 2,
            torch.zeros(2, 1, 5),
            lambda y: y.sum(),
            updates=1,
            settings=[rnnviz.Settings(lr=0.1), rnnviz.Settings(lr=0.2)],
        )


def test_training_does_not_wait_for_torchs_compiler():
    program = """
import sys, torch, rnnviz
from rnnviz.cells import CELLS
net = rnnviz.Network(CELLS["lstm"](), 3, 4, 3)
for optimizer in ("adam", "rmsprop", "sgd"):
    rnnviz.train(net, torch.ones(2, 1, 3), lambda y: (y**2).sum(), updates=2, optimizer=optimizer, snapshots=(1,))
sys.exit(bool({"torch._dynamo", "sympy"} & sys.modules.keys()))
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_network_with_nothing_to_train_is_refused():
    net, x, loss_fn = setting()
    for parameter in net.parameters():
        parameter.requires_grad = False
    with pytest.raises(ValueError, match="every parameter is frozen"):
        rnnviz.train(net, x, loss_fn, updates=1)


def test_two_names_for_one_parameter_are_refused():
    _, x, loss_fn = setting()
    twice = rnnviz.Network(CELLS["gru"](), 5, 6, 5, num_layers=2)
    twice.rnn.weight_hh_l1 = twice.rnn.weight_hh_l0
    with pytest.raises(ValueError, match="untie them"):
        rnnviz.train(twice, x, loss_fn, updates=1)


def test_a_family_of_one_is_a_network():
    (net, x, loss_fn), (twin, *_) = setting(), setting()
    (history,) = rnnviz.train_family([net], x, loss_fn, updates=3, settings=rnnviz.Settings(), snapshots=[3])
    alone = rnnviz.train(twin, x, loss_fn, updates=3, snapshots=[3])
    np.testing.assert_allclose(history.losses, alone.losses, rtol=1e-5)
    (trace,) = rnnviz.record_family([net], x, loss_fn)
    wanted = rnnviz.record(net, x, loss_fn)
    np.testing.assert_allclose(trace.layers["l0"].grads["h"], wanted.layers["l0"].grads["h"], rtol=1e-4, atol=1e-7)


def test_a_family_with_a_frozen_parameter_is_refused():
    net, x, loss_fn = setting()
    net.rnn.weight_hh_l0.requires_grad = False
    with pytest.raises(ValueError, match="train these networks one by one"):
        rnnviz.train_family([net, setting(seed=1)[0]], x, loss_fn, updates=1, settings=rnnviz.Settings())


def test_truncated_training_makes_its_buffers_once():
    net, x, loss_fn = setting()
    net.rnn.pool = Pool(net.rnn.plan, Store())
    run = rnnviz.Training(net, x, loss_fn, rnnviz.Settings(truncation=Truncation(3, 2)))
    run.run(1)
    ((stack,),) = net.rnn.pool.store.shelves.values()
    made = stack.kept["truncation"]
    run.run(2)
    assert stack.kept["truncation"] is made
    run.settings = rnnviz.Settings(truncation=Truncation(4, 2))
    run.run(1)
    assert stack.kept["truncation"] is not made


def test_a_training_can_be_begun_where_torch_makes_no_graphs():
    net, x, loss_fn = setting()
    again = copy.deepcopy(net)
    with torch.no_grad():
        inside = rnnviz.train(net, x, loss_fn, updates=2)
    np.testing.assert_array_equal(inside.losses, rnnviz.train(again, x, loss_fn, updates=2).losses)
