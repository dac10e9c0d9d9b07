"""The link is the truth: settings are read from the URL and written back to it.

Streamlit's own ``bind="query-params"`` drops a bad value without a word, lets control characters
through and fails on ``inf``; here every refusal is a sentence and costs one setting.
"""

import time
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar

import streamlit as st

from rnnviz.config import text
from rnnviz.config.base import Config
from rnnviz.config.vocabulary import VOCABULARY

Lesson = TypeVar("Lesson", bound=Config)
Query = dict[str, str]

_REFUSED = "link-refused"  # setting -> why what the visitor last entered was not taken
_PAGE = "link-page"
_TURNED = "link-turned"  # whether this page was just opened, without a link of its own
_KEPT = "link-kept"  # what the visitor chose last of each setting, on whichever page
_SEEN = "link-seen"  # this page's settings, as they stood
_TRAIL = "link-trail"
_LATE = "link-late"  # whether this page shows what changed before the browser hears of the link
_ECHO = 1.0  # seconds within which the browser must have taken over what we wrote


@dataclass
class Trail:
    """What we wrote into the link and the browser may not know yet: until it does, it sends us older links."""

    latest: Query
    older: list[Query] = field(default_factory=list)
    sent: float | None = None  # when
    answered: bool = False  # whether the run that wrote it is over


def current(kind: type[Lesson]) -> Lesson:
    """Return the settings the link holds, with defaults for those it lacks or gets wrong."""
    return kind.from_query(_query())[0]


def problems(kind: type[Config]) -> list[str]:
    """Return one sentence for each setting the link gets wrong, and for each that this lesson does not have.

    What resembles none of its settings, and none that lessons share, was added to the link by others, to count visitors
    for instance.
    """
    query, own = _query(), kind.names()
    known = own | {name for word, setting in VOCABULARY.items() for name in (word, *setting.formerly)}
    strange = [name for name in query if name not in own and get_close_matches(name, known, 1, 0.8)]
    unknown = (
        f"The link sets {text.quoted(name)}, which this lesson does not have: it does nothing." for name in strange
    )
    return [*kind.from_query(query)[1], *unknown]


def refusals() -> dict[str, str]:
    """Return, by setting, one sentence for what was entered on this page and not taken."""
    return dict(st.session_state.get(_REFUSED, {}))


def set_setting(kind: type[Config], name: str, value: object) -> None:
    """Put one setting into the link, or keep the link and remember the sentence that refuses the value."""
    refused = refusals()
    refused.pop(name, None)
    try:
        _write(current(kind).with_setting(name, value))
    except ValueError as refusal:
        refused[name] = str(refusal)
    st.session_state[_REFUSED] = refused


def turn(page: str) -> None:
    """Note which page the visitor is on; turning to another one empties the link."""
    turned = st.session_state.get(_PAGE, page) != page
    if turned:
        st.session_state[_REFUSED] = {}
        st.session_state.pop(_TRAIL, None)
        st.session_state.pop(_SEEN, None)
    follow()
    st.session_state[_LATE] = False
    st.session_state[_PAGE] = page
    st.session_state[_TURNED] = turned and not st.query_params


def page() -> str:
    """Return the page the visitor is on."""
    found: str = st.session_state.get(_PAGE, "")
    return found


def late() -> None:
    """Hold back on this page what is written into the link: ``settle`` sends it.

    A browser keeps a history of links, and to write a line of it takes as long as to draw the picture.
    """
    st.session_state[_LATE] = True


def settle() -> None:
    """Send the browser what was written and held back."""
    trail: Trail | None = st.session_state.get(_TRAIL)
    if trail and trail.sent is None:
        trail.sent = time.monotonic()
        st.query_params.from_dict(trail.latest)


def carry(kind: type[Config]) -> None:
    """Give a page that was just opened the settings that travel with the visitor, as far as this lesson takes them."""
    kept: Query = st.session_state.get(_KEPT, {})
    if st.session_state.pop(_TURNED, False):
        st.query_params.update(kind.from_query(kept)[0].to_query())
    _keep(current(kind))


def _keep(config: Config) -> None:
    """Remember what the visitor chose: what the link says, and what changed. What a lesson cannot take stays chosen."""
    before: Config | None = st.session_state.get(_SEEN)
    chosen = config.to_query()
    if type(before) is type(config):
        for name, kind in config.settings().items():
            value = getattr(config, name)
            if value != getattr(before, name):
                chosen[name] = kind.write(value)
    st.session_state[_KEPT] = st.session_state.get(_KEPT, {}) | chosen
    st.session_state[_SEEN] = config


def follow() -> None:
    """At each run: forget what we wrote once the browser has answered with it; then an older link means going back."""
    trail: Trail | None = st.session_state.get(_TRAIL)
    if trail and trail.answered and st.query_params.to_dict() == trail.latest:
        del st.session_state[_TRAIL]
    elif trail:
        trail.answered = True


def _query() -> Query:
    """Return the link, but not one that is older than what we wrote and has not reached the browser yet."""
    seen = st.query_params.to_dict()
    trail: Trail | None = st.session_state.get(_TRAIL)
    if trail is None:
        return seen
    if trail.sent is None:
        return trail.latest
    if seen in trail.older and time.monotonic() < trail.sent + _ECHO:
        st.query_params.from_dict(trail.latest)
        return trail.latest
    if seen != trail.latest:
        del st.session_state[_TRAIL]
    return seen


def _write(config: Config) -> None:
    """Replace our part of the link; what is not ours stays."""
    before = _query()
    foreign = {name: value for name, value in before.items() if name not in config.names()}
    latest = {**foreign, **config.to_query()}
    trail: Trail | None = st.session_state.get(_TRAIL)
    older = [*(trail.older if trail else []), before]
    st.session_state[_TRAIL] = Trail(latest, [query for query in older if query != latest])
    _keep(config)
    if not st.session_state.get(_LATE):
        settle()
