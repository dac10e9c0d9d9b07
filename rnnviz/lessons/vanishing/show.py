"""A family of networks on a page: computed once, moved in the browser by its one control."""

from typing import TYPE_CHECKING

import streamlit as st

from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.scene import SWEEP
from rnnviz.ui.growing import grown, resume
from rnnviz.ui.scene import scene
from rnnviz.ui.server import remembered

if TYPE_CHECKING:
    from rnnviz.lessons.vanishing.experiments.flow import Flow


def flow(config: GradientConfig, question: str, key: str, *, main: bool = False) -> None:
    """Show a family. Only other networks send a new film; the control's whole range is in it.

    Args:
        config: the settings as they stand.
        question: which family, a module and function of ``rnnviz.experiments``.
        key: names this place on the page.
        main: the page's keys move it even when nothing has the focus, and it offers other settings to drag.
    """
    found, at = grown(config, question), f"{key}-at"
    if key not in st.session_state:  # not on the page yet: from here on the browser keeps where it stands
        st.session_state[at] = getattr(config, found.setting)
    reports = (found.setting, "dial") if main else (found.setting,)
    scene(SWEEP, _packed(found, st.session_state[at], main), key=key, kind=GradientConfig, reports=reports)
    resume(found, question)


def shadowed(config: GradientConfig) -> set[str]:
    """Return the settings that need no control of their own: the slider moves them, or makes them idle."""
    return {config.dial} | {"bias": {"forget"}, "seq_len": {"loss_on"}}.get(config.dial, set())


@remembered(max_entries=32)
def _packed(found: "Flow", at: float | str, main: bool) -> bytes:
    from rnnviz.figures import palette
    from rnnviz.lessons.vanishing.scene.sweep import sweep

    return sweep(found, at, looks={cell: palette.css(cell) for cell in found.passes}, main=main)
