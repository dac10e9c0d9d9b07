"""Which pair of trainings a visitor has on the page: the recorded one, one of his own, or the recorded one going on."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

import streamlit as st

from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.ui import server
from rnnviz.ui.work import Job
from rnnviz.work.pace import PACE
from rnnviz.work.slices import Slice

if TYPE_CHECKING:
    from rnnviz.lessons.clipping.experiments.pair import Pair

_PAIR = "pair-job"
_TERMS = {"lr", "max_norm", "clip"}  # settings that a training goes on with


@dataclass
class PairJob:
    """A pair that is trained on the page.

    Args:
        config: the terms that it obeys now.
        job: its training.
        goal: updates it makes in the end.
        recorded: updates that were made before.
        before: what it goes on from after a change.
    """

    config: ClippingConfig
    job: Job[Pair, Pair]
    goal: int
    recorded: int = 0
    before: Pair | None = None

    @property
    def result(self) -> Pair | None:
        """The pair as it stands; None before the first slice."""
        return self.job.result or self.before

    @property
    def updates(self) -> int:
        """Updates so far."""
        return self.result.updates if self.result else 0


def current(config: ClippingConfig) -> PairJob | None:
    """Return the pair for these settings: the one that is there, a new one, or None for the recording."""
    key, default = config.key, ClippingConfig().key
    mine: PairJob | None = st.session_state.get(_PAIR)
    if mine is None and _PAIR in st.session_state and key != default and _fixed(key) == _fixed(default):
        mine = _from_recording()
    if mine and _fixed(mine.config) == _fixed(key):
        if mine.config != key:
            mine = _change(mine, key)
        return mine
    if key == default:
        st.session_state[_PAIR] = None
        return None
    return begin(config)


def _fixed(config: ClippingConfig) -> ClippingConfig:
    """What has to be built anew when it changes."""
    default = ClippingConfig()
    return replace(config.key, **{name: getattr(default, name) for name in _TERMS})


def begin(config: ClippingConfig, *, alone: bool = False) -> PairJob:
    """Begin with two new networks.

    Args:
        config: their settings.
        alone: do not take over what other visitors have trained with these settings.
    """
    server.server().imports.join()
    from rnnviz.lessons.clipping.experiments.pair_training import UPDATES, training

    goal = PACE.bounded(UPDATES)
    key: Hashable = ("pair", config.key, goal, uuid4() if alone else None)
    mine = st.session_state[_PAIR] = PairJob(config.key, Job(key, training(config, goal)), goal)
    return mine


def _from_recording() -> PairJob:
    """The recorded run, which was on the page, as it stands at its last update."""
    server.server().imports.join()
    from rnnviz.lessons.clipping.experiments.pair_training import training_on

    run = recording()
    job = Job(("pair", "recorded"), training_on(run, run.config, run.updates), latest=Slice(run, run, 1.0))
    mine = st.session_state[_PAIR] = PairJob(run.config.key, job, run.updates, run.updates)
    return mine


def _change(mine: PairJob, config: ClippingConfig) -> PairJob:
    """Go on under another threshold or rate, from where the training stands."""
    from rnnviz.lessons.clipping.experiments.pair_training import MORE, MOST, training_on

    pair = mine.result
    if pair is None:  # nothing has been trained under the terms before
        return begin(config)
    mine.config, mine.before = config.key, pair
    if not mine.job.running:
        mine.goal = min(pair.updates + PACE.bounded(MORE), MOST)
    obeyed = tuple(terms for terms in pair.terms if terms.update < pair.updates)
    key: Hashable = ("pair", config.key, mine.goal, mine.recorded, obeyed, pair.updates)
    mine.job = Job(key, training_on(pair, config, mine.goal))
    return mine


@server.remembered(max_bytes=2_000_000)
def recording() -> Pair:
    """Return the run that a visitor meets first."""
    from rnnviz.lessons.clipping import recorded

    return recorded.load()
