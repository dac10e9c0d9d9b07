"""What the panel spells out is arithmetic: read as such, every line comes to the number beside it."""

import base64
import re
from dataclasses import dataclass, field

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

OWN = {"sum", "kept", "written"}  # names that the panel gives itself, and no equation has
VARIANTS = [(cell(), 11) for cell in (*CELLS.values(), *INVENTED)]
VARIANTS += [(CELLS["elman"](activation), 11) for activation in ACTIVATIONS if activation != "tanh"]
VARIANTS += [(CELLS[name](), units) for name in ("elman", "gru", "peephole_lstm") for units in (1, 64)]


@dataclass(frozen=True)
class Line:
    """One line of the panel as it is read: names with their indices in braces, `−3.93 = tanh(−3.93), a note`."""

    name: str
    text: str
    total: bool
    value: float
    shown: str = field(init=False)
    says: list[str] = field(init=False)
    note: str = field(init=False)

    def __post_init__(self):
        sums, _, note = self.text.partition(", ")
        shown, *says = sums.split(" = ")
        for name, value in (("shown", shown), ("says", [one.strip() for one in says]), ("note", note)):
            object.__setattr__(self, name, value)


def trained(cell, units=11, seed=1, updates=20, *, text="abracadabra", steps=6, lr=0.05):
    """A short training of a cell that need not be in the library, as the lesson would film it."""
    config = RunConfig(text=text, hidden_size=min(units, 32))
    task = NextCharacter(tuple(config.text), steps)
    start = FirstWeights.drawn(Plan(cell, len(task.alphabet), units), len(task.alphabet), seed)
    targets = np.array(task.targets)[:, None]
    found = train_on_sequence(start, task.one_hot, targets, lr=lr, updates=updates, snapshots=[0, updates])
    object.__setattr__(config, "hidden_size", units)  # more than the page offers
    run = Unrolling(config, cell, task, [*found.weights], found.losses, found.blew_up_at, *seen(start, task, found))
    return run, film(run, update=updates, opened=0)


def spelled(page, packed, asked):
    """The panel's lines for every (symbol, unit, step) of the last snapshot, as the page shows them."""
    data = base64.b64encode(packed).decode()
    modules = [f"{HOST}/{PLACES[name]}" for name in ("unpack", "sums")]
    found = page.evaluate(f"""Promise.all({modules}.map((m) => import(m))).then(([unpack, sums]) => {{
        const film = unpack.unpack(Uint8Array.from(atob("{data}"), (c) => c.charCodeAt(0)));
        const host = document.body.appendChild(document.createElement("div"));
        const read = (element) => {{
            const copy = element.cloneNode(true);
            for (const sub of copy.querySelectorAll("sub")) sub.replaceWith(`_{{${{sub.textContent}}}}`);
            return copy.textContent.replaceAll(/_\\{{(\\w)\\}}/g, "_$1");
        }};
        const all = {[list(ask) for ask in asked]}.map(([symbol, j, t]) => {{
            const k = film.updates.length - 1;
            sums.spellOut(host, film, symbol, j, k, t);
            const values = sums.lines(film, symbol, j, k, t).map((line) => line.value);
            return [...host.querySelectorAll("dt")].map((dt, i) => [
                read(dt), read(dt.nextSibling), dt.nextSibling.className === "total", String(values[i])]);
        }});
        host.remove();
        return all;
    }})""")
    return [[Line(*line[:3], float(line[3].replace("Infinity", "inf"))) for line in lines] for lines in found]


