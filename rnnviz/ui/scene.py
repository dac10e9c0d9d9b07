"""A moving picture on a page: one Streamlit component for each scene."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from rnnviz.config.base import Config
from rnnviz.stage.bundle import script, style
from rnnviz.ui.link import set_setting

_PACKAGE = Path(__file__).parents[1]


def scene(entry: Path, data: bytes, *, key: str, kind: type[Config], reports: Sequence[str] = ()) -> None:
    """Mount a scene, or hand the mounted one its new film.

    Args:
        entry: the scene's JavaScript module.
        data: the packed film; equal bytes are not sent again.
        key: names this place on the page; the browser keeps the film's position under it.
        kind: the lesson's settings.
        reports: settings the scene changes; each goes into the link when the visitor lets go.
    """
    component = st.components.v2.component(name_of(entry), js=script(entry), css=style(entry))
    callbacks: dict[str, Any] = {f"on_{name}_change": _take(key, kind, name) for name in reports}
    component(key=key, data=data, **callbacks)


def name_of(entry: Path) -> str:
    """A scene's name among those of all lessons: Streamlit would take the later of two by one name."""
    return "_".join(("rnnviz", *entry.relative_to(_PACKAGE).with_suffix("").parts))


def _take(key: str, kind: type[Config], name: str) -> Callable[[], None]:
    return lambda: set_setting(kind, name, st.session_state[key][name])
