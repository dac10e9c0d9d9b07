import pickle
from dataclasses import replace

import numpy as np
import pytest
import torch

from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments import bend, remedies, solve_rate, threshold_price, two_by_two
from rnnviz.lessons.clipping.experiments import windows as truncation
from rnnviz.lessons.clipping.experiments.networks import clipped, entry, first_weights, free, seeds_of
from rnnviz.lessons.clipping.experiments.pair_training import training
from rnnviz.studies.race import race

SMALL = ClippingConfig(seq_len=12, hidden_size=6)


def fed(run, **right):
    """The same race with other results."""
    share = np.array(run.right)
    for name, value in right.items():
        share[-1][run.of(name)] = value
    return replace(run, right=share, solved_at=np.where(share[-1] >= 0.99, 100.0, np.nan))


def test_a_race_of_two_is_the_pair_of_trainings():
    entries = [entry("a", SMALL, free(SMALL)), entry("b", SMALL, clipped(SMALL))]
    run, play = race(entries, 60).whole(), training(SMALL, 59).whole()
    assert run.losses[-1] == pytest.approx(play.losses.mean(axis=0), rel=1e-5)
    assert run.right[-1] == pytest.approx(play.accuracies.mean(axis=0), rel=1e-5)


def test_different_cells_race_in_their_own_heats_and_keep_their_places():
    names = ["elman", "gru", "elman", "lstm", "gru"]
    entries = [entry(f"{k}", replace(SMALL, cell=name, seed=k), free(SMALL)) for k, name in enumerate(names)]
    run = race(entries, 20).whole()
    for k, one in enumerate(entries):
        alone = race([one], 20).whole()
        assert run.losses[-1, k] == pytest.approx(alone.losses[-1, 0], rel=1e-5)


@pytest.mark.parametrize(
    ("experiment", "answer"),
    [
        (solve_rate.solve_rate, solve_rate.more_seeds),
        (threshold_price.threshold_price, threshold_price.costs),
        (two_by_two.two_by_two, two_by_two.cures),
        (truncation.truncation, truncation.half_a_window),
        (remedies.remedies, remedies.fastest),
    ],
)
def test_every_race_can_be_stopped_and_answers_at_any_time(experiment, answer):
    run = experiment(SMALL, 100).after(None, 20).result
    assert run.updates == 20
    assert run.share == pytest.approx(0.2)
    assert answer(run).option in range(5)
    assert len(run.entries) == len(run.solved_at) == run.right.shape[1]


@pytest.mark.parametrize("units", [1, 7, 20, 1000])
def test_a_race_in_slices_is_the_race_at_once(units):
    names = ["elman", "gru", "elman"]
    entries = [entry(f"{k}", replace(SMALL, cell=name, seed=k), clipped(SMALL)) for k, name in enumerate(names)]
    whole = race(entries, 50).whole()
    work = pickle.loads(pickle.dumps(race(entries, 50)))
    latest = work.after(None, units)
    while latest.share < 1:
        assert (latest.result is None) == (latest.state.updates < 20)
        latest = work.after(pickle.loads(pickle.dumps(latest)), units)
    sliced = latest.result
    assert (sliced.losses == whole.losses).all()
    assert (sliced.right == whole.right).all()
    assert (sliced.fired == whole.fired).all()
    assert len(whole.right) == 3


def test_seeds_are_paired():
    run = solve_rate.solve_rate(SMALL, 20).after(None).result
    assert [one.seed for one in run.entries] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert seeds_of(replace(SMALL, seed=9999), 2)[1].seed == 0


