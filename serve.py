"""Streamlit's command line; what draws the first picture is imported while the browser still loads the page."""

import threading
import time
from importlib import import_module

from streamlit import runtime
from streamlit.web import cli


def import_early() -> None:
    """Import once the server runs: earlier it would only delay the server."""
    while not (runtime.exists() and runtime.get_instance().state is not runtime.RuntimeState.INITIAL):
        time.sleep(0.02)
    import_module("rnnviz.ui.server").import_early(import_module("rnnviz.lessons").FIRST_PICTURE)


if __name__ == "__main__":
    threading.Thread(target=import_early, name="early imports", daemon=True).start()
    cli.main(prog_name="streamlit")
