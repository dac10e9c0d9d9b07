"""Widgets for the settings, drawn from what each setting says about itself, bound to the link both ways."""

import secrets
from collections.abc import Callable
from typing import Any

import streamlit as st

from rnnviz.cells import CELLS
from rnnviz.config import SETTINGS, RunConfig
from rnnviz.settings import Choice, Ladder, Seed, Text, Whole
from rnnviz.ui import layout, link


def controls(*names: str) -> RunConfig:
    """Show a row of controls for these settings, and return all settings as they stand.

    A value that is refused stays in its box with a sentence below; the settings keep the last good one.
    """
    config = link.current()
    with st.container(horizontal=True, vertical_alignment="top", gap="medium", key="-".join(("controls", *names))):
        for name in names:
            _WIDGETS[type(SETTINGS[name])](name, config)
    for name, sentence in link.refusals().items():
        if name in names:
            layout.problem(sentence)
    return config


def _bound(name: str, config: RunConfig) -> dict[str, Any]:
    """Return the arguments every widget shares, after giving the widget the link's value if that has changed."""
    key, seen, value = f"control-{name}", f"control-{name}-seen", getattr(config, name)
    if key not in st.session_state or st.session_state.get(seen) != value:
        st.session_state[key] = st.session_state[seen] = value
    kind = SETTINGS[name]
    return {"label": kind.label, "help": kind.help, "key": key, "on_change": _take, "args": (name,)}


def _take(name: str) -> None:
    """Put what the visitor just entered into the link."""
    link.set_setting(name, st.session_state[f"control-{name}"])


def _text(name: str, config: RunConfig) -> None:
    st.text_input(**_bound(name, config), width=260)


def _slider(name: str, config: RunConfig) -> None:
    kind: Any = SETTINGS[name]
    st.slider(**_bound(name, config), min_value=kind.low, max_value=kind.high, width=168)


def _ladder(name: str, config: RunConfig) -> None:
    kind: Any = SETTINGS[name]
    st.select_slider(**_bound(name, config), options=kind.rungs, format_func=kind.write, width=168)


def _choice(name: str, config: RunConfig) -> None:
    kind: Any = SETTINGS[name]
    bound = _bound(name, config)
    if ignored := not config.heeds(name):
        bound["help"] = f"{CELLS[config.cell].title} has its own: only some cells let you choose."
    bound |= {"options": list(kind.titles), "format_func": kind.titles.get, "required": True, "disabled": ignored}
    st.segmented_control(**bound)


def _seed(name: str, config: RunConfig) -> None:
    kind: Any = SETTINGS[name]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", width="content"):
        st.number_input(**_bound(name, config), min_value=kind.low, max_value=kind.high, step=1, width=130)
        st.button("New seed", key=f"draw-{name}", on_click=_draw, args=(name,), help="Other initial weights.")


def _draw(name: str) -> None:
    kind: Any = SETTINGS[name]
    link.set_setting(name, kind.low + secrets.randbelow(kind.high - kind.low + 1))


_WIDGETS: dict[type, Callable[[str, RunConfig], None]] = {
    Text: _text,
    Whole: _slider,
    Ladder: _ladder,
    Choice: _choice,
    Seed: _seed,
}
