"""What the panel spells out is arithmetic: read as such, every line comes to the number beside it."""

import base64
import re

import numpy as np
import pytest

from rnnviz.cells import CELLS
from rnnviz.cells.activations import ACTIVATIONS
from rnnviz.engine.plan import Plan
from rnnviz.lessons.unrolling.config import RunConfig
from rnnviz.lessons.unrolling.experiment import Unrolling, seen
from rnnviz.lessons.unrolling.scene.film import film
from rnnviz.models.first_weights import FirstWeights
from rnnviz.tasks.next_character import NextCharacter
from rnnviz.training.sequence_training import train_on_sequence
from tests.cells.invented import INVENTED, Otherwise
from tests.javascript import HOST, PLACES
from tests.stage.spoken import Range, worked_out

pytestmark = pytest.mark.browser

VARIANTS = [cell() for cell in (*CELLS.values(), *INVENTED)]
VARIANTS += [CELLS["elman"](activation) for activation in ACTIVATIONS if activation != "tanh"]


def trained(cell, seed=1, updates=20):
    """A short training of a cell that need not be in the library, as the lesson would film it."""
    config = RunConfig(text="abracadabra", hidden_size=11)
    task = NextCharacter(tuple(config.text), 6)
    start = FirstWeights.drawn(Plan(cell, len(task.alphabet), config.hidden_size), len(task.alphabet), seed)
    targets = np.array(task.targets)[:, None]
    found = train_on_sequence(start, task.one_hot, targets, lr=0.05, updates=updates, snapshots=[0, updates])
    run = Unrolling(config, cell, task, [*found.weights], found.losses, found.blew_up_at, *seen(start, task, found))
    return run, film(run, update=updates, opened=0)


def spelled(page, packed, asked):
    """The panel's lines for every (symbol, unit, step) of the last snapshot, and each line's value as it is shown."""
    data = base64.b64encode(packed).decode()
    modules = [f"{HOST}/{PLACES[name]}" for name in ("unpack", "sums", "scales")]
    return page.evaluate(f"""Promise.all({modules}.map((m) => import(m))).then(([unpack, sums, scales]) => {{
        const film = unpack.unpack(Uint8Array.from(atob("{data}"), (c) => c.charCodeAt(0)));
        return {[list(ask) for ask in asked]}.map(([symbol, j, t]) =>
            sums.lines(film, symbol, j, film.updates.length - 1, t)
                .map((line) => ({{ ...line, shown: scales.digits(line.value) }})));
    }})""")


def asked_of(cell):
    symbols = dict.fromkeys([*(block.symbol for block in cell.blocks), *cell.states])
    return [(symbol, j, t) for symbol in symbols for j in (0, 4, 10) for t in (0, 1, 5)]


def named(run, j, t):
    """What the names of one unit's equations stand for at a step: its states and gates, its weights' sums."""
    layer = run.snapshot(run.updates[-1]).layers["l0"]
    weights = {name.removeprefix("rnn.").removesuffix("_l0"): w[-1] for name, w in run.weights.items()}
    before = {f"{name}_prev": array[t - 1, 0] if t else 0 * array[0, 0] for name, array in layer.states.items()}
    now = {name: array[t, 0] for name, array in (layer.gates | layer.states).items()}
    found = {name: float(vector[j]) for name, vector in (now | before).items()}
    readers = [block for block in run.cell.blocks if block.reads_h]
    for side, blocks, read in (("i", run.cell.blocks, layer.x[t, 0]), ("h", readers, before["h_prev"])):
        for place, block in enumerate(blocks):
            row = place * run.config.hidden_size + j
            found[f"W_{side}{block.symbol}_{'x' if side == 'i' else 'h'}"] = float(
                weights[f"weight_{side}h"][row] @ read
            )
            found[f"b_{side}{block.symbol}"] = float(weights[f"bias_{side}h"][row])
    return found | {f"p_{b.symbol}": float(weights[b.peephole][j]) for b in run.cell.blocks if b.peephole}


@pytest.fixture(scope="module", params=VARIANTS, ids=repr)
def panel(request, blank):
    """A cell, its run, and all that the panel says of it."""
    run, packed = trained(request.param)
    asked = asked_of(request.param)
    return run, list(zip(asked, spelled(blank, packed, asked), strict=True))


def test_every_line_read_as_arithmetic_comes_to_the_number_beside_it(panel):
    run, said = panel
    for asked, lines in said:
        names = {line["name"]: line["value"] for line in lines if line["name"] in {"sum", "kept", "written"}}
        names |= named(run, *asked[1:])
        for line in lines:
            products = " ".join([*(p["text"] for p in line.get("products", ())), line.get("rest", "")])
            for text in filter(None, (line["name"], *line.get("says", ()), products.strip())):
                found = worked_out(text, names)
                if isinstance(found, Range):
                    assert found.meets(Range.shown(line["shown"].replace("−", "-"))), (asked, text, line["shown"])
                else:
                    assert found == pytest.approx(line["value"], rel=1e-5, abs=1e-5), (asked, text)


def test_the_last_line_is_the_number_asked_for(panel):
    run, said = panel
    for (symbol, j, t), lines in said:
        assert [line["name"] for line in lines if line.get("total")] == [symbol] == [lines[-1]["name"]]
        assert lines[-1]["value"] == pytest.approx(named(run, j, t)[symbol], abs=1e-6)


def test_no_negative_number_follows_a_sign_without_parentheses(panel):
    for _, lines in panel[1]:
        for line in lines:
            for text in (*line.get("says", ()), *(p["text"] for p in line.get("products", ())), line.get("rest", "")):
                assert not re.search(r"[+×·] ?−", text)


def test_a_memory_that_is_no_sum_is_not_shown_as_one(blank):
    run, packed = trained(Otherwise())
    (lines,) = spelled(blank, packed, [("h", 3, 2)])
    assert [line["name"] for line in lines] == ["h"]
    assert "not as the sum" in lines[0]["note"]
    assert "says" not in lines[0]
    assert lines[0]["value"] == pytest.approx(named(run, 3, 2)["h"], abs=1e-6)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0.50 + (−0.10)·(−0.20)", 0.5 + 0.095 * 0.195 - 0.005, 0.5 + 0.105 * 0.205 + 0.005),
        ("0.50 + 3 smaller: (−0.012)", 0.4825, 0.4935),
        ("−1.00e−5 × 0", 0, 0),
        ("(1 − 0.25) × 2.00", 0.745 * 1.995, 0.755 * 2.005),
    ],
)
def test_the_reader_of_this_test_reads_as_people_do(text, low, high):
    found = worked_out(text, {})
    assert (found.low, found.high) == pytest.approx((low, high))
