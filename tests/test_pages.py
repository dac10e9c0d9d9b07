from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[1]
PAGES = sorted(f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py"))
TEXT = {"hidden_size": "1e9", "cell": "foo", "text": "x" * 10_000, "lr": "inf"}
HOSTILE = {
    "pages/home.py": TEXT,
    "pages/1_unrolling.py": TEXT,
    "pages/2_vanishing.py": {"hidden_size": "1e9", "cells": "elman,foo", "rho": "inf", "seq_len": "101", "bias": "--1"},
    "pages/3_clipping.py": {"cell": "foo", "task": "x" * 10_000, "seq_len": "1e9", "rate": "inf", "max_norm": "0"},
}


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
    app.query_params.update({**HOSTILE[page], "seed": "7"})
    app.run()
    assert not app.exception
    assert len(app.warning) == len(HOSTILE[page])
    assert len(app.title) == 1


@pytest.mark.parametrize("page", [page for page in PAGES if page != "pages/home.py"])
def test_every_lesson_has_its_card_on_the_home_page(page):
    links = [element.proto.page for element in opened("pages/home.py").get("page_link")]
    assert page.removesuffix(".py").partition("_")[2] in links