def test_answers_follow_the_numbers():
    run = solve_rate.solve_rate(SMALL, 20).after(None).result
    without, with_clipping = solve_rate.WITHOUT, solve_rate.WITH
    told = [
        solve_rate.more_seeds(fed(run, **{without: a, with_clipping: b})).option
        for a, b in [(0.3, 1.0), (1.0, 1.0), (1.0, 0.3), (0.3, 0.3)]
    ]
    assert told == [0, 2, 1, 3]
    table = two_by_two.two_by_two(SMALL, 20).after(None).result
    blocked = two_by_two.named(two_by_two.USUAL, "with")
    alone = two_by_two.named(two_by_two.USUAL, "without")
    assert "nothing to cure" in two_by_two.cures(fed(table, **{alone: 1.0, blocked: 1.0})).because
    assert "nothing to cure" not in two_by_two.cures(fed(table, **{alone: 0.3, blocked: 0.3})).because
    assert [two_by_two.cures(fed(table, **{blocked: share})).option for share in (0.3, 1.0)] == [0, 2]
    cut = truncation.truncation(SMALL, 20).after(None).result
    half = truncation.named(6)
    assert [truncation.half_a_window(fed(cut, **{half: s})).option for s in (1.0, 0.5, 0.25)] == [0, 1, 2]


def test_a_clipped_gradient_bends_by_value_only():
    found = bend.bend(SMALL)
    assert (found.by_norm <= found.thresholds * (1 + 1e-9)).all()
    assert found.by_norm.max() == pytest.approx(found.length)
    assert found.angle[-1] == pytest.approx(0, abs=1e-3)
    assert (np.diff(found.angle) <= 1e-6).all()
    assert found.angle[0] > 1


def test_the_gradient_that_is_bent_is_one_of_the_clipped_network_above():
    for clip in ("norm", "value"):
        config = replace(SMALL, clip=clip, max_norm=0.01, lr=1.0)
        above = training(config, bend.LEARNT).whole()
        assert bend.bend(config).length == pytest.approx(float(above.norms[bend.LEARNT, 1]), rel=1e-5)


def test_a_window_on_copying_drops_no_steps_own_loss():
    config = ClippingConfig(task="copying", seq_len=24, hidden_size=5, cell="lstm", forget_bias="2")
    batch = config.problem.batch(20, np.random.default_rng(config.seed))
    start = first_weights(config).weights
    lstm = torch.nn.LSTM(10, 5, dtype=torch.float64)
    lstm.load_state_dict({n.removeprefix("rnn."): torch.tensor(w) for n, w in start.items() if n.startswith("rnn.")})
    readout = {name: torch.tensor(start[f"readout.{name}"], dtype=torch.float64) for name in ("weight", "bias")}

    def gradient(window):  # of W_hh where it works in the last steps
        frozen = {name: w.detach() for name, w in lstm.named_parameters()}
        state, outputs = None, []
        for t, step in enumerate(torch.tensor(batch.x, dtype=torch.float64)):
            weights = dict(lstm.named_parameters()) if t >= 24 - window else frozen
            h, state = torch.func.functional_call(lstm, weights, (step[None], state))
            outputs.append(h)
        logits = torch.cat(outputs)[-10:] @ readout["weight"].T + readout["bias"]
        loss = torch.nn.functional.cross_entropy(logits.reshape(-1, 9), torch.tensor(batch.targets[-10:].reshape(-1)))
        return torch.autograd.grad(loss, lstm.weight_hh_l0)[0]

    found, full = truncation.reach(config), gradient(24)
    for window in (1, 5, 12, 20):
        lost = float((gradient(window) - full).norm() / full.norm())
        assert found.lost[window - 1] == pytest.approx(lost, rel=1e-4, abs=1e-5)
    assert found.clues == tuple(range(10))
    assert {one.task for one in truncation.truncation(config, 1).after(None, 1).state.race.entries} == {
        config.short.problem.only_asked()
    }


def test_a_shorter_window_loses_more():
    found = truncation.reach(ClippingConfig(seq_len=20))
    assert found.lost[-1] == pytest.approx(0, abs=1e-6)
    assert found.cosine[-1] == pytest.approx(1)
    assert found.lost[0] > found.lost[9] > found.lost[17] > 0
    assert found.lost[18] == 0  # before step 1 the state is zero: nothing reaches W_hh there
    assert len(found.norms) == len(found.symbols) == 20


@pytest.mark.slow
def test_clipping_does_not_cure_what_vanishes_and_saves_what_passes():
    run = two_by_two.two_by_two(ClippingConfig(), 400).whole()
    assert two_by_two.cures(run).option == 0
    assert run.solved(two_by_two.named(two_by_two.PASSING, "with")) == two_by_two.SEEDS
    assert run.solved(two_by_two.named(two_by_two.PASSING, "without")) == 0
