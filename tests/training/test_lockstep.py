from dataclasses import fields

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from rnnviz.cells import CELLS
from rnnviz.engine.pool import STORE
from rnnviz.models.network import Network
from rnnviz.records.recording import record
from rnnviz.tasks.copying import Copying
from rnnviz.tasks.temporal_order import TemporalOrder
from rnnviz.training.clip import lengths
from rnnviz.training.lockstep import Lockstep, UpdateRule
from rnnviz.training.regulariser import regulariser_gradient
from tests.native_code import without_native_code

B, H = 5, 6


def networks(cell, task, count=3):
    sizes = len(task.symbols), H, len(task.classes)
    return [Network(CELLS[cell](), *sizes, generator=torch.Generator().manual_seed(k)) for k in range(count)]


def batches(task, count=3):
    drawn = [task.batch(B, np.random.default_rng(k)) for k in range(count)]
    return drawn, np.concatenate([b.x for b in drawn], 1), np.concatenate([b.targets for b in drawn], 1)


def torch_loss(network, task, batch):
    logits = network(torch.from_numpy(batch.x))[task.scored]
    return F.cross_entropy(logits.flatten(0, 1), torch.from_numpy(batch.targets).flatten())


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("task", [TemporalOrder(12), Copying(23)], ids=["last step", "every step"])
def test_each_network_gets_what_torch_gives_it_alone(cell, task):
    nets = networks(cell, task)
    drawn, x, targets = batches(task)
    run = Lockstep(nets, task.seq_len, B, task.scored, [UpdateRule(lr=0.1)] * 3)
    seen = run.forward_backward(x, targets)
    for k, (net, batch) in enumerate(zip(nets, drawn, strict=True)):
        loss = torch_loss(net, task, batch)
        loss.backward()
        assert seen.losses[k] == pytest.approx(loss.item(), rel=1e-5)
        norm = torch.nn.utils.clip_grad_norm_(net.parameters(), 1e9)
        assert seen.norms[k] == pytest.approx(float(norm), rel=1e-4)
        for name, parameter in net.named_parameters():
            assert run.gradients[name][k] == pytest.approx(parameter.grad.numpy(), rel=1e-3, abs=1e-6)


def test_training_follows_torchs_own_descent_with_its_own_clipping():
    task = TemporalOrder(12)
    nets = networks("elman", task, 2)
    run = Lockstep(nets, 12, B, task.scored, [UpdateRule(lr=0.5), UpdateRule(lr=0.5, max_norm=0.05)])
    optimizers = [torch.optim.SGD(net.parameters(), lr=0.5) for net in nets]
    for u in range(20):
        batch = task.batch(B, np.random.default_rng(u))
        seen = run.forward_backward(np.tile(batch.x, (1, 2, 1)), np.tile(batch.targets, (1, 2)))
        run.step()
        for k, (net, optimizer) in enumerate(zip(nets, optimizers, strict=True)):
            optimizer.zero_grad()
            torch_loss(net, task, batch).backward()
            before = float(torch.nn.utils.clip_grad_norm_(net.parameters(), 0.05 if k else 1e9))
            assert seen.norms[k] == pytest.approx(before, rel=1e-3)
            assert seen.clipped[k] == pytest.approx(min(before, 0.05) if k else before, rel=1e-3)
            optimizer.step()
    for k, net in enumerate(nets):
        for name, parameter in net.named_parameters():
            assert run.weights[name][k] == pytest.approx(parameter.detach().numpy(), abs=1e-4)


def test_clipping_by_norm_keeps_the_direction_and_by_value_bends_it():
    task = TemporalOrder(12)
    nets = networks("elman", task, 1) * 3
    batch = task.batch(B, np.random.default_rng(0))
    run = Lockstep(nets, 12, B, task.scored, [UpdateRule(), UpdateRule(max_norm=0.01), UpdateRule(clip_value=0.01)])
    seen = run.forward_backward(np.tile(batch.x, (1, 3, 1)), np.tile(batch.targets, (1, 3)))
    g, by_norm, by_value = run.gradient.astype(float)
    assert seen.clipped[1] == pytest.approx(0.01)
    assert by_norm == pytest.approx(g * 0.01 / np.linalg.norm(g), rel=1e-4, abs=1e-9)
    assert by_value == pytest.approx(np.clip(g, -0.01, 0.01))
    assert seen.cosines[:2] == pytest.approx(1)
    assert seen.cosines[2] == pytest.approx(g @ by_value / np.linalg.norm(g) / np.linalg.norm(by_value), rel=1e-5)
    assert seen.cosines[2] < 0.99


@pytest.mark.parametrize("cell", ["elman", "lstm"])
def test_a_window_detaches_what_lies_before_it(cell):
    task = TemporalOrder(12)
    net = networks(cell, task, 1)[0]
    batch = task.batch(B, np.random.default_rng(0))
    run = Lockstep([net, net], 12, B, task.scored, [UpdateRule(window=4), UpdateRule()])
    run.forward_backward(np.tile(batch.x, (1, 2, 1)), np.tile(batch.targets, (1, 2)))
    x = torch.from_numpy(batch.x)
    with torch.no_grad():
        _, state = net.rnn(x[:8])
    logits = net.readout(net.rnn(x[8:], state)[0])[-1]
    F.cross_entropy(logits, torch.from_numpy(batch.targets[0])).backward()
    for name, parameter in net.named_parameters():
        assert run.gradients[name][0] == pytest.approx(parameter.grad.numpy(), rel=1e-3, abs=1e-6)
    assert lengths(run.gradient[1] - run.gradient[0]) > 1e-4


