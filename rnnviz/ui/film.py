"""The unrolled network on a page: a run becomes a film, and what the visitor does to it goes back into the link."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from rnnviz.config import RunConfig
from rnnviz.experiments.answer import Answer
from rnnviz.ui.controls import controls
from rnnviz.ui.scene import scene
from rnnviz.ui.server import remembered, server

if TYPE_CHECKING:
    from rnnviz.experiments.unroll import Unrolling

VIEW = ("updates", "step")
_HEAD_START = 0.05  # seconds the browser gets to draw a new film before the controls arrive
_SLOW = 1_500  # steps × units; above this a run takes longer than a blink and shows its progress


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
    stands = key in st.session_state
    ready = _data(config, key) if stands and not _slow(config) else None
    above = st.container()
    if stands and _mount(config, key, ready) and not server().gate.crowded:
        time.sleep(_HEAD_START)
    with above:
        for names in rows:
            controls(config, *names)
    if not stands:
        _mount(config, key)


def _mount(config: RunConfig, key: str, ready: bytes | None = None) -> bool:
    """Send the film, which may be ready; return whether it is a new one."""
    with _progress(config) as progress:
        data = ready or _data(config, key, progress)
    scene("stage", data, key=key, kind=RunConfig, reports=VIEW)
    before, st.session_state[f"{key}-sent"] = st.session_state.get(f"{key}-sent"), data
    return before is not data


def _data(config: RunConfig, key: str, progress: Callable[[float], None] = lambda _: None) -> bytes:
    """The film for where the link points."""
    view = _view(config, key)
    updates, step = view.linked["updates"], view.linked["step"]
    return _packed(config.family, updates, step, view.turn, progress=progress)


def measured(question: str, config: RunConfig) -> Answer:
    """Let the run on screen answer a question of ``experiments.unroll_answers``."""
    from rnnviz.experiments import unroll_answers

    with _progress(config) as progress:
        answer: Answer = getattr(unroll_answers, question)(_run(config.family, progress=progress))
    return answer


@dataclass(frozen=True)
class View:
    """Where the link told the film to look, and what the stage had reported by then."""

    linked: dict[str, int]
    told: dict[str, int]
    turn: int = 0


def _view(config: RunConfig, key: str) -> View:
    """Return where the film should look: a new view only when the link was changed by other hands than the stage's.

    The stage moves both and reports them; what it reported must not be sent back to it with a whole film.
    """
    linked = {name: getattr(config, name) for name in VIEW}
    told = dict(st.session_state.get(key) or {})
    view: View | None = st.session_state.get(f"{key}-view")
    if view is None or key not in st.session_state:
        view = View(linked, told)
    elif linked != view.linked | (told if told != view.told else {}):
        view = View(linked, told, view.turn + 1)
    st.session_state[f"{key}-view"] = view
    return view


def _slow(config: RunConfig) -> bool:
    return config.seq_len * config.hidden_size >= _SLOW


@contextmanager
def _progress(config: RunConfig) -> Iterator[Callable[[float], None]]:
    """Tell the page how far a long run is."""
    place = st.empty()

    def report(share: float) -> None:
        if _slow(config):
            place.progress(min(share, 1.0), "Training the network")

    yield report
    place.empty()


@remembered(max_bytes=32_000_000, torch=False)
def _packed(family: RunConfig, update: int, opened: int, turn: int, *, progress: Callable[[float], None]) -> bytes:
    from rnnviz.stage.film import film as pack_film

    return pack_film(_run(family, progress=progress), update=update, opened=opened, turn=turn)


@remembered(max_bytes=16_000_000, torch=False)
def _run(family: RunConfig, *, progress: Callable[[float], None]) -> "Unrolling":
    from rnnviz.experiments.unroll import unroll

    return unroll(family, progress)
