"""The unrolled network on a page: a run becomes a film, and what the visitor does to it goes back into the link."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from rnnviz.config import RunConfig
from rnnviz.experiments.answer import Answer
from rnnviz.ui.scene import scene
from rnnviz.ui.server import remembered, warm

if TYPE_CHECKING:
    from rnnviz.experiments.unroll import Unrolling

_SLOW = 1_500  # steps × units; above this a run takes longer than a blink and shows its progress


def film(config: RunConfig, key: str = "film") -> None:
    """Show the configured network at work. Only a new run sends a new film; the rest happens in the browser."""
    if key not in st.session_state:  # not on the page yet: from here on the browser keeps what is looked at
        st.session_state[f"{key}-view"] = (config.updates, config.step)
    view = st.session_state[f"{key}-view"]
    place = st.empty()
    if not warm():
        place.caption("Starting PyTorch: the first picture takes a second or two.")
    data = _packed(config.family, *view, progress=_progress(place, config))
    place.empty()
    scene("stage", data, key=key, kind=RunConfig, reports=("updates", "step"))


def measured(question: str, config: RunConfig) -> Answer:
    """Let the run on screen answer a question of ``experiments.unroll_answers``."""
    from rnnviz.experiments import unroll_answers

    answer: Answer = getattr(unroll_answers, question)(_run(config.family, progress=_progress(st.empty(), config)))
    return answer


def _progress(place: "st.delta_generator.DeltaGenerator", config: RunConfig) -> Callable[[float], None]:
    """Tell the page how far a long run is. Touching the page also ends a run that a newer one has replaced."""
    if config.seq_len * config.hidden_size < _SLOW:
        return lambda _: None

    def report(share: float) -> None:
        place.progress(min(share, 1.0), "Training the network")

    return report


@remembered(max_entries=64)
def _packed(family: RunConfig, update: int, opened: int, *, progress: Callable[[float], None]) -> bytes:
    from rnnviz.stage.film import film as pack_film

    return pack_film(_run(family, progress=progress), update=update, opened=opened)


@remembered(max_entries=16)
def _run(family: RunConfig, *, progress: Callable[[float], None]) -> "Unrolling":
    from rnnviz.experiments.unroll import unroll

    return unroll(family, progress)
