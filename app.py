"""What Streamlit runs: the page the visitor is on, in its frame."""

from rnnviz.ui.frame import frame

with frame() as page:
    page.run()
