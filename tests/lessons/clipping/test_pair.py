import pickle
from dataclasses import replace

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS
from rnnviz.lessons.clipping import answers as clipping_answers
from rnnviz.lessons.clipping import recorded
from rnnviz.lessons.clipping.config import TASKS, ClippingConfig
from rnnviz.lessons.clipping.experiments.networks import first_weights
from rnnviz.lessons.clipping.experiments.pair_training import Networks, begun, levels, training, training_on

SMALL = ClippingConfig(seq_len=12, hidden_size=8, lr=0.03)


def test_every_task_of_the_settings_exists():
    assert set(ClippingConfig.settings()["task"].titles) == set(TASKS)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("task", TASKS)
def test_every_cell_plays_on_every_task(cell, task):
    config = replace(SMALL, cell=cell, task=task, forget_bias="1", seq_len=max(12, TASKS[task].shortest))
    run = training(config, 45).whole()
    assert run.losses.shape == (46, 2)
    assert np.isfinite(run.losses).all()
    assert [frame.update for frame in run.frames][:2] == [0, 40]
    assert run.frames[0].hidden.shape == (2, 8, len(run.symbols))


def test_both_start_alike_and_clipping_bounds_only_one():
    run = training(replace(SMALL, max_norm=0.05), 60).whole()
    assert run.losses[0, 0] == run.losses[0, 1]
    assert run.norms[0, 0] == run.norms[0, 1]
    assert (run.clipped[:, 0] == run.norms[:, 0]).all()
    assert run.clipped[:, 1].max() <= 0.05 * (1 + 1e-6)
    assert (run.norms[:, 1] > 0.05).any()


def test_the_same_settings_give_the_same_numbers():
    one, two = training(SMALL, 30).whole(), training(SMALL, 30).whole()
    assert (one.losses == two.losses).all()
    assert (training(replace(SMALL, seed=2), 30).whole().losses != one.losses).any()


def in_slices(work, units):
    """Do it a slice at a time, and send each to another process and back."""
    work = pickle.loads(pickle.dumps(work))
    latest = work.after(None, units)
    while latest.share < 1:
        latest = work.after(pickle.loads(pickle.dumps(latest)), units)
    return latest.result


@pytest.mark.parametrize("units", [1, 7, 1000])
@pytest.mark.parametrize("lr", [0.03, 2.0])
def test_a_training_in_slices_is_the_training_at_once(units, lr):
    config = replace(SMALL, lr=lr)
    whole, sliced = training(config, 60).whole(), in_slices(training(config, 60), units)
    assert (sliced.losses == whole.losses).all()
    assert (sliced.cosines == whole.cosines).all()
    assert [frame.update for frame in sliced.frames] == [frame.update for frame in whole.frames]
    assert all((a.hidden == b.hidden).all() for a, b in zip(sliced.frames, whole.frames, strict=True))
    assert (sliced.stand.weights == whole.stand.weights).all()


def test_a_run_goes_on_from_disk_as_if_it_had_never_stopped(tmp_path):
    recorded.save(training(SMALL, 45).whole(), tmp_path / "run.npz")
    stored = recorded.load(tmp_path / "run.npz")
    went_on, whole = training_on(stored, SMALL, 85).whole(), training(SMALL, 85).whole()
    assert (went_on.losses == whole.losses).all()
    assert (went_on.norms == whole.norms).all()
    assert [frame.update for frame in went_on.frames] == [frame.update for frame in whole.frames]
    assert (went_on.stand.weights == whole.stand.weights).all()


def test_a_change_goes_on_from_where_the_training_stands():
    before = training(SMALL, 20).whole()
    after = training_on(before, replace(SMALL, max_norm=0.01), 40).whole()
    assert (after.losses[:21] == before.losses).all()
    assert [(terms.update, terms.max_norm) for terms in after.terms] == [(0, SMALL.max_norm), (20, 0.01)]
    assert after.clipped[20:, 1].max() <= 0.01 * (1 + 1e-6)
    assert (before.clipped[:20] == after.clipped[:20]).all()


