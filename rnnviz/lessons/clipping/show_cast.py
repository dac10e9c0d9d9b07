"""Who is on the theatre's stage: the recorded run, two networks at work, or the recorded ones going on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.ui import server

if TYPE_CHECKING:
    from rnnviz.lessons.clipping.experiments.pair import Theatre
    from rnnviz.lessons.clipping.experiments.pair_training import Rehearsal

_SHOW = "theatre-show"
_RULE = {"rate", "theta", "how"}  # settings that a training goes on with


@dataclass
class Show:
    """What one visitor has on stage."""

    config: ClippingConfig
    rehearsal: Rehearsal
    goal: int
    recorded: int = 0  # updates that were made before
    planned: int = 0  # the goal that was given up when it was stopped

    @property
    def running(self) -> bool:
        """Whether there is more to come."""
        return self.rehearsal.updates < self.goal


def cast(config: ClippingConfig) -> Show | None:
    """Return who is on stage for these settings: the networks at work, new ones, or None for the recording."""
    family, usual = config.family, ClippingConfig().family
    show: Show | None = st.session_state.get(_SHOW)
    if show is None and _SHOW in st.session_state and family != usual and _networks(family) == _networks(usual):
        show = _encore()
    if show and _networks(show.config) == _networks(family):
        if show.config != family:
            _change(show, family)
        return show
    if family == usual:
        st.session_state[_SHOW] = None
        return None
    return premiere(config)


def _networks(config: ClippingConfig) -> ClippingConfig:
    """What has to be built anew when it changes."""
    usual = ClippingConfig()
    return replace(config.family, **{name: getattr(usual, name) for name in _RULE})


def premiere(config: ClippingConfig) -> Show:
    """Put two new networks on stage."""
    server.server().imports.join()
    from rnnviz.lessons.clipping.experiments.pair_training import UPDATES, Rehearsal

    show = st.session_state[_SHOW] = Show(config.family, Rehearsal(config.family), UPDATES)
    return show


def _encore() -> Show:
    """Go on with the recorded run, which was on stage, from its last update."""
    run = recording()
    from rnnviz.lessons.clipping.experiments.pair_training import Rehearsal

    show = st.session_state[_SHOW] = Show(run.config.family, Rehearsal.resumed(run), run.updates, run.updates)
    return show


def _change(show: Show, config: ClippingConfig) -> None:
    """Go on with another threshold or rate, from where the training stands."""
    from rnnviz.lessons.clipping.experiments.pair_training import MORE, MOST

    show.config = config
    show.rehearsal.change(config)
    if not show.running:
        show.goal = min(show.goal + MORE, MOST)


@server.remembered(max_entries=1)
def recording() -> Theatre:
    """Return the run that a visitor meets first."""
    from rnnviz.lessons.clipping import recorded

    return recorded.load()
