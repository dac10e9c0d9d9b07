"""The stage's JavaScript modules, run where they will run: in Chromium."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from rnnviz.stage import bundle

SOURCES = Path(bundle.__file__).parents[1]
PLACES = {path.stem: path.relative_to(SOURCES).as_posix() for path in SOURCES.rglob("*.js")}
HOST = "http://stage.test"


def serve(route: Route) -> None:
    """Answer requests of the empty test page from the source folder."""
    name = route.request.url.removeprefix(f"{HOST}/")
    if not name:
        return route.fulfill(body="<!doctype html>", content_type="text/html")
    return route.fulfill(body=(SOURCES / name).read_text(encoding="utf-8"), content_type="text/javascript")


@pytest.fixture(scope="module")
def blank(chromium: Browser) -> Iterator[Page]:
    """An empty page that can import the stage's modules by name."""
    page = chromium.new_page()
    page.route(f"{HOST}/**", serve)
    page.goto(f"{HOST}/")
    yield page
    page.close()


@pytest.fixture
def js(blank: Page) -> Callable[..., Any]:
    """Call an exported function of a module: js("timeline", "moment", line, 2.0)."""

    def call(module: str, function: str, *arguments: object) -> Any:
        given = ", ".join(json.dumps(argument) for argument in arguments)
        return blank.evaluate(f"import('{HOST}/{PLACES[module]}').then((m) => m.{function}({given}))")

    return call