def asked_of(cell, units=11, steps=(0, 1, 5)):
    symbols = dict.fromkeys([*(block.symbol for block in cell.blocks), *cell.states])
    places = sorted({0, units // 2, units - 1})
    return [(symbol, j, t) for symbol in symbols for j in places for t in steps]


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
    cell, units = request.param
    run, packed = trained(cell, units)
    asked = asked_of(cell, units)
    return run, list(zip(asked, spelled(blank, packed, asked), strict=True))


def test_every_line_read_as_arithmetic_comes_to_the_number_beside_it(panel):
    run, said = panel
    for asked, lines in said:
        names = {line.name: line.value for line in lines if line.name in OWN} | named(run, *asked[1:])
        for line in lines:
            for text in (line.name, *line.says):
                found = worked_out(text, names)
                if isinstance(found, Range):
                    assert found.meets(Range.of(line.shown)), (asked, text, line.shown)
                else:
                    assert found == pytest.approx(line.value, rel=1e-5, abs=1e-5), (asked, text)


def test_the_number_beside_a_line_is_its_value(panel):
    for _, lines in panel[1]:
        for line in lines:
            assert Range.of(line.shown).meets(Range(line.value, line.value)), line


def test_the_last_line_is_the_number_asked_for(panel):
    run, said = panel
    for (symbol, j, t), lines in said:
        assert [line.name for line in lines if line.total] == [f"{symbol}_t"] == [lines[-1].name]
        assert lines[-1].value == pytest.approx(named(run, j, t)[symbol], abs=1e-6)


def test_no_negative_number_follows_a_sign_without_parentheses(panel):
    for _, lines in panel[1]:
        for line in lines:
            assert not re.search(r"[+×·] ?−", line.text)


def equations(cell):
    """The equations beside the panel, in one text, as the panel writes names."""
    text = "".join([*(block.tex for block in cell.blocks), *cell.update]).replace(" ", "")
    text = re.sub(r"\\frac\{((?:[^{}])*)\}\{([^{}]*)\}", r"\1/(\2)", text)
    for tex, sign in {r"\odot": "×", r"\tanh": "tanh", "t-1": "t−1", "1-": "1−"}.items():
        text = text.replace(tex, sign)
    return text


def test_every_name_is_that_of_the_equation_beside_it(panel):
    run, said = panel
    beside = equations(run.cell)
    for _, lines in said:
        for text in (text for line in lines for text in (line.name, *line.says) if "_" in text):
            for name in re.split(r" \+ (?![^(]*\))", text):
                assert name.replace(" ", "") in beside, (name, beside)


def test_a_memory_that_is_no_sum_is_not_shown_as_one(blank):
    run, packed = trained(Otherwise())
    (lines,) = spelled(blank, packed, [("h", 3, 2)])
    assert [line.name for line in lines] == ["h_t"]
    assert "not as the sum" in lines[0].text
    assert not lines[0].says
    assert lines[0].value == pytest.approx(named(run, 3, 2)["h"], abs=1e-6)


@pytest.mark.parametrize("activation", ["identity", "relu"])
def test_numbers_that_overflowed_are_spelled_out_as_what_they_are_or_said_to_have_overflowed(blank, activation):
    cell = CELLS["elman"](activation)
    run, packed = trained(cell, 32, 2, 100, text="banana", steps=200, lr=1.0)
    states = run.snapshot(run.updates[-1]).layers["l0"].states["h"][:, 0]
    assert not np.isfinite(states).all()
    first = int(np.flatnonzero(~np.isfinite(states).all(axis=1))[0])
    asked = asked_of(cell, 32, range(first - 2, min(first + 4, 200)))
    overflowed = 0
    for ask, lines in zip(asked, spelled(blank, packed, asked), strict=True):
        names = {line.name: line.value for line in lines if line.name in OWN}
        assert lines[-1].shown == ("NaN" if np.isnan(states[ask[2], ask[1]]) else lines[-1].shown)
        for line in lines:
            if "overflowed" in line.text:
                overflowed += 1
                assert line.shown in {"∞", "−∞", "NaN"}
                continue
            for text in (text for text in line.says if "_" not in text):
                found = worked_out(text, names)
                found = found if isinstance(found, Range) else Range(found, found)
                assert found.meets(Range.of(line.shown)), (ask, line)
    assert overflowed


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0.50 + (−0.10)·(−0.20)", 0.5 + 0.095 * 0.195 - 0.005, 0.5 + 0.105 * 0.205 + 0.005),
        ("0.50 + 3 smaller: (−0.012)", 0.4825, 0.4935),
        ("−1.0·10⁻⁵ × 0", 0, 0),
        ("2.0·10⁻⁵·(−0.30)", -2.05e-5 * 0.305, -1.95e-5 * 0.295),
        ("(1 − 0.25) × 2.00", 0.745 * 1.995, 0.755 * 2.005),
        ("1 + ∞", np.inf, np.inf),
    ],
)
def test_the_reader_of_this_test_reads_as_people_do(text, low, high):
    found = worked_out(text, {})
    assert (found.low, found.high) == pytest.approx((low, high))
