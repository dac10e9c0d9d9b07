"""The real app in real Chromium."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

READY = ".chain .unit"


@pytest.fixture
def console() -> list[str]:
    """Errors that the browser's console showed."""
    return []


@pytest.fixture
def visit(chromium: Browser, app_url: str, console: list[str]) -> Iterator[Callable[..., Page]]:
    """Open an address of the app and wait for its picture, and, unless told not to, for the work behind it.

    At the end nothing may stand in the console.
    """
    pages = []

    def go(address: str = "unrolling", *, ready: str = READY, wait: bool = True, **context: object) -> Page:
        page = chromium.new_page(**{"viewport": {"width": 1280, "height": 1000}, **context})
        pages.append(page)
        page.route("https://**", lambda route: route.abort())  # offline, as in a classroom without a network
        page.on("pageerror", lambda error: console.append(str(error)))
        page.on("console", lambda message: is_ours(message) and console.append(message.text))
        page.goto(f"{app_url}/{address}")
        page.wait_for_selector(ready, timeout=60_000)
        if wait:
            over(page)
        return page

    yield go
    for page in pages:
        page.close()
    assert console == []


def is_ours(message: ConsoleMessage) -> bool:
    """An error of the page; on a page with a path of its own Streamlit first looks for itself below that path."""
    return message.type == "error" and "/_stcore/" not in message.location["url"]


class Hold:
    """A hold on the app's long work."""

    def __init__(self, file: Path) -> None:
        self.hold = file.touch
        self.release = partial(file.unlink, missing_ok=True)


@pytest.fixture
def held(hold: Path) -> Iterator[Hold]:
    """Keep the app's long work at its first unit, until the test lets it go or ends."""
    hold.touch()
    yield Hold(hold)
    hold.unlink(missing_ok=True)


def over(page: Page) -> None:
    """Wait until no work is in progress on the page: the page is at rest, and no bar says that more is to come."""
    page.wait_for_function(
        """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
            && !document.querySelector('[data-testid=stProgress]')""",
        timeout=180_000,
    )


def linked(page: Page, *parts: str) -> None:
    """Wait until the link says so: it follows the picture."""
    page.wait_for_url(lambda url: all(part in url for part in parts), timeout=20_000)


def unlinked(page: Page, part: str) -> None:
    """Wait until the link says so no more."""
    page.wait_for_url(lambda url: part not in url, timeout=20_000)


def settle(page: Page) -> None:
    """Let Streamlit finish its rerun and the browser its frames."""
    page.wait_for_timeout(150)
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'", timeout=30_000
    )
    page.wait_for_timeout(150)


def until(page: Page, holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that only a look into the stage's shadow tells."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        page.wait_for_timeout(30)
