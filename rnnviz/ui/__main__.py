"""Streamlit's command line; what computes is imported while the browser still loads the page."""

import threading
import time

from streamlit import runtime
from streamlit.web import cli

from rnnviz.ui.server import import_heavy


def import_early() -> None:
    """Import once the server listens: earlier it would only delay the server."""
    while not runtime.exists():
        time.sleep(0.02)
    import_heavy()


if __name__ == "__main__":
    threading.Thread(target=import_early, name="early imports", daemon=True).start()
    cli.main(prog_name="streamlit")
