import math

import numpy as np
import pytest

from rnnviz.lessons.clipping.config import TASKS
from rnnviz.tasks.copying import BLANK, GO, WORD, Copying
from rnnviz.tasks.recall import Recall
from rnnviz.tasks.temporal_order import TemporalOrder


def codes(batch):
    return batch.x.argmax(-1)


@pytest.mark.parametrize("task", TASKS.values())
@pytest.mark.parametrize("steps", [22, 37, 100])
def test_a_batch_has_the_shapes_its_task_promises(task, steps):
    problem = task(steps)
    batch = problem.batch(7, np.random.default_rng(0))
    asked = len(range(*problem.scored.indices(problem.seq_len)))
    assert batch.x.shape == (problem.seq_len, 7, len(problem.symbols))
    assert batch.x.dtype == np.float32
    assert (batch.x.sum(-1) == 1).all()
    assert batch.targets.shape == (asked, 7)
    assert batch.targets.min() >= 0
    assert batch.targets.max() < len(problem.classes)


@pytest.mark.parametrize("task", TASKS.values())
def test_the_generator_alone_decides(task):
    one, same, other = (task(30).batch(50, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert (one.x == same.x).all()
    assert (one.targets == same.targets).all()
    assert (one.x != other.x).any()


def test_temporal_order_names_its_two_clues_in_order():
    task = TemporalOrder(40)
    batch = task.batch(400, np.random.default_rng(1))
    for sequence, target in zip(codes(batch).T, batch.targets[0], strict=True):
        places = np.flatnonzero(sequence < 2)
        assert len(places) == 2
        assert 4 <= places[0] < 8
        assert 16 <= places[1] < 20
        assert task.classes[target] == "".join(task.symbols[c] for c in sequence[places])
    assert set(batch.targets[0]) == {0, 1, 2, 3}


def test_recall_asks_for_the_first_symbol():
    batch = Recall(30).batch(200, np.random.default_rng(1))
    assert (codes(batch)[0] == batch.targets[0]).all()
    assert (codes(batch)[1:] >= 4).all()


def test_copying_repeats_the_word_after_the_signal():
    task = Copying(35)
    batch = task.batch(100, np.random.default_rng(1))
    seen = codes(batch)
    assert (seen[:WORD] == batch.targets[-WORD:]).all()
    assert (seen[-WORD - 1] == GO).all()
    assert (seen[WORD : -WORD - 1] == BLANK).all()
    assert (batch.targets[:-WORD] == BLANK).all()


@pytest.mark.parametrize(("task", "loss"), [("temporal_order", math.log(4)), ("recall", math.log(4))])
def test_baselines_of_a_single_answer(task, loss):
    assert TASKS[task](40).baseline == pytest.approx(loss)
    assert TASKS[task](40).chance == 0.25


@pytest.mark.parametrize("wait", [1, 100, 500])
def test_the_copying_baseline_is_the_loss_of_a_model_without_memory(wait):
    task = Copying(wait + 20)
    assert task.baseline == pytest.approx(10 * math.log(8) / (wait + 20))  # Arjovsky, Shah & Bengio 2016
    targets = task.batch(2000, np.random.default_rng(0)).targets
    chances = np.full((task.seq_len, 9), 1e-12)
    chances[:-WORD, BLANK], chances[-WORD:, :8] = 1, 1 / 8
    loss = -np.log(np.take_along_axis(chances[:, None], targets[..., None], axis=2)).mean()
    assert loss == pytest.approx(task.baseline, rel=1e-6)
    assert task.only_asked().baseline == pytest.approx(math.log(8))
    assert task.chance == task.only_asked().chance == 1 / 8


def test_a_letter_that_is_said_wrong_is_one_answer_in_ten_and_no_blank_makes_up_for_it():
    task = Copying(200)
    targets = task.batch(3, np.random.default_rng(0)).targets
    said = targets.copy()
    said[-1, 0] = (said[-1, 0] + 1) % 8
    said[5, 1] = 0  # a letter where a blank is due
    share = task.share_right(np.eye(9)[said][:, None], targets[:, None])
    assert share == pytest.approx([29 / 30])
    assert task.answers == WORD
    assert task.share_right(np.eye(9)[said][:, :, None], targets[:, :, None]) == pytest.approx([0.9, 1, 1])


@pytest.mark.parametrize("task", TASKS.values())
def test_the_answers_that_memory_gives_are_asked_alone_of_the_same_sequences(task):
    whole = task(30)
    alone = whole.only_asked()
    read, same = (one.batch(40, np.random.default_rng(2)) for one in (whole, alone))
    assert (read.x == same.x).all()
    assert (read.targets[whole.asked] == same.targets).all()
    assert len(same.targets) == alone.answers == whole.answers


@pytest.mark.parametrize("task", TASKS.values())
def test_other_letters_than_the_clues_change_no_answer(task):
    problem = task(30)
    batch = problem.batch(60, np.random.default_rng(3))
    for sequence, target in zip(codes(batch).T, batch.targets[problem.asked].T, strict=True):
        spelled = [problem.symbols[c] for c in sequence]
        clues = "".join(spelled[t] for t in problem.clues_in(spelled))
        assert clues == "".join(problem.classes[c] for c in target)
