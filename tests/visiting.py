"""The real app in real Chromium."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

READY = ".chain .unit"


@pytest.fixture
def console() -> list[str]:
    """Errors that the browser's console showed."""
    return []


@pytest.fixture
def visit(chromium: Browser, app_url: str, console: list[str]) -> Iterator[Callable[..., Page]]:
    """Open an address of the app and wait for the stage; at the end nothing may stand in the console."""
    pages = []

    def go(address: str = "unrolling", *, ready: str = READY, **context: object) -> Page:
        page = chromium.new_page(**{"viewport": {"width": 1280, "height": 1000}, **context})
        pages.append(page)
        page.route("https://**", lambda route: route.abort())  # offline, as in a classroom without a network
        page.on("pageerror", lambda error: console.append(str(error)))
        page.on("console", lambda message: is_ours(message) and console.append(message.text))
        page.goto(f"{app_url}/{address}")
        page.wait_for_selector(ready, timeout=60_000)
        return page

    yield go
    for page in pages:
        page.close()
    assert console == []


def is_ours(message: ConsoleMessage) -> bool:
    """An error of the page; on a page with a path of its own Streamlit first looks for itself below that path."""
    return message.type == "error" and "/_stcore/" not in message.location["url"]


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


def stop(page: Page, key: str, over: str) -> None:
    """Press the Stop of what is measured; it can be over, which a text says, before the press arrives."""
    press = f"() => {{ const b = document.querySelector('.st-key-{key}-stop button'); b?.click(); return Boolean(b); }}"
    until(page, lambda: page.evaluate(press) or page.get_by_text(over).first.is_visible())
