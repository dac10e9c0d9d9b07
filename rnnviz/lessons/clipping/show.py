"""The pair of trainings on a page: a film that grows as it trains, can be stopped, and goes on after a change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.scene import PAIR
from rnnviz.lessons.clipping.show_job import PairJob, begin, current, recording
from rnnviz.studies.digits import given
from rnnviz.ui import link, server
from rnnviz.ui.asking import choice, verdict
from rnnviz.ui.pulse import pulse
from rnnviz.ui.scene import scene

if TYPE_CHECKING:
    from rnnviz.lessons.clipping.experiments.pair import Terms


def pair(config: ClippingConfig) -> None:
    """Show both trainings. Until a visitor changes something, it is a recorded run."""
    _growing(config.key)


def who_solves(config: ClippingConfig, question: str, options: Sequence[str]) -> None:
    """Ask who solves the task. A choice starts a live run, which answers when it is over."""
    with st.container(border=True, key="predict-clipping-who"):
        mine = current(config)
        then = "both networks are trained" if mine is None else "the networks below answer at the end of their training"
        chosen = choice("clipping-who", question, options, then)
        if chosen is None:
            return
        if mine is None or mine.recorded:  # nothing recorded answers a question
            mine = begin(config)
        if mine.job.answer is None:
            st.caption("Both networks are being trained below. When that is over, they answer.")
            return
        from rnnviz.lessons.clipping import answers

        verdict(options, chosen, answers.who_solves(mine.job.answer))


@st.fragment
def _growing(key: ClippingConfig) -> None:
    config = link.current(ClippingConfig)
    if config.key != key:  # the threshold was dragged: the sections below have to know
        st.rerun()
    mine = current(config)
    running = mine is not None and mine.job.running
    if mine:
        mine.job.advance()
    _bar(mine, config)
    scene(PAIR, _packed(mine), key="pair", kind=ClippingConfig, reports=("max_norm",))
    if mine and mine.job.running:
        pulse("pair-pulse")
    elif running:  # it is over: the prediction above can be answered
        st.rerun()


def _bar(mine: PairJob | None, config: ClippingConfig) -> None:
    """Say what is on the page, and what can be done about it."""
    with st.container(horizontal=True, vertical_alignment="center", key="pair-bar"):
        if mine is None:
            st.markdown(
                ":primary-badge[Recorded] This run was made before, by the code of this page. "
                f"Another threshold or rate goes on from its last update. {_twin()}"
            )
            st.button("Run it now", key="pair-run", type="primary", on_click=_again, args=(config,))
        elif mine.job.running:
            st.progress(mine.job.share, _progress(mine))
            st.button("Stop", key="pair-stop", on_click=mine.job.stop)
        else:
            st.markdown(_stands(mine))
            if mine.job.share < 1:
                st.button("Go on", key="pair-on", on_click=mine.job.go_on)
            st.button("Start over", key="pair-again", on_click=_again, args=(config,), kwargs={"alone": True})


def _again(config: ClippingConfig, *, alone: bool = False) -> None:
    begin(config, alone=alone)


def _progress(mine: PairJob) -> str:
    done = f"Training both networks: update {mine.updates:,} of {mine.goal:,}"
    changes = mine.result.terms[1:] if mine.result else ()
    return "; ".join((done, *map(_since, changes[-1:])))


def _since(terms: Terms) -> str:
    return f"since update {terms.update:,} by {terms.clip} at θ = {given(terms.max_norm)}, rate {given(terms.lr)}"


def _stands(mine: PairJob) -> str:
    from rnnviz.lessons.clipping.experiments.pair_training import MOST

    before = f"Recorded up to update {mine.recorded:,}. " if mine.recorded else ""
    goes_on = "Another threshold or rate goes on from here." if mine.updates < MOST else "It ends here."
    return f"{before}Measured here, on {mine.updates - mine.recorded:,} updates. {goes_on} {_beside(mine)}"


@server.remembered(max_bytes=2_000)
def _twin() -> str:
    """What the recorded run's last digits do."""
    from rnnviz.lessons.clipping import recorded
    from rnnviz.lessons.clipping.experiments.agreement import of_a_twin

    return of_a_twin(recorded.twin())


def _beside(mine: PairJob) -> str:
    """How a run with the recorded one's settings agrees with it; nothing of any other."""
    if mine.result is None or mine.recorded or mine.config != ClippingConfig().key or len(mine.result.terms) > 1:
        return ""
    from rnnviz.lessons.clipping.experiments.agreement import agreement, of_the_recording

    return of_the_recording(agreement(mine.result, recording()))


def _packed(mine: PairJob | None) -> bytes:
    if mine is None or mine.result is None:
        return _recorded()
    from rnnviz.lessons.clipping.scene.pair import pair as pack_pair

    return pack_pair(mine.result, goal=mine.goal, running=mine.job.running, recorded=mine.recorded)


@server.remembered(max_bytes=2_000_000)
def _recorded() -> bytes:
    from rnnviz.lessons.clipping.scene.pair import pair as pack_pair

    run = recording()
    return pack_pair(run, goal=run.updates, running=False, recorded=run.updates)
