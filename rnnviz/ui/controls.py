"""Widgets for the settings, drawn from what each setting says about itself, bound to the link both ways."""

import secrets
from collections.abc import Callable
from typing import Any

import streamlit as st

from rnnviz.config.base import Config
from rnnviz.config.kinds import Choice, Ladder, Seed, Several, Text, Whole
from rnnviz.ui import link, page
from rnnviz.ui.link import Lesson


def settings(kind: type[Lesson]) -> Lesson:
    """Return a lesson's settings as the link has them; each that it gets wrong costs one sentence on the page."""
    link.carry(kind)
    for sentence in link.problems(kind):
        page.problem(sentence)
    return link.current(kind)


def controls(config: Config, *names: str) -> None:
    """Show a row of controls for these settings.

    A value that is refused stays in its box with a sentence below; the settings keep the last good one.
    """
    with st.container(horizontal=True, vertical_alignment="top", gap="medium", key="-".join(("controls", *names))):
        for name in names:
            _WIDGETS[type(config.settings()[name])](name, config)
    for name, sentence in link.refusals().items():
        if name in names:
            page.problem(sentence)


def _bound(name: str, config: Config) -> dict[str, Any]:
    """Return the arguments every widget shares, after giving the widget the link's value if that has changed."""
    key, seen, value = f"control-{name}", f"control-{name}-seen", getattr(config, name)
    if key not in st.session_state or st.session_state.get(seen) != value:
        st.session_state[key] = st.session_state[seen] = value
    kind, heeded = config.settings()[name], config.uses(name)
    words = {"label": kind.label, "help": kind.help if heeded else f"{kind.help} The chosen cell does without."}
    return words | {"disabled": not heeded, "key": key, "on_change": _take, "args": (type(config), name)}


def _take(kind: type[Config], name: str) -> None:
    """Put what was entered into the link. The control shows it already: to give it back would rewind a held key."""
    entered = st.session_state[f"control-{name}"]
    link.set_setting(kind, name, entered)
    if name not in link.refusals():
        st.session_state[f"control-{name}-seen"] = entered


def _text(name: str, config: Config) -> None:
    st.text_input(**_bound(name, config), width=230)


def _slider(name: str, config: Config) -> None:
    kind: Any = config.settings()[name]
    st.slider(**_bound(name, config), min_value=kind.low, max_value=kind.high, width=168)


def _ladder(name: str, config: Config) -> None:
    kind: Any = config.settings()[name]
    st.select_slider(**_bound(name, config), options=kind.rungs, format_func=kind.shown, width=168)


def _choice(name: str, config: Config) -> None:
    kind: Any = config.settings()[name]
    offered = {"options": list(kind.titles), "format_func": kind.titles.get}
    if not kind.cell_option:
        st.pills(**_bound(name, config), **offered, required=True, wrap=True)
        return
    bound = _bound(name, config)
    if bound["disabled"]:
        bound["help"] = "The chosen cell has its own; an Elman RNN lets you choose."
    st.selectbox(**bound, **offered, width=150)


def _several(name: str, config: Config) -> None:
    kind: Any = config.settings()[name]
    st.pills(
        **_bound(name, config),
        options=list(kind.titles),
        format_func=kind.titles.get,
        selection_mode="multi",
        wrap=True,
    )


def _seed(name: str, config: Config) -> None:
    kind: Any = config.settings()[name]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", width="content"):
        st.number_input(**_bound(name, config), min_value=kind.low, max_value=kind.high, step=1, width=130)
        st.button(
            "New seed", key=f"draw-{name}", on_click=_draw, args=(type(config), name), help="Other initial weights."
        )


def _draw(lesson: type[Config], name: str) -> None:
    kind: Any = lesson.settings()[name]
    link.set_setting(lesson, name, kind.low + secrets.randbelow(kind.high - kind.low + 1))


_WIDGETS: dict[type, Callable[[str, Config], None]] = {
    Text: _text,
    Whole: _slider,
    Ladder: _ladder,
    Choice: _choice,
    Several: _several,
    Seed: _seed,
}
