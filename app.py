"""The frame around every page: settings carried along, navigation, a place at the gate, the footer."""

import streamlit as st

from rnnviz.ui import layout, lessons, link, server

server.server()
layout.frame()
home = st.Page("pages/home.py", title="Home", default=True)
page = st.navigation(
    [home, *(st.Page(lesson.path, title=lesson.title, url_path=lesson.name) for lesson in lessons())], position="top"
)
link.carry(page.url_path)
with server.gate():
    for sentence in link.problems():
        layout.problem(sentence)
    page.run()
layout.footer()
