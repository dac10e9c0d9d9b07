"""The browser asks for the next piece of long work once it has shown the last: nobody computes for a closed page."""

import time

import streamlit as st

from rnnviz.stage.bundle import HERE, script


def pulse(key: str) -> None:
    """Run the fragment this stands in once more, after the browser has taken what it holds now.

    ``run_every`` would ask by the clock: what it sends while the script still runs carries the page's widgets as they
    were, and a setting that was just changed would change back.

    Args:
        key: names this place on the page.
    """
    component = st.components.v2.component("rnnviz_pulse", js=script(HERE / "js" / "pulse.js"))
    component(key=key, data={"beat": time.monotonic_ns()}, height=1, on_beat_change=_heard)


def _heard() -> None:
    """Nothing: that it was said runs the fragment."""
