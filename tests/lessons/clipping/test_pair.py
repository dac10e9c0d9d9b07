from dataclasses import replace

import numpy as np
import pytest

from rnnviz.cells import CELLS
from rnnviz.lessons.clipping import answers as clipping_answers
from rnnviz.lessons.clipping import recorded
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.networks import TASKS, network_of
from rnnviz.lessons.clipping.experiments.pair import WITH
from rnnviz.lessons.clipping.experiments.pair_training import Rehearsal, rehearse

SMALL = ClippingConfig(length=12, units=8, rate=0.03)


def test_every_task_of_the_settings_exists():
    assert set(ClippingConfig.settings()["task"].titles) == set(TASKS)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("task", TASKS)
def test_every_cell_plays_on_every_task(cell, task):
    run = rehearse(replace(SMALL, cell=cell, task=task, keep=1.0), 45)
    assert run.losses.shape == (46, 2)
    assert np.isfinite(run.losses).all()
    assert [frame.update for frame in run.frames][:2] == [0, 40]
    assert run.frames[0].hidden.shape == (2, 8, len(run.symbols))


def test_both_start_alike_and_clipping_bounds_only_one():
    run = rehearse(replace(SMALL, theta=0.05), 60)
    assert run.losses[0, 0] == run.losses[0, 1]
    assert run.norms[0, 0] == run.norms[0, 1]
    assert (run.clipped[:, 0] == run.norms[:, 0]).all()
    assert run.clipped[:, 1].max() <= 0.05 * (1 + 1e-6)
    assert (run.norms[:, 1] > 0.05).any()


def test_the_same_settings_give_the_same_numbers():
    one, two = rehearse(SMALL, 30), rehearse(SMALL, 30)
    assert (one.losses == two.losses).all()
    assert (rehearse(replace(SMALL, seed=2), 30).losses != one.losses).any()


def test_a_run_goes_on_from_disk_as_if_it_had_never_stopped(tmp_path):
    recorded.save(rehearse(SMALL, 45), tmp_path / "run.npz")
    resumed = Rehearsal.resumed(recorded.load(tmp_path / "run.npz"))
    resumed.advance(40)
    went_on, whole = resumed.result(), rehearse(SMALL, 85)
    assert (went_on.losses == whole.losses).all()
    assert (went_on.norms == whole.norms).all()
    assert [frame.update for frame in went_on.frames] == [frame.update for frame in whole.frames]
    assert (went_on.state.weights == whole.state.weights).all()


def test_a_change_goes_on_from_where_the_training_stands():
    rehearsal = Rehearsal(SMALL)
    rehearsal.advance(20)
    before = rehearsal.result()
    rehearsal.change(replace(SMALL, theta=0.01))
    rehearsal.advance(20)
    after = rehearsal.result()
    assert (after.losses[:21] == before.losses).all()
    assert [(terms.update, terms.theta) for terms in after.terms] == [(0, SMALL.theta), (20, 0.01)]
    assert after.clipped[20:, 1].max() <= 0.01 * (1 + 1e-6)


def test_what_a_frame_measures():
    rehearsal = Rehearsal(SMALL)
    frame = rehearsal.result().frames[0]
    assert frame.stretch == pytest.approx(1, abs=1e-4)  # orthogonal
    weights = [p.detach().numpy().ravel() for p in network_of(SMALL).parameters()]
    assert frame.length == pytest.approx(np.linalg.norm(np.concatenate(weights)), rel=1e-5)
    rehearsal.pair.weights["rnn.bias_ih_l0"][1] = 9  # pushes every unit of the second network into saturation
    assert rehearsal.frame().saturated == pytest.approx([0, 1], abs=0.05)


def test_a_leap_gets_a_frame_before_and_after_it():
    rehearsal = Rehearsal(replace(SMALL, rate=2.0, seed=1))
    rehearsal.advance(40)
    run = rehearsal.result()
    steps = 2.0 * run.clipped[:, 0]
    leaps = [u for u, step in enumerate(steps[:40]) if step > 0.2 * 10]
    frames = {frame.update for frame in run.frames}
    assert leaps
    assert {leaps[0], leaps[0] + 1} <= frames


def test_the_recorded_run_is_the_one_that_the_code_makes():
    stored = recorded.load()
    fresh = rehearse(ClippingConfig(), 40)
    assert stored.config == ClippingConfig()
    assert stored.updates == 4_000
    assert stored.losses[:41, WITH] == pytest.approx(fresh.losses[:, WITH], rel=1e-3)
    assert stored.norms[:11] == pytest.approx(fresh.norms[:11], rel=1e-2)  # the other side's leaps magnify last digits
    assert stored.symbols == fresh.symbols
    assert stored.frames[0].hidden == pytest.approx(fresh.frames[0].hidden, abs=0.005)


def test_a_recording_survives_the_way_to_disk(tmp_path):
    run = rehearse(SMALL, 45)
    recorded.save(run, tmp_path / "run.npz")
    back = recorded.load(tmp_path / "run.npz")
    assert back.config == run.config
    assert (back.losses == run.losses).all()
    assert [frame.update for frame in back.frames] == [0, 40]
    assert back.frames[1].reach == pytest.approx(run.frames[1].reach)


def test_the_answer_follows_the_run():
    run = rehearse(SMALL, 200)
    for shares, option in [((0.2, 1.0), 0), ((1.0, 1.0), 1), ((0.2, 0.2), 2), ((1.0, 0.2), 2)]:
        told = clipping_answers.who_solves(replace(run, accuracies=np.tile(np.float32(shares), (201, 1))))
        assert told.option == option
        assert f"{shares[0]:.0%} of the answers" in told.because


@pytest.mark.slow
def test_clipping_saves_the_default_pair():
    assert clipping_answers.solved(recorded.load()) == (False, True)
    run = rehearse(replace(ClippingConfig(), length=20), 400)
    assert clipping_answers.solved(run) == (False, True)
