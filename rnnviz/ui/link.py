"""The link is the truth: settings are read from the URL and written back to it.

Streamlit's own ``bind="query-params"`` drops a bad value without a word, lets control characters
through and fails on ``inf``; here every refusal is a sentence and costs one setting.
"""

from typing import TypeVar

import streamlit as st

from rnnviz.config import Config

Lesson = TypeVar("Lesson", bound=Config)

_REFUSED = "link-refused"  # setting -> why what the visitor last entered was not taken
_PAGE = "link-page"
_KEPT = "link-kept"  # the settings as they stood on the page before


def current(kind: type[Lesson]) -> Lesson:
    """Return the settings the link holds, with defaults for those it lacks or gets wrong."""
    return kind.from_query(st.query_params)[0]


def problems(kind: type[Config]) -> list[str]:
    """Return one sentence for each setting the link gets wrong."""
    return kind.from_query(st.query_params)[1]


def refusals() -> dict[str, str]:
    """Return, by setting, one sentence for what was entered on this page and not taken."""
    return dict(st.session_state.get(_REFUSED, {}))


def set_setting(kind: type[Config], name: str, value: object) -> None:
    """Put one setting into the link, or keep the link and remember the sentence that refuses the value."""
    refused = refusals()
    refused.pop(name, None)
    try:
        _write(current(kind).but(name, value))
    except ValueError as refusal:
        refused[name] = str(refusal)
    st.session_state[_REFUSED] = refused


def carry(page: str) -> None:
    """Take the settings along when the visitor turns to another page, which empties the link."""
    if st.session_state.get(_PAGE, page) != page:
        st.session_state[_REFUSED] = {}
        if not st.query_params:
            st.query_params.update(st.session_state[_KEPT])
    st.session_state[_PAGE] = page
    st.session_state[_KEPT] = st.query_params.to_dict()


def _write(config: Config) -> None:
    """Replace our part of the link; what is not ours stays."""
    foreign = {name: st.query_params.get_all(name) for name in st.query_params if name not in config.settings()}
    st.query_params.from_dict({**foreign, **config.to_query()})
