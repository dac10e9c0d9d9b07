import pickle

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from rnnviz.cells import CELLS
from rnnviz.lessons.unrolling.answers import letters_right
from rnnviz.lessons.unrolling.config import RunConfig
from rnnviz.lessons.unrolling.experiment import COARSE, UPDATES, unroll

TORCH = {"elman": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_learns_to_spell(cell):
    run = unroll(RunConfig(cell=cell, lr=0.03)).whole()
    assert run.losses[0] == pytest.approx(run.task.baseline, rel=0.15)
    assert run.losses[-1] < 0.1 * run.task.baseline


@pytest.mark.parametrize("cell", CELLS)
def test_the_same_config_gives_the_same_numbers_bit_for_bit(cell):
    first, second = (unroll(RunConfig(cell=cell)).whole() for _ in range(2))
    assert np.array_equal(first.losses, second.losses)
    a, b = (run.snapshot(100).layers["l0"].grads["h"] for run in (first, second))
    assert np.array_equal(a, b)


def test_another_seed_gives_other_numbers():
    assert unroll(RunConfig(seed=1)).whole().losses[0] != unroll(RunConfig(seed=2)).whole().losses[0]


@pytest.mark.parametrize("cell", TORCH)
def test_a_snapshot_is_what_torch_computes_from_its_weights(cell):
    run = unroll(RunConfig(cell=cell)).whole()
    unroll(RunConfig(cell=cell, seed=7)).whole()  # on the same buffers
    trace = run.snapshot(30)
    weights = {name: torch.tensor(w) for name, w in trace.weights.items()}
    module = TORCH[cell](len(run.task.alphabet), run.config.hidden_size)
    module.load_state_dict({n.removeprefix("rnn."): w for n, w in weights.items() if n.startswith("rnn.")})
    h, _ = module(run.task.x())
    logits = F.linear(h, weights["readout.weight"], weights["readout.bias"])
    assert trace.y == pytest.approx(logits.detach().numpy(), abs=1e-5)
    assert trace.layers["l0"].states["h"] == pytest.approx(h.detach().numpy(), abs=1e-6)
    loss = F.cross_entropy(logits[:, 0], torch.tensor(run.task.targets)).item()
    assert loss == pytest.approx(run.losses[30], rel=1e-5)
    assert loss == pytest.approx(trace.loss, rel=1e-5)


@pytest.mark.parametrize(("steps", "units"), [(2, 1), (7, 8), (100, 32), (200, 32)])
@pytest.mark.parametrize("cell", ["elman", "lstm"])
def test_snapshots_span_the_training_and_the_film_stays_small(cell, steps, units):
    run = unroll(RunConfig(cell=cell, seq_len=steps, hidden_size=units)).whole()
    updates = run.updates
    assert updates[0] == 0
    assert updates[-1] == UPDATES
    assert len(updates) >= 3
    layer = run.snapshot(0).layers["l0"]
    arrays = [*layer.states.values(), *layer.gates.values(), *layer.grads.values(), *layer.carried.values()]
    numbers = sum(a.size for a in arrays) + sum(w.size for w in run.snapshot(0).weights.values())
    assert len(updates) * numbers <= COARSE[0]


@pytest.mark.parametrize("units", [1, 7, 1000])
@pytest.mark.parametrize("config", [RunConfig(), RunConfig(activation="relu", lr=1.0, seq_len=100, hidden_size=32)])
def test_a_run_in_slices_is_the_run_at_once(config, units):
    whole, work = unroll(config).whole(), unroll(config)
    seen = [pickle.loads(pickle.dumps(work.after(None, units)))]
    while seen[-1].share < 1:
        seen.append(work.after(seen[-1], units))
    assert [slice_.share for slice_ in seen] == sorted(slice_.share for slice_ in seen)
    assert all(slice_.result.updates[-1] == len(slice_.result.losses) - 1 for slice_ in seen)
    last = seen[-1].result
    assert (last.updates, last.blew_up_at) == (whole.updates, whole.blew_up_at)
    assert np.array_equal(last.losses, whole.losses, equal_nan=True)
    for name, weights in whole.weights.items():
        assert np.array_equal(last.weights[name], weights, equal_nan=True)


def test_the_carried_part_of_the_gradient_is_what_the_step_s_own_loss_leaves():
    trace = unroll(RunConfig()).whole().snapshot(30)
    layer = trace.layers["l0"]
    chances = torch.softmax(torch.tensor(trace.y[:, 0]), dim=-1)
    target = F.one_hot(torch.tensor(unroll(RunConfig()).whole().task.targets), chances.shape[-1])
    own = ((chances - target) / len(target)).numpy() @ trace.weights["readout.weight"]
    assert layer.grads["h"][:, 0] - layer.carried["h"][:, 0] == pytest.approx(own, abs=1e-6)
    assert not layer.carried["h"][-1].any()


def test_answers_are_measured():
    spelled = unroll(RunConfig(lr=0.1)).whole()
    assert letters_right(spelled).option == 0
    assert "7 of 7" in letters_right(spelled).because
    lost = unroll(RunConfig(text="abcdefghijklmnopqrstuvwxyz", lr=0.001)).whole()
    assert letters_right(lost).option == 2