def test_what_a_frame_measures():
    frame = begun(SMALL).frames[0]
    assert frame.stretch == pytest.approx(1, abs=1e-4)  # orthogonal
    assert frame.length == pytest.approx(np.linalg.norm(first_weights(SMALL).row), rel=1e-5)
    networks = Networks(begun(SMALL))
    networks.runs.weights["rnn.bias_ih_l0"][1] = 9  # pushes every unit of the second network into saturation
    assert networks.frame().saturated == pytest.approx([0, 1], abs=0.05)


def test_a_state_is_shown_as_a_step_of_a_colour():
    assert levels(np.array([0, 1, -1, 0.5, 7, np.nan, np.inf])).tolist() == [0, 127, -127, 64, 127, -128, -128]


def test_a_leap_gets_a_frame_before_and_after_it():
    run = training(replace(SMALL, lr=2.0, seed=1), 40).whole()
    steps = 2.0 * run.clipped[:, 0]
    leaps = [u for u, step in enumerate(steps[:40]) if step > 0.2 * 10]
    frames = {frame.update for frame in run.frames}
    assert leaps
    assert {leaps[0], leaps[0] + 1} <= frames


def test_the_recorded_run_is_that_of_the_first_view():
    stored = recorded.load()
    assert stored.config == ClippingConfig()
    assert stored.updates == 4_000
    assert recorded.FILE.stat().st_size < 300_000


def test_a_recording_survives_the_way_to_disk(tmp_path):
    run = training(SMALL, 45).whole()
    recorded.save(run, tmp_path / "run.npz")
    back = recorded.load(tmp_path / "run.npz")
    assert back.config == run.config
    assert (back.losses == run.losses).all()
    assert [frame.update for frame in back.frames] == [0, 40]
    assert back.frames[1].reach == pytest.approx(run.frames[1].reach)


def test_the_answer_follows_the_run():
    run = training(SMALL, 200).whole()
    for shares, option in [((0.2, 1.0), 0), ((1.0, 1.0), 1), ((0.2, 0.2), 2), ((1.0, 0.2), 3)]:
        told = clipping_answers.who_solves(replace(run, accuracies=np.tile(np.float32(shares), (201, 1))))
        assert told.option == option
        assert f"{shares[0]:.0%} of the answers" in told.because


def test_nobody_has_solved_it_before_a_hundred_batches():
    run = training(SMALL, 30).whole()
    assert clipping_answers.who_solves(replace(run, accuracies=np.ones((31, 2), np.float32))).option == 2


def test_copying_is_solved_by_its_letters_and_not_by_its_blanks():
    config = ClippingConfig(task="copying", seq_len=100, hidden_size=5, cell="lstm", lr=2.0)
    run = training(config, 120).whole()
    assert run.chance == 1 / 8
    assert run.accuracies[-20:].mean() < 0.3  # nine answers in ten are blanks, and right by now
    assert run.losses[-20:].mean() < 0.6  # of ln 9


def test_a_frames_error_is_that_of_the_answers_that_memory_gives():
    config = ClippingConfig(task="copying", seq_len=24, hidden_size=6, forget_bias="1", cell="gru")
    x, targets = config.problem.batch(8, np.random.default_rng(config.seed + 10_000))
    weights = {name: torch.tensor(w, dtype=torch.float64) for name, w in first_weights(config).weights.items()}
    gru = torch.nn.GRU(10, 6, dtype=torch.float64)
    gru.load_state_dict({name.removeprefix("rnn."): w for name, w in weights.items() if name.startswith("rnn.")})
    states, h = [], torch.zeros(1, 8, 6, dtype=torch.float64)
    for step in torch.tensor(x, dtype=torch.float64):
        _, h = gru(step[None], h)
        h.retain_grad()
        states.append(h)
    logits = torch.cat(states)[-10:] @ weights["readout.weight"].T + weights["readout.bias"]
    torch.nn.functional.cross_entropy(logits.reshape(-1, 9), torch.tensor(targets[-10:].reshape(-1))).backward()
    lengths = [float(state.grad.norm()) for state in states]
    assert begun(config).frames[0].reach[0] == pytest.approx(lengths, rel=1e-4)


@pytest.mark.slow
def test_clipping_saves_the_default_pair():
    assert clipping_answers.solved(recorded.load()) == (False, True)
    run = training(replace(ClippingConfig(), seq_len=20), 400).whole()
    assert clipping_answers.solved(run) == (False, True)
