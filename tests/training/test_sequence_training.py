"""A training on one sequence, as one program: the numbers of torch's own Adam."""

import math

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS
from rnnviz.cells.elman import Elman
from rnnviz.engine.pool import STORE, Pool
from rnnviz.models.first_weights import FirstWeights
from rnnviz.models.network import Network
from rnnviz.records.recording import record
from rnnviz.tasks.next_character import NextCharacter
from rnnviz.training import sequence_training
from rnnviz.training.adam import Adam
from rnnviz.training.sequence_training import train_on_sequence
from tests.native_code import without_native_code

TASK = NextCharacter(tuple("peacock"), 9)
TARGETS = np.array(TASK.targets)[:, None]


def network(cell, seed=0, hidden=6):
    letters = len(TASK.alphabet)
    return Network(cell, letters, hidden, letters, generator=torch.Generator().manual_seed(seed))


def learned(start, updates=20, **settings):
    return train_on_sequence(start, TASK.one_hot, TARGETS, **({"lr": 0.03, "updates": updates} | settings))


@pytest.mark.parametrize("cell", CELLS)
def test_every_update_is_torchs(cell):
    net = network(CELLS[cell]())
    found = learned(FirstWeights.of(net), snapshots=[0, 7, 20])
    optimizer = torch.optim.Adam(net.parameters(), lr=0.03)
    for u in range(21):
        optimizer.zero_grad()
        loss = TASK.loss(net(TASK.x()))
        loss.backward()
        norm = torch.nn.utils.get_total_norm(p.grad for p in net.parameters())
        assert found.losses[u] == pytest.approx(loss.item(), rel=1e-4)
        assert found.norms[u] == pytest.approx(norm.item(), rel=1e-3)
        if u in found.weights:
            theirs = torch.nn.utils.parameters_to_vector(net.parameters()).detach().numpy()
            np.testing.assert_allclose(
                found.weights[u], theirs, atol=1e-3
            )  # a step may go either way where the gradient is next to nothing
        optimizer.step()
    assert list(found.weights) == [0, 7, 20]
    assert found.blew_up_at is None


@pytest.mark.parametrize("cell", CELLS)
def test_the_program_makes_the_calls_that_python_would(cell, monkeypatch):
    start = FirstWeights.of(network(CELLS[cell]()))
    STORE.clear()
    as_program = learned(start, snapshots=[20])
    stack = Pool(start.plan).lend(9, 1, 1, sequence_training.FLOAT, masked=False).stack
    assert stack.bound_to.program
    STORE.clear()
    monkeypatch.setattr(sequence_training, "compile_steps", lambda *_: None)
    by_python = learned(start, snapshots=[20])
    np.testing.assert_array_equal(as_program.losses, by_python.losses)
    np.testing.assert_array_equal(as_program.weights[20], by_python.weights[20])


@pytest.mark.parametrize("cell", CELLS)
def test_a_training_is_the_same_without_native_code(cell):
    start = FirstWeights.of(network(CELLS[cell]()))
    native = learned(start, snapshots=[0, 20])
    with without_native_code():
        python = learned(start, snapshots=[0, 20])
    np.testing.assert_array_equal(python.losses, native.losses)
    np.testing.assert_array_equal(python.norms, native.norms)
    for u in (0, 20):
        np.testing.assert_array_equal(python.weights[u], native.weights[u])


@pytest.mark.parametrize("cell", CELLS)
def test_nothing_of_a_training_stays_for_the_next(cell):
    one, other = (FirstWeights.of(network(CELLS[cell](), seed)) for seed in (0, 1))
    STORE.clear()
    alone = learned(one)
    learned(other, lr=0.3)
    record(network(CELLS[cell]()), TASK.x(), TASK.loss)  # whoever borrows the buffers in between
    np.testing.assert_array_equal(learned(one).losses, alone.losses)


def test_a_training_that_blows_up_ends_there_with_its_weights():
    start = FirstWeights.of(network(Elman("identity"), hidden=30))
    long = NextCharacter(tuple("peacock"), 150)
    found = train_on_sequence(
        start, long.one_hot, np.array(long.targets)[:, None], lr=1.0, updates=100, snapshots=range(0, 101, 10)
    )
    lost = found.blew_up_at
    assert lost is not None
    assert len(found.losses) == len(found.norms) == lost + 1
    assert list(found.weights) == [*range(0, lost, 10), lost]
    net = network(Elman("identity"), hidden=30)
    torch.nn.utils.vector_to_parameters(torch.from_numpy(found.weights[lost]), net.parameters())
    loss = long.loss(net(long.x()))
    norm = torch.nn.utils.get_total_norm(torch.autograd.grad(loss, list(net.parameters())))
    assert not math.isfinite(loss.item() + norm.item())
    assert np.isfinite(found.weights[lost]).all()


@pytest.mark.parametrize("cell", CELLS)
def test_a_training_can_be_left_and_gone_on_with(cell):
    start = FirstWeights.of(network(CELLS[cell]()))
    at_once = learned(start, updates=30, snapshots=[0, 7, 30])
    before = learned(start, updates=30, snapshots=[0, 7, 30], until=12)
    assert (before.updates, list(before.weights)) == (12, [0, 7])
    after = learned(start, updates=30, snapshots=[0, 7, 30], before=before)
    assert (after.losses == at_once.losses).all()
    assert (after.norms == at_once.norms).all()
    assert all((after.weights[u] == weights).all() for u, weights in at_once.weights.items())


def test_adam_is_torchs_step_by_step():
    drawn = np.random.default_rng(0)
    ours = drawn.normal(size=(1, 50)).astype(np.float32)
    gradient, theirs = np.zeros_like(ours), torch.from_numpy(ours.copy()).requires_grad_()
    adam, optimizer = Adam(ours, gradient, 40), torch.optim.Adam([theirs], lr=0.01)
    adam.begin(0.01)
    for u in range(40):
        gradient[:] = drawn.normal(size=ours.shape) * 10.0 ** drawn.integers(-6, 3, ours.shape)
        theirs.grad = torch.from_numpy(gradient.copy())
        for call in adam.calls(u):
            call()
        optimizer.step()
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-5, atol=1e-6)
