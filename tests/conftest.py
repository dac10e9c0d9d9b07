"""What tests of several subjects share: the way to Chromium and a running app."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.javascript import blank, js  # noqa: F401 -- fixtures
from tests.visiting import console, held, visit  # noqa: F401

ROOT = Path(__file__).parents[1]
UNITS = int(os.environ.get("UNITS", "100"))  # updates between two looks at a page: the tests pass with 1 and with all
GOAL = min(400, max(120, 80 * UNITS))  # updates that a training makes in tests, at most; a frame is taken every 40
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def chromium_path() -> str | None:
    """Return the installed Chromium or Chrome, if any."""
    return next(filter(None, map(shutil.which, (*NAMES, MAC))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Headless Chromium. Without one the test is skipped; where everything must run (CI=true) it fails."""
    path = chromium_path()
    if path is None:
        reason = "no Chromium found: install chromium or Google Chrome to run the browser tests"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def hold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """While this file exists, long work in the app stays at its first unit."""
    return tmp_path_factory.mktemp("work") / "hold"


@pytest.fixture(scope="session")
def app_url(hold: Path) -> Iterator[str]:
    """Address of the real app, served by a process of its own, whose long work is counted in updates."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]
    command = [sys.executable, "serve.py", "run", "app.py", *options]
    pace = {"RNNVIZ_PACE": f"units={UNITS} goal={GOAL} hold={hold}"}
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | pace, stdout=subprocess.DEVNULL) as process:
        url = f"http://127.0.0.1:{port}"
        _await(f"{url}/_stcore/health", seconds=60)
        yield url
        process.terminate()


def _await(url: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
