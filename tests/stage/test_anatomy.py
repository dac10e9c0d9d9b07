from itertools import pairwise

import pytest

from rnnviz.cells import CELLS
from rnnviz.stage.cell_header import describe
from tests.cells.invented import INVENTED

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("cell", [*CELLS.values(), *INVENTED])
@pytest.mark.parametrize("hidden_size", [1, 8, 32])
def test_every_block_of_every_cell_has_its_own_place_inside_the_picture(js, cell, hidden_size):
    cell = describe(cell())
    plan = js("anatomy", "anatomyPlan", cell, hidden_size)
    assert set(plan["order"]) == {block["symbol"] for block in cell["blocks"]}
    places = sorted([plan["left"], *plan["x"].values(), *([plan["right"]] if plan["gated"] else [])])
    assert all(b - a >= plan["box"]["width"] for a, b in pairwise(places))
    assert plan["left"] - plan["box"]["width"] / 2 >= 0
    assert plan["right"] + plan["box"]["width"] / 2 <= plan["width"]
    assert plan["y"]["input"] < plan["height"]
