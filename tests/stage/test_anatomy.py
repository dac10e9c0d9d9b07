import re
from collections import Counter
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


def drawn_operations(page, header, plan):
    """The operations of the diagram, and how many rails lead from a state through a peephole."""
    return page.evaluate(
        """([cell, plan]) => Promise.all(["svg", "wiring"].map((name) => import(`http://stage.test/stage/js/${name}.js`)))
            .then(([svg, wiring]) => {
                const host = svg.draw(document.body, "svg");
                wiring.wire(host, svg.draw(host, "g"), cell, plan);
                const peepholes = host.querySelectorAll(".peep").length;
                return [peepholes, [...host.querySelectorAll(".op")].map((op) => {
                    const [x, y] = op.getAttribute("transform").match(/[\\d.]+/g).map(Number);
                    return { sign: op.textContent, term: op.dataset.term, x, y };
                })];
            })""",
        [header, plan],
    )


@pytest.mark.parametrize("cell", [*CELLS.values(), *(cell for cell in INVENTED if cell.anatomy.adds_up)])
def test_the_diagram_does_what_the_equations_say_and_nothing_else(blank, js, cell):
    header, one = describe(cell()), cell()
    peepholes, operations = drawn_operations(blank, header, js("anatomy", "anatomyPlan", header, 8))
    signs = Counter(operation["sign"] for operation in operations)
    blocks, update = "".join(block.tex for block in one.blocks), " ".join(one.update)
    odot = r"\odot"
    assert peepholes == blocks.count(r"p_")
    assert signs.pop("×", 0) == blocks.count(odot) - peepholes + update.count(odot)
    assert signs.pop("W h + b", 0) == blocks.count(rf"{odot} (W_")
    assert signs.pop("1 −", 0) == update.count("(1 -")
    assert signs.pop("tanh", 0) == update.count(r"\tanh")
    assert sum(signs.pop(sign) for sign in [*signs] if sign.startswith("÷")) == update.count(r"\frac")
    assert signs.pop("+", 0) == len(re.findall(r"\+ (?!i_t\})", update))
    assert not signs


@pytest.mark.parametrize("cell", [cell for cell in (*CELLS.values(), *INVENTED) if any(b.reset for b in cell().blocks)])
def test_a_reset_gate_multiplies_what_the_matrix_made_of_h(blank, js, cell):
    header = describe(cell())
    plan = js("anatomy", "anatomyPlan", header, 8)
    _, drawn = drawn_operations(blank, header, plan)
    for block in (block for block in header["blocks"] if block["reset"]):
        (product,) = [op for op in drawn if op["sign"] == "W h + b" and op["term"] == "h_prev"]
        (times,) = [op for op in drawn if op["sign"] == "×" and op["term"] == block["reset"]]
        assert product["x"] == times["x"] == plan["x"][block["symbol"]] - 24
        bottom = plan["y"]["gates"] + plan["box"]["height"] / 2
        assert bottom < times["y"] < product["y"] < plan["y"]["bus"]  # h comes from the bus and goes up into the block
