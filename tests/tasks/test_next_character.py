import math

import pytest
import torch

from rnnviz.tasks.next_character import NextCharacter


def test_the_text_is_read_as_a_loop():
    task = NextCharacter(tuple("abc"), 5)
    assert task.alphabet == ("a", "b", "c")
    assert task.inputs == (0, 1, 2, 0, 1)
    assert task.targets == (1, 2, 0, 1, 2)


def test_inputs_are_one_hot_time_first():
    x = NextCharacter(tuple("peacock"), 7).x()
    assert x.shape == (7, 1, 6)
    assert x.sum(dim=-1).unique().tolist() == [1.0]
    assert x[3, 0].tolist() == x[5, 0].tolist()  # both c


def test_a_character_is_what_people_count_as_one():
    assert NextCharacter(("👩‍👩‍👧", "é"), 3).alphabet == ("👩‍👩‍👧", "é")


@pytest.mark.parametrize("text", ["peacock", "ab", "a"])
def test_a_model_that_knows_nothing_loses_the_baseline(text):
    task = NextCharacter(tuple(text), 9)
    loss = task.loss(torch.zeros(9, 1, len(task.alphabet)))
    assert loss.item() == pytest.approx(task.baseline)
    assert task.baseline == pytest.approx(math.log(len(set(text))))
