"""The only part that knows Streamlit: what a page is written with."""

from rnnviz.ui.controls import controls, settings
from rnnviz.ui.frame import body, header
from rnnviz.ui.lessons import Lesson, lessons
from rnnviz.ui.link import set_setting
from rnnviz.ui.page import cards, note
from rnnviz.ui.predict import predict
from rnnviz.ui.server import remembered

__all__ = [
    "Lesson",
    "body",
    "cards",
    "controls",
    "header",
    "lessons",
    "note",
    "predict",
    "remembered",
    "set_setting",
    "settings",
]
