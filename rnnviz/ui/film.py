"""The unrolled network on a page: a run becomes a film, and what the visitor does to it goes back into the link."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import streamlit as st

from rnnviz.config import RunConfig
from rnnviz.experiments.answer import Answer
from rnnviz.ui.scene import scene
from rnnviz.ui.server import remembered, warm

if TYPE_CHECKING:
    from rnnviz.experiments.unroll import Unrolling

VIEW = ("updates", "step")
_SLOW = 1_500  # steps × units; above this a run takes longer than a blink and shows its progress


def film(config: RunConfig, key: str = "film") -> None:
    """Show the configured network at work. Only a new run sends a new film; the rest happens in the browser."""
    with _progress(config) as progress:
        data = _packed(config.family, *_view(config, key), progress=progress)
    scene("stage", data, key=key, kind=RunConfig, reports=VIEW)


def measured(question: str, config: RunConfig) -> Answer:
    """Let the run on screen answer a question of ``experiments.unroll_answers``."""
    from rnnviz.experiments import unroll_answers

    with _progress(config) as progress:
        answer: Answer = getattr(unroll_answers, question)(_run(config.family, progress=progress))
    return answer


def _view(config: RunConfig, key: str) -> tuple[int, int]:
    """Return where the film should open: where the link pointed when it last differed from what the stage shows.

    The stage itself moves both and reports them; what it reported must not be sent back to it with a whole film.
    """
    linked = (config.updates, config.step)
    opened = st.session_state.get(f"{key}-view", linked)
    told = st.session_state.get(key) or {}
    shown = tuple(told.get(name, value) for name, value in zip(VIEW, opened, strict=True))
    view: tuple[int, int] = opened if told and shown == linked else linked
    st.session_state[f"{key}-view"] = view
    return view


@contextmanager
def _progress(config: RunConfig) -> Iterator[Callable[[float], None]]:
    """Tell the page how far a long run is. Touching the page also ends a run that a newer one has replaced."""
    place = st.empty()
    slow = config.seq_len * config.hidden_size >= _SLOW

    def report(share: float) -> None:
        if slow:
            place.progress(min(share, 1.0), "Training the network")

    if not warm():
        place.caption("Starting PyTorch: the first picture takes a second or two.")
    yield report
    place.empty()


@remembered(max_bytes=100_000_000)
def _packed(family: RunConfig, update: int, opened: int, *, progress: Callable[[float], None]) -> bytes:
    from rnnviz.stage.film import film as pack_film

    return pack_film(_run(family, progress=progress), update=update, opened=opened)


@remembered(max_entries=16)
def _run(family: RunConfig, *, progress: Callable[[float], None]) -> "Unrolling":
    from rnnviz.experiments.unroll import unroll

    return unroll(family, progress)
