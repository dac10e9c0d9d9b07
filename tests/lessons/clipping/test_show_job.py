"""Which pair a visitor has on the page, without a page."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from rnnviz.lessons.clipping import show_job
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.pair_training import MORE, UPDATES
from rnnviz.work.desk import Desk

SMALL = ClippingConfig(seq_len=12, hidden_size=8, lr=0.03)
CHANGED = replace(SMALL, max_norm=0.1)


class Visitor:
    """A session, and what it has on the page."""

    def __init__(self, monkeypatch, desk):
        self.state, self.monkeypatch, self.desk = {}, monkeypatch, desk

    def look(self, config):
        self.monkeypatch.setattr(show_job, "st", SimpleNamespace(session_state=self.state))
        self.pair = show_job.current(config)
        return self.pair

    def train(self, updates):
        job = self.pair.job
        while self.pair.updates < updates:
            job.latest = self.desk.advance(job.key, job.work, job.latest, updates - self.pair.updates)


@pytest.fixture
def visitors(monkeypatch):
    desk = Desk(10_000_000)
    return Visitor(monkeypatch, desk), Visitor(monkeypatch, desk)


def test_visitors_of_the_same_settings_share_a_training(visitors):
    one, other = visitors
    one.look(SMALL), other.look(SMALL)
    one.train(10), other.train(10)
    assert other.pair.job.result is one.pair.job.result
    one.look(CHANGED), other.look(CHANGED)
    assert one.pair.job.key == other.pair.job.key


def test_a_training_ends_where_its_own_visitor_expects_it(visitors):
    one, other = visitors
    one.look(SMALL), other.look(SMALL)
    one.train(10), other.train(10)
    other.pair.job.stop()
    assert one.look(CHANGED).goal == UPDATES
    assert other.look(CHANGED).goal == 10 + MORE
    one.train(15)
    other.train(15)
    assert one.pair.job.share == pytest.approx(15 / UPDATES)
    assert other.pair.job.share == pytest.approx(15 / (10 + MORE))


def test_the_way_to_the_same_terms_does_not_matter(visitors):
    one, other = visitors
    one.look(SMALL), other.look(SMALL)
    one.train(10), other.train(10)
    one.look(replace(SMALL, max_norm=1.0))  # on the way, without an update
    assert one.look(CHANGED).job.key == other.look(CHANGED).job.key


def test_a_change_before_the_first_slice_of_the_last_one_loses_nothing(visitors):
    one, _ = visitors
    one.look(SMALL)
    one.train(10)
    one.look(replace(SMALL, max_norm=1.0))
    assert one.look(CHANGED).updates == 10
    one.train(12)
    assert [terms.update for terms in one.pair.result.terms] == [0, 10]


def test_who_starts_over_does_not_get_the_end_of_another_training(visitors):
    one, _ = visitors
    one.look(SMALL)
    one.train(10)
    one.pair = show_job.begin(SMALL, alone=True)
    one.train(5)
    assert one.pair.updates == 5


def test_the_goal_of_a_recording_that_goes_on_stays(visitors):
    one, _ = visitors
    assert one.look(ClippingConfig()) is None
    assert one.look(ClippingConfig(max_norm=0.1)).goal == UPDATES + MORE
    assert (one.pair.updates, one.pair.recorded, one.pair.job.share) == (UPDATES, UPDATES, 0.0)
    one.train(UPDATES + 2)
    assert one.look(ClippingConfig(max_norm=3.0)).goal == UPDATES + MORE
