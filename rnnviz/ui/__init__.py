"""The only part that knows Streamlit: what a page is written with."""

from rnnviz.ui.controls import controls
from rnnviz.ui.layout import card, footer, header, note
from rnnviz.ui.lessons import Lesson, lessons
from rnnviz.ui.link import set_setting
from rnnviz.ui.predict import Answer, predict
from rnnviz.ui.server import remembered

__all__ = [
    "Answer",
    "Lesson",
    "card",
    "controls",
    "footer",
    "header",
    "lessons",
    "note",
    "predict",
    "remembered",
    "set_setting",
]
