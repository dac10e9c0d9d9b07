"""What Streamlit runs: the page the visitor is on, in its frame."""

from rnnviz.lessons import FIRST_PICTURE
from rnnviz.ui.frame import frame

with frame(FIRST_PICTURE) as page:
    page.run()
