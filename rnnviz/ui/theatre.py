"""The clipping theatre on a page: a film that grows as it trains, can be stopped, and goes on after a change."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from rnnviz.config import ClippingConfig
from rnnviz.ui import link, server
from rnnviz.ui.asking import choice, verdict
from rnnviz.ui.pulse import pulse
from rnnviz.ui.scene import scene

if TYPE_CHECKING:
    from rnnviz.experiments.rehearsal import Rehearsal
    from rnnviz.experiments.theatre import Terms, Theatre

_SHOW = "theatre-show"
_CHUNK = 0.9  # seconds of training between two looks at the page
_BITE = 20  # updates
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


def theatre(config: ClippingConfig) -> None:
    """Show both trainings. Until a visitor changes something, it is a recorded run."""
    _stage(config.family)


def who_solves(config: ClippingConfig, question: str, options: Sequence[str]) -> None:
    """Ask who solves the task. A choice starts a live run, which answers when it is over."""
    with st.container(border=True, key="predict-clipping-who"):
        chosen = choice("clipping-who", question, options, "both networks are trained")
        if chosen is None:
            return
        show = _cast(config)
        if show is None or show.recorded:  # nothing recorded answers a question
            show = _premiere(config)
        if show.running:
            st.caption("Both networks are being trained below. When that is over, they answer.")
            return
        from rnnviz.experiments import clipping_answers

        verdict(options, chosen, clipping_answers.who_solves(show.rehearsal.result()))


def _cast(config: ClippingConfig) -> Show | None:
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
    return _premiere(config)


def _networks(config: ClippingConfig) -> ClippingConfig:
    """What has to be built anew when it changes."""
    usual = ClippingConfig()
    return replace(config.family, **{name: getattr(usual, name) for name in _RULE})


def _premiere(config: ClippingConfig) -> Show:
    server.server().imports.join()
    from rnnviz.experiments.rehearsal import UPDATES, Rehearsal

    show = st.session_state[_SHOW] = Show(config.family, Rehearsal(config.family), UPDATES)
    return show


def _encore() -> Show:
    """Go on with the recorded run, which was on stage, from its last update."""
    run = _recording()
    from rnnviz.experiments.rehearsal import Rehearsal

    show = st.session_state[_SHOW] = Show(run.config.family, Rehearsal.resumed(run), run.updates, run.updates)
    return show


def _change(show: Show, config: ClippingConfig) -> None:
    """Go on with another threshold or rate, from where the training stands."""
    from rnnviz.experiments.rehearsal import MORE, MOST

    show.config = config
    show.rehearsal.change(config)
    if not show.running:
        show.goal = min(show.goal + MORE, MOST)


@st.fragment
def _stage(family: ClippingConfig) -> None:
    config = link.current(ClippingConfig)
    if config.family != family:  # the threshold was dragged: the sections below have to know
        st.rerun()
    show = _cast(config)
    training = show is not None and show.running
    if show and training:
        _train(show)
    _bar(show, config)
    scene("theatre", _packed(show), key="theatre", kind=ClippingConfig, reports=("theta",))
    if show and show.running:
        pulse("theatre-pulse")
    elif training:  # it is over: the prediction above can be answered
        st.rerun()


def _train(show: Show) -> None:
    """Train for a moment, if it is this visitor's turn."""
    with server.gate():
        end = time.monotonic() + _CHUNK
        while show.running and time.monotonic() < end:
            show.rehearsal.advance(min(_BITE, show.goal - show.rehearsal.updates))


def _bar(show: Show | None, config: ClippingConfig) -> None:
    """Say what is on stage, and what can be done about it."""
    with st.container(horizontal=True, vertical_alignment="center", key="theatre-bar"):
        if show is None:
            st.markdown(
                ":primary-badge[Recorded] This run was made before, by the code of this page. "
                "Another threshold or rate goes on from its last update."
            )
            st.button("Run it now", key="theatre-run", type="primary", on_click=_again, args=(config,))
        elif show.running:
            st.progress(show.rehearsal.updates / show.goal, _progress(show))
            st.button("Stop", key="theatre-stop", on_click=_stop, args=(show,))
        else:
            st.markdown(_stands(show))
            if show.planned > show.rehearsal.updates:
                st.button("Go on", key="theatre-on", on_click=_go_on, args=(show,))
            st.button("Start over", key="theatre-again", on_click=_again, args=(config,))


def _again(config: ClippingConfig) -> None:
    _premiere(config)


def _stop(show: Show) -> None:
    show.planned, show.goal = show.goal, show.rehearsal.updates


def _go_on(show: Show) -> None:
    show.goal = show.planned


def _progress(show: Show) -> str:
    done = f"Training both networks: update {show.rehearsal.updates:,} of {show.goal:,}"
    return "; ".join((done, *map(_since, show.rehearsal.terms[1:][-1:])))


def _since(terms: Terms) -> str:
    return f"since update {terms.update:,} by {terms.how} at θ = {terms.theta:g}, rate {terms.rate:g}"


def _stands(show: Show) -> str:
    from rnnviz.experiments.rehearsal import MOST

    before = f"Recorded up to update {show.recorded:,}. " if show.recorded else ""
    goes_on = "Another threshold or rate goes on from here." if show.rehearsal.updates < MOST else "It ends here."
    return f"{before}Measured just now, on {show.rehearsal.updates - show.recorded:,} updates. {goes_on}"


def _packed(show: Show | None) -> bytes:
    if show is None:
        return _recorded()
    from rnnviz.stage.theatre import theatre as pack_theatre

    goal = max(show.goal, 1)
    return pack_theatre(show.rehearsal.result(), goal=goal, running=show.running, recorded=show.recorded)


@server.remembered(max_entries=1)
def _recorded() -> bytes:
    from rnnviz.stage.theatre import theatre as pack_theatre

    run = _recording()
    return pack_theatre(run, goal=run.updates, running=False, recorded=run.updates)


@server.remembered(max_entries=1)
def _recording() -> Theatre:
    from rnnviz.experiments import recorded

    return recorded.load()
