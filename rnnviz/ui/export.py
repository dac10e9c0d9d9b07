"""A chart on a page that one can take home: picture as SVG or PNG, numbers as CSV."""

from typing import Any

import streamlit as st

FORMATS = ("svg", "png")


def chart(figure: Any, name: str, alt: str) -> None:
    """Show a Plotly figure; the camera in its corner saves the picture, the menu below saves the numbers.

    Args:
        figure: what ``rnnviz.figures`` drew.
        name: names the chart on the page, and its files.
        alt: what it shows, for those who cannot see it.
    """
    place = st.container()
    with st.popover("Save", type="tertiary"):
        st.download_button(
            "Numbers as CSV", lambda: _csv(figure), f"{name}.csv", "text/csv", key=f"{name}-csv", on_click="ignore"
        )
        kind = st.radio("The camera above the chart saves", FORMATS, key=f"{name}-format", format_func=str.upper)
    camera = {"format": kind, "filename": name, "scale": 2}
    config = {"displaylogo": False, "toImageButtonOptions": camera, "modeBarButtonsToRemove": ["lasso2d", "select2d"]}
    place.plotly_chart(figure, key=name, config=config, alt=alt)


def _csv(figure: Any) -> str:
    from rnnviz.figures.table import table

    return table(figure)
