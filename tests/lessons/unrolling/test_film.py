import base64
import json
import re

import numpy as np
import pytest

from rnnviz.cells import CELLS
from rnnviz.lessons.unrolling.config import RunConfig
from rnnviz.lessons.unrolling.experiment import unroll
from rnnviz.lessons.unrolling.scene.film import film
from rnnviz.stage.mathml import mathml
from rnnviz.stage.pack import pack
from tests.javascript import HOST, PLACES


def in_browser(page, packed, expression):
    """Evaluate an expression of `film` and the named modules over a film that crossed as bytes."""
    data = base64.b64encode(packed).decode()
    modules = [f"{HOST}/{PLACES[name]}" for name in ("unpack", "arithmetic", "training")]
    script = f"""Promise.all({modules}.map((m) => import(m)))
        .then(([unpack, arithmetic, training]) => {{
            const film = unpack.unpack(Uint8Array.from(atob("{data}"), (c) => c.charCodeAt(0)));
            return {expression};
        }})"""
    return page.evaluate(script)


@pytest.mark.browser
def test_what_is_packed_is_unpacked(blank):
    numbers = np.linspace(-1, 1, 12, dtype=np.float32).reshape(2, 2, 3)
    packed = pack({"text": "🦚 “é”"}, {"a": numbers, "b": np.array([np.nan, np.inf, -np.inf])})
    assert in_browser(blank, packed, "film.text") == "🦚 “é”"
    assert in_browser(blank, packed, "Array.from(unpack.row(film.arrays.a, 1, 0))") == numbers[1, 0].tolist()
    assert in_browser(blank, packed, "Array.from(film.arrays.b.data).map(String)") == ["NaN", "Infinity", "-Infinity"]


@pytest.mark.browser
@pytest.mark.parametrize("cell", CELLS)
def test_the_spelled_out_sums_are_the_recorded_preactivations(blank, cell):
    run = unroll(RunConfig(cell=cell)).whole()
    packed = film(run, update=100, opened=0)
    layer = run.snapshot(100).layers["l0"]
    for block in run.cell.blocks:
        ask = f"""[0, 4, 6].flatMap((t) => [0, 7].map((j) =>
            arithmetic.unitSum(film, "{block.symbol}", j, film.updates.length - 1, t)))
            .map((s) => [s.sum, s.value, s.recorded])"""
        sums, values, recorded = np.array(in_browser(blank, packed, ask)).T
        expected = layer.preactivations[block.symbol][[0, 4, 6], 0][:, [0, 7]].ravel()
        assert sums == pytest.approx(expected, abs=1e-5)
        assert values == pytest.approx(recorded, abs=1e-5)


@pytest.mark.parametrize("text", ["a", "peacock", "👩‍👩‍👧‍👦🦚"])
def test_a_film_opens_where_the_link_says(text):
    packed = film(unroll(RunConfig(text=text)).whole(), update=64, opened=2)
    header = json.loads(packed[4 : 4 + int.from_bytes(packed[:4], "little")])
    assert (header["update"], header["opened"]) == (64, 2)
    assert len(header["losses"]) == header["updates"][-1] + 1
    assert header["limits"]["h"] == 1


def test_the_colours_of_a_state_that_grows_span_what_is_usual_in_the_film():
    run = unroll(RunConfig(activation="identity", lr=1.0)).whole()
    packed = film(run, update=0, opened=0)
    header = json.loads(packed[4 : 4 + int.from_bytes(packed[:4], "little")])
    largest = [np.abs(run.snapshot(u).layers["l0"].states["h"]).max() for u in run.updates]
    assert header["limits"]["h"] == pytest.approx(float(sorted(largest)[(len(largest) - 1) // 2]))
    assert header["limits"]["h"] > 1
    assert header["beyond"]["h"]


def test_a_training_that_explodes_ends_with_the_update_that_did_it():
    run = unroll(RunConfig(activation="relu", lr=1.0, seq_len=100, hidden_size=32)).whole()
    packed = film(run, update=100, opened=0)
    header = json.loads(packed[4 : 4 + int.from_bytes(packed[:4], "little")])
    assert header["losses"][-1] is None
    assert header["updates"] == [0, len(header["losses"]) - 1]


@pytest.mark.parametrize("cell", CELLS)
def test_every_term_of_the_equations_is_one_that_the_diagram_shows(cell):
    cell = CELLS[cell]()
    shown = {"x", "h_prev", *cell.states, *(f"{s}_prev" for s in cell.states), *(b.symbol for b in cell.blocks)}
    for tex in (*(block.tex for block in cell.blocks), *cell.update):
        terms = set(re.findall(r'data-term="(\w+)"', mathml(tex)))
        assert terms
        assert terms <= shown


def arrays_of(packed):
    size = int.from_bytes(packed[:4], "little")
    header, body = json.loads(packed[4 : 4 + size]), np.frombuffer(packed[4 + size :], "<f4")
    return {
        one["name"]: body[one["offset"] // 4 :][: int(np.prod(one["shape"]))].reshape(one["shape"])
        for one in header["arrays"]
    }


@pytest.mark.parametrize("cell", CELLS)
def test_the_error_of_a_step_s_own_prediction_is_what_later_steps_did_not_send(cell):
    run = unroll(RunConfig(cell=cell)).whole()
    found, last = arrays_of(film(run, update=100, opened=0)), run.snapshot(100).layers["l0"]
    own = last.grads["h"][:, 0] - last.carried["h"][:, 0]
    np.testing.assert_allclose(found["own"][-1], own, atol=1e-6)


def test_the_error_of_a_wrong_prediction_is_there_beside_a_huge_one_from_later_steps():
    run = unroll(RunConfig(seq_len=200, hidden_size=32, lr=1.0)).whole()
    found = arrays_of(film(run, update=30, opened=0))
    places = run.updates
    k = max(range(len(places)), key=lambda i: np.nan_to_num(np.abs(found["carried.h"][i]), posinf=0).max())
    wrong = found["probabilities"][k].argmax(-1) != np.array(run.task.targets)
    assert np.linalg.norm(found["carried.h"][k, 0].astype(float)) > 1e10
    assert (np.linalg.norm(found["own"][k][wrong], axis=-1) > 1e-5).all()
