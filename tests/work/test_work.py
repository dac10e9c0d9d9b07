"""Long work in slices, whoever makes them."""

import pickle
import threading
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from rnnviz.work import pace
from rnnviz.work.desk import Desk
from rnnviz.work.pace import Pace
from rnnviz.work.slices import Slice, Work


def begin(start):
    return start


def add(goal, state, _units=None):
    return Slice(state + 1, [state + 1], (state + 1) / goal)


COUNTING = Work(partial(begin, 0), partial(add, 5))


def test_work_is_done_slice_by_slice_or_at_once():
    latest = COUNTING.after(None)
    assert latest == (1, [1], 0.2)
    assert COUNTING.after(latest).state == 2
    assert COUNTING.whole() == [5]


def test_what_is_over_stays_as_it_is():
    last = Slice(5, [5], 1.0)
    assert COUNTING.after(last) is last


def test_work_and_slices_can_be_sent_elsewhere():
    there = pickle.loads(pickle.dumps(COUNTING))
    assert there.after(pickle.loads(pickle.dumps(COUNTING.after(None)))).state == 2


def test_who_asks_for_the_same_finds_what_was_done():
    desk = Desk(10_000)
    first = desk.advance("a", COUNTING, None)
    assert desk.advance("a", COUNTING, None) is first  # a second visitor, who has nothing yet
    second = desk.advance("a", COUNTING, first)
    assert second.state == 2
    assert desk.advance("a", COUNTING, first) is second
    assert desk.advance("b", COUNTING, None).state == 1


def test_who_keeps_a_slice_goes_on_from_it_when_the_desk_has_forgotten():
    desk = Desk(500)
    mine = desk.advance("a", COUNTING, None)
    for key in range(20):
        desk.advance(key, COUNTING, None)
    assert desk.latest("a") is None
    assert desk.advance("a", COUNTING, mine).state == 2


def test_a_desk_is_bounded_in_bytes():
    desk = Desk(100_000)
    big = Work(partial(begin, None), lambda *_: Slice(None, np.zeros(5_000), 1.0))
    for key in range(10):
        assert desk.advance(key, big, None).share == 1
    assert [key for key in range(10) if desk.latest(key)] == [8, 9]
    huge = Work(partial(begin, None), lambda *_: Slice(None, np.zeros(50_000), 1.0))
    assert desk.advance("huge", huge, None).share == 1
    assert desk.latest("huge") is None


def test_two_at_once_make_each_slice_once():
    made, together = [], threading.Barrier(2)
    work = Work(partial(begin, 0), lambda state, _: made.append(state) or Slice(state + 1, state + 1, 0.5))
    desk = Desk(10_000)

    def visit():
        together.wait(5)
        desk.advance("a", work, None)

    visitors = [threading.Thread(target=visit) for _ in range(2)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert made == [0]


def test_who_has_a_slice_does_not_wait_while_somebody_makes_the_next():
    begun, finish, desk = threading.Event(), threading.Event(), Desk(10_000)

    def slow(state, _):
        begun.set()
        assert finish.wait(20)
        return Slice(state + 1, state + 1, 0.5)

    mine = Slice(0, 0, 0.1)
    other = threading.Thread(target=desk.advance, args=("a", Work(partial(begin, 0), slow), mine))
    other.start()
    assert begun.wait(20)
    assert desk.advance("a", COUNTING, mine) is mine
    assert desk.advance("b", COUNTING, None).state == 1  # other work is not held up
    finish.set()
    other.join()
    assert desk.advance("a", COUNTING, mine).share == 0.5


def test_a_test_counts_slices_and_looks_at_each(tmp_path):
    parsed = Pace.parse(f"units=3 goal=10 hold={tmp_path / 'hold'}")
    assert parsed == Pace(3, 10, Path(tmp_path / "hold"))
    assert (parsed.cut, parsed.bounded(4_000)) == (3, 10)
    assert len(list(parsed.turns())) == 1
    assert not parsed.held()
    (tmp_path / "hold").touch()
    assert parsed.held()
    assert parsed.cut == 1


@pytest.mark.parametrize("text", ["unit=20", "units=0", "units=5 goal=-1"])
def test_a_pace_that_cannot_be_is_refused(text):
    with pytest.raises(ValueError, match="RNNVIZ_PACE"):
        Pace.parse(text)


def test_a_visitors_look_lasts_as_long_as_the_clock_says(monkeypatch):
    now = iter([0.0, 0.3, 0.6, 0.95])
    monkeypatch.setattr(pace.time, "monotonic", lambda: next(now))
    free = Pace.parse("")
    assert len(list(free.turns())) == 3
    assert (free.cut, free.bounded(4_000), free.held()) == (None, 4_000, False)
