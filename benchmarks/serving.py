"""The app in a process of its own, on a free port."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]


class Served(NamedTuple):
    """Where the app listens, and the process that serves it."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """What a browser opens."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def app(*options: str) -> Iterator[Served]:
    """Serve the app until the block ends, with these options of Streamlit's beside the usual."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    usual = ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]
    command = [sys.executable, "serve.py", "run", "app.py", *usual, *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            yield Served(port, process.pid)
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    """Wait until something listens."""
    for _ in range(1200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the app did not start within a minute")
