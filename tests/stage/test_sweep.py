import json

import numpy as np
import pytest

from rnnviz.config import RADII, GradientConfig
from rnnviz.experiments.gradient_flow import gradient_flow
from rnnviz.figures.colours import css
from rnnviz.stage.sweep import sweep


@pytest.fixture(scope="module")
def flow():
    return gradient_flow(GradientConfig(cells=("elman", "lstm"), activation="identity", seq_len=9))


@pytest.fixture(scope="module")
def film(flow):
    packed = sweep(flow, 1.0, looks={cell: css(cell) for cell in flow.passes}, keys=True)
    length = int.from_bytes(packed[:4], "little")
    header = json.loads(packed[4 : 4 + length])
    numbers = np.frombuffer(packed, "<f4", offset=4 + length)
    arrays = {
        entry["name"]: numbers[entry["offset"] // 4 :][: np.prod(entry["shape"])].reshape(entry["shape"])
        for entry in header["arrays"]
    }
    return header, arrays


def test_the_film_holds_the_measured_lengths(flow, film):
    header, arrays = film
    assert [line["name"] for line in header["lines"]] == ["elman.h", "lstm.h", "lstm.c"]
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
    flow = gradient_flow(config)
    assert (flow.passes["elman"].norms["h"] == 0).any()
    assert sweep(flow, 1.0, looks={"elman": ("red", "")}, keys=False)
