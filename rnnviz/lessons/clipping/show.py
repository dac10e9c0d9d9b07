"""The clipping theatre on a page: a film that grows as it trains, can be stopped, and goes on after a change."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.scene import PAIR
from rnnviz.lessons.clipping.show_cast import Show, cast, premiere, recording
from rnnviz.ui import link, server
from rnnviz.ui.asking import choice, verdict
from rnnviz.ui.pulse import pulse
from rnnviz.ui.scene import scene

if TYPE_CHECKING:
    from rnnviz.lessons.clipping.experiments.pair import Terms

_CHUNK = 0.9  # seconds of training between two looks at the page
_BITE = 20  # updates


def theatre(config: ClippingConfig) -> None:
    """Show both trainings. Until a visitor changes something, it is a recorded run."""
    _stage(config.family)


def who_solves(config: ClippingConfig, question: str, options: Sequence[str]) -> None:
    """Ask who solves the task. A choice starts a live run, which answers when it is over."""
    with st.container(border=True, key="predict-clipping-who"):
        show = cast(config)
        then = "both networks are trained" if show is None else "the networks below answer at the end of their training"
        chosen = choice("clipping-who", question, options, then)
        if chosen is None:
            return
        if show is None or show.recorded:  # nothing recorded answers a question
            show = premiere(config)
        if show.running:
            st.caption("Both networks are being trained below. When that is over, they answer.")
            return
        from rnnviz.lessons.clipping import answers as clipping_answers

        verdict(options, chosen, clipping_answers.who_solves(show.rehearsal.result()))


@st.fragment
def _stage(family: ClippingConfig) -> None:
    config = link.current(ClippingConfig)
    if config.family != family:  # the threshold was dragged: the sections below have to know
        st.rerun()
    show = cast(config)
    training = show is not None and show.running
    if show and training:
        _train(show)
    _bar(show, config)
    scene(PAIR, _packed(show), key="theatre", kind=ClippingConfig, reports=("theta",))
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
    premiere(config)


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
    from rnnviz.lessons.clipping.experiments.pair_training import MOST

    before = f"Recorded up to update {show.recorded:,}. " if show.recorded else ""
    goes_on = "Another threshold or rate goes on from here." if show.rehearsal.updates < MOST else "It ends here."
    return f"{before}Measured just now, on {show.rehearsal.updates - show.recorded:,} updates. {goes_on}"


def _packed(show: Show | None) -> bytes:
    if show is None:
        return _recorded()
    from rnnviz.lessons.clipping.scene.pair import theatre as pack_theatre

    goal = max(show.goal, 1)
    return pack_theatre(show.rehearsal.result(), goal=goal, running=show.running, recorded=show.recorded)


@server.remembered(max_entries=1)
def _recorded() -> bytes:
    from rnnviz.lessons.clipping.scene.pair import theatre as pack_theatre

    run = recording()
    return pack_theatre(run, goal=run.updates, running=False, recorded=run.updates)
