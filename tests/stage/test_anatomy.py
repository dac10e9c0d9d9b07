from itertools import pairwise

import pytest

from rnnviz.cells import CELLS
from rnnviz.lessons.unrolling.scene.film import describe

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f", {"symbol": "f", "complement": False}),
        ("1 - z", {"symbol": "z", "complement": True}),
        (None, None),
    ],
)
def test_factor(js, text, expected):
    assert js("anatomy", "factor", text) == expected


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("hidden_size", [1, 8, 32])
def test_every_block_of_every_cell_has_its_own_place_inside_the_picture(js, name, hidden_size):
    cell = describe(CELLS[name]())
    plan = js("anatomy", "anatomyPlan", cell, hidden_size)
    assert set(plan["order"]) == {block["symbol"] for block in cell["blocks"]}
    places = sorted([plan["left"], *plan["x"].values(), *([plan["right"]] if plan["gated"] else [])])
    assert all(b - a >= plan["box"]["width"] for a, b in pairwise(places))
    assert plan["left"] - plan["box"]["width"] / 2 >= 0
    assert plan["right"] + plan["box"]["width"] / 2 <= plan["width"]
    assert plan["y"]["input"] < plan["height"]
