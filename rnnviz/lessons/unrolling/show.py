"""The unrolled network on a page: a run becomes a film, and what the visitor does to it goes back into the link."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from rnnviz.lessons.unrolling.config import RunConfig
from rnnviz.lessons.unrolling.scene import UNROLLING
from rnnviz.studies.answer import Answer
from rnnviz.ui import work
from rnnviz.ui.controls import controls
from rnnviz.ui.scene import scene
from rnnviz.ui.server import remembered, server
from rnnviz.work.pace import PACE

if TYPE_CHECKING:
    from rnnviz.lessons.unrolling.experiment import Unrolling
    from rnnviz.training.sequence_training import SequenceHistory
    from rnnviz.work.slices import Work

VIEW = ("updates", "step")
_HEAD_START = 0.05  # seconds the browser gets to draw a new film before the controls arrive


def film(config: RunConfig, *rows: Sequence[str], key: str = "film") -> None:
    """Show the configured network at work. Only a new run sends a new film; the rest happens in the browser.

    A picture that stands already changes before the controls are sent anew: the visitor waits for it, and the browser
    would draw all that arrives together at once. And what takes only a blink is computed before anything is sent: for
    each of two messages the browser would go through the whole page.

    Args:
        config: what to run, and where to look.
        rows: names of settings, a row of controls above the picture for each.
        key: names this place on the page.
    """
    stands, running = key in st.session_state, _job(config)
    running.advance()
    above = st.container()
    if stands and _mount(config, key, running) and not server().gate.crowded:
        time.sleep(_HEAD_START)
    with above:
        for names in rows:
            controls(config, *names)
    if not stands:
        _mount(config, key, running)
    work.bar(key, running, f"Training the network: {running.share:.0%}")


def stronger_signal(config: RunConfig) -> Answer | None:
    """Which hidden state gets the stronger error signal before training?"""
    from rnnviz.lessons.unrolling.answers import stronger_signal as asked

    run = _job(config).answer
    return asked(run) if run else None


def letters_right(config: RunConfig) -> Answer | None:
    """How often is the most probable next letter the right one after training?"""
    from rnnviz.lessons.unrolling.answers import letters_right as asked

    run = _job(config).answer
    return asked(run) if run else None


def _job(config: RunConfig) -> work.Job[SequenceHistory | None, Unrolling]:
    """The training of this network, for the picture and for the answers."""

    def unrolled() -> Work[SequenceHistory | None, Unrolling]:
        from rnnviz.lessons.unrolling.experiment import UPDATES, unroll

        return unroll(config, PACE.bounded(UPDATES))

    return work.job("unrolling", ("unrolling", config.key), unrolled, torch=False)


def _mount(config: RunConfig, key: str, running: work.Job[SequenceHistory | None, Unrolling]) -> bool:
    """Send the film; return whether it is a new one."""
    view = _view(config, key)
    if running.result is None:
        return False
    run, look = running.result, (view.linked["updates"], view.linked["step"], view.turn)
    data = _packed(config.key, run.updates[-1], *look, run=run)
    scene(UNROLLING, data, key=key, kind=RunConfig, reports=VIEW)
    before, st.session_state[f"{key}-sent"] = st.session_state.get(f"{key}-sent"), data
    return before is not data


@dataclass(frozen=True)
class View:
    """Where the link told the film to look, and what the stage had reported by then."""

    linked: dict[str, int]
    reported: dict[str, int]
    turn: int = 0


def _view(config: RunConfig, key: str) -> View:
    """Return where the film should look: a new view only when the link was changed by other hands than the stage's.

    The stage moves both and reports them; what it reported must not be sent back to it with a whole film.
    """
    linked = {name: getattr(config, name) for name in VIEW}
    reported = dict(st.session_state.get(key) or {})
    view: View | None = st.session_state.get(f"{key}-view")
    if view is None or key not in st.session_state:
        view = View(linked, reported)
    elif linked != view.linked | (reported if reported != view.reported else {}):
        view = View(linked, reported, view.turn + 1)
    st.session_state[f"{key}-view"] = view
    return view


@remembered(max_bytes=60_000_000, torch=False)
def _packed(config: RunConfig, reached: int, update: int, opened: int, turn: int, *, run: Unrolling) -> bytes:  # noqa: ARG001 -- config and reached tell runs apart for the cache
    from rnnviz.lessons.unrolling.scene.film import film as pack_film

    return pack_film(run, update=update, opened=opened, turn=turn)
