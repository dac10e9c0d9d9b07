import json

import numpy as np
import pytest

from rnnviz.figures.palette import css
from rnnviz.lessons.vanishing.config import RADII, GradientConfig
from rnnviz.lessons.vanishing.experiments.dials import dials
from rnnviz.lessons.vanishing.experiments.radii import over_radii
from rnnviz.lessons.vanishing.scene.sweep import sweep


@pytest.fixture(scope="module")
def flow():
    return over_radii(GradientConfig(cells=("elman", "lstm"), activation="identity", seq_len=9)).whole()


def opened(packed):
    length = int.from_bytes(packed[:4], "little")
    header = json.loads(packed[4 : 4 + length])
    numbers = np.frombuffer(packed, "<f4", offset=4 + length)
    arrays = {
        entry["name"]: numbers[entry["offset"] // 4 :][: np.prod(entry["shape"], dtype=int)].reshape(entry["shape"])
        for entry in header["arrays"]
    }
    return header, arrays


@pytest.fixture(scope="module")
def film(flow):
    return opened(sweep(flow, 1.0, looks={cell: css(cell) for cell in flow.passes}, main=True))


def test_the_film_holds_the_measured_lengths(flow, film):
    header, arrays = film
    assert [line["name"] for line in header["lines"]] == ["elman.h", "lstm.h", "lstm.c", "lstm.hc"]
    assert 10.0 ** arrays["log"][:, 2] == pytest.approx(flow.passes["lstm"].norms["c"][:, 0], rel=1e-4)
    assert (arrays["low"] <= arrays["log"]).all()
    assert (arrays["log"] <= arrays["high"]).all()


def test_the_law_drawn_over_the_line_is_the_line_itself_in_the_linear_case(film):
    header, arrays = film
    exact = [law["name"] for law in header["laws"]].index("exact")
    slopes = (arrays["log"][:, 0, 0] - arrays["log"][:, 0, -1]) / 8
    assert slopes == pytest.approx(arrays["laws"][exact], abs=1e-6)
    assert slopes == pytest.approx(np.log10(RADII), abs=1e-6)


def test_a_gradient_of_exactly_zero_can_be_sent():
    config = GradientConfig(cells=("elman",), activation="relu", seq_len=30, inputs=10.0, hidden_size=1)
    flow = over_radii(config).whole()
    assert (flow.passes["elman"].norms["h"] == 0).any()
    assert sweep(flow, 1.0, looks={"elman": ("red", "")}, main=False)


@pytest.mark.parametrize(
    ("dial", "names"),
    [
        ("seq_len", ["2", "5", "10"]),
        ("activation", ["tanh", "ReLU", "sigmoid"]),
        ("bias", ["−2", "−1.75", "−1.5"]),
        ("inputs", ["0", "0.1", "0.3"]),
    ],
)
def test_any_dial_can_be_packed(dial, names):
    flow = dials(GradientConfig(cells=("elman",), dial=dial, seq_len=4, hidden_size=2)).whole()
    header, arrays = opened(sweep(flow, flow.values[1], looks={"elman": ("red", "")}, main=True))
    assert header["names"][:3] == names
    assert header["marks"][0] == {"at": 0, "text": names[0]}
    assert header["lengths"][0] == (2 if dial == "seq_len" else 4)
    assert arrays["log"].shape == (len(flow.values), 1, header["T"])
    assert header["at"] == flow.values[1]
