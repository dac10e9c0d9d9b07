from importlib import import_module
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.config.base import Config

ROOT = Path(__file__).parents[1]
PAGES = sorted(f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py"))
BAD = "x" * 10_000  # whatever the setting is
HOME = "unrolling"  # the lesson whose picture the home page shows


def config_of(page):
    """The settings of a page's lesson."""
    lesson = HOME if page == "pages/home.py" else page.removesuffix(".py").partition("_")[2]
    module = import_module(f"rnnviz.lessons.{lesson}.config")
    return next(
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Config) and kind.__module__ == module.__name__
    )


def opened(page, **query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params.update(query)
    app.run()
    return app if page == "pages/home.py" else app.switch_page(page).run()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens(page):
    app = opened(page)
    assert not app.exception
    assert not app.warning
    assert len(app.title) == 1


@pytest.mark.parametrize("page", PAGES)
def test_a_page_lives_with_a_hostile_link(page):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    if page != "pages/home.py":
        app.switch_page(page)
    bad = dict.fromkeys(config_of(page).settings(), BAD) | {"seed": "7"}
    app.query_params.update(bad)
    app.run()
    assert not app.exception
    assert len(app.warning) == len(bad) - 1
    assert len(app.title) == 1


@pytest.mark.parametrize("page", [page for page in PAGES if page != "pages/home.py"])
def test_every_lesson_has_its_card_on_the_home_page(page):
    links = [element.proto.page for element in opened("pages/home.py").get("page_link")]
    assert page.removesuffix(".py").partition("_")[2] in links