def test_a_network_that_is_lost_stays_and_leaves_the_others_alone():
    task = TemporalOrder(12)
    nets = networks("elman", task, 1) * 2
    run = Lockstep(nets, 12, B, task.scored, [UpdateRule(), UpdateRule()])
    run.flat[0] = np.nan
    before = run.flat[1].copy()
    batch = task.batch(B, np.random.default_rng(0))
    seen = run.forward_backward(np.tile(batch.x, (1, 2, 1)), np.tile(batch.targets, (1, 2)))
    run.step()
    assert np.isnan(seen.losses[0])
    assert np.isfinite(seen.losses[1])
    assert np.isnan(run.flat[0]).all()
    assert (run.flat[1] != before).any()


def test_the_regularisers_gradient_predicts_a_nudge():
    rng = np.random.default_rng(0)
    rows, total, weight = rng.normal(size=(5, 4, 3)), rng.normal(size=(5, 4, 3)), rng.normal(size=(4, 4))

    def omega(w):
        handed = np.einsum("ij,tib->tjb", w, rows[1:])
        ratio = np.linalg.norm(handed, axis=1) / np.linalg.norm(total[1:], axis=1)
        return ((ratio - 1) ** 2).sum(0).mean()  # Pascanu, Mikolov & Bengio 2013, equation 9

    found = regulariser_gradient(rows, total, weight)
    for i, j in [(0, 0), (1, 3), (2, 1)]:
        nudge = np.zeros((4, 4))
        nudge[i, j] = 1e-6
        assert found[i, j] == pytest.approx((omega(weight + nudge) - omega(weight - nudge)) / 2e-6, rel=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_the_record_of_all_networks_is_torchs_of_each(cell):
    task = Copying(23)
    nets, (batch, *_) = networks(cell, task, 3), batches(task, 1)[0]
    x, targets = batch.x[:, :1], np.zeros((task.seq_len, 1), int)
    run = Lockstep(nets, task.seq_len, 1, slice(None), [UpdateRule()] * 3)
    run.forward_backward(np.tile(x, (1, 3, 1)), np.tile(targets, 3))
    found = run.record()
    for k, net in enumerate(nets):
        theirs = record(net, torch.from_numpy(x), lambda y: F.cross_entropy(y[:, 0], torch.from_numpy(targets[:, 0])))
        np.testing.assert_allclose(run.logits[:, k : k + 1], theirs.y, atol=1e-5)
        ours = found.of(k)
        for field in fields(theirs.layers["l0"]):
            wanted, got = getattr(theirs.layers["l0"], field.name), getattr(ours, field.name)
            for key in wanted if isinstance(wanted, dict) else [...]:
                np.testing.assert_allclose(got[key], wanted[key], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_a_training_is_the_same_without_native_code(cell):
    task = Copying(3)
    nets, x, targets = networks(cell, task), *batches(task)[1:]

    def trained():
        run = Lockstep(
            nets, task.seq_len, B, task.scored, [UpdateRule(), UpdateRule(max_norm=0.05), UpdateRule(clip_value=0.01)]
        )
        passes = []
        for _ in range(3):
            passes.append(run.forward_backward(x, targets))
            run.step()
        return passes, run.flat.copy(), run.record()

    passes, weights, record = trained()
    with without_native_code():
        python_passes, python_weights, python_record = trained()
    np.testing.assert_array_equal(np.array(python_passes), np.array(passes))
    np.testing.assert_array_equal(python_weights, weights)
    for state, gradient in record.grads.items():
        np.testing.assert_array_equal(python_record.grads[state], gradient)


@pytest.mark.parametrize("cell", CELLS)
def test_nothing_of_a_training_stays_for_the_next(cell):
    task = Copying(23)
    (batch,) = batches(task, 1)[0]
    nets = networks(cell, task, 2)

    def trained(net, others=()):
        run = Lockstep([net], task.seq_len, B, task.scored, [UpdateRule(lr=0.05)])
        for _ in range(4):
            for one in (run, *others):
                one.forward_backward(batch.x, batch.targets)
                one.step()
        return run

    STORE.clear()
    alone = trained(nets[0]).flat.copy()
    STORE.clear()
    trained(nets[1])
    again = trained(nets[0])  # on the same buffers
    np.testing.assert_array_equal(again.flat, alone)
    record(nets[1], torch.from_numpy(batch.x), lambda y: y.square().mean())  # whoever borrows them in between
    beside = trained(nets[0], [trained(nets[1])])  # on buffers of its own
    np.testing.assert_array_equal(beside.flat, alone)


def test_rules_that_do_not_fit_are_refused():
    task = TemporalOrder(12)
    (elman,), (lstm,) = networks("elman", task, 1), networks("lstm", task, 1)
    for nets, rules, sentence in (
        ([elman, elman], [UpdateRule()], "2 networks, 1 rules"),
        ([elman, lstm], [UpdateRule(), UpdateRule()], "same cell and sizes"),
        ([lstm], [UpdateRule(regulariser=0.5)], "defined for Elman networks, not for LSTM"),
    ):
        with pytest.raises(ValueError, match=sentence):
            Lockstep(nets, 12, B, task.scored, rules)


def test_a_gradient_of_nothing_is_not_turned_by_clipping():
    task = TemporalOrder(12)
    batch = task.batch(B, np.random.default_rng(0))
    run = Lockstep(networks("elman", task, 1), 12, B, task.scored, [UpdateRule(clip_value=0.01)])
    run.forward_backward(batch.x, batch.targets)
    run.gradient[:] = 0
    before, after, cosine = run.clip()
    assert (before[0], after[0], cosine[0]) == (0, 0, 1)
