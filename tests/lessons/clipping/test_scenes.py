import json

import numpy as np
import pytest

from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments import cliff as experiment
from rnnviz.lessons.clipping.experiments.pair_training import training
from rnnviz.lessons.clipping.experiments.windows import reach
from rnnviz.lessons.clipping.scene.cliff import cliff
from rnnviz.lessons.clipping.scene.pair import pair, trailing
from rnnviz.lessons.clipping.scene.window import window

SMALL = ClippingConfig(seq_len=12, hidden_size=6, lr=0.03)
FILM = {"start": 0.5, "steps": 50, "target": 0.7, "paces": 200, "beyond": 1e6, "grain": 1e9}


def unpacked(film):
    """What ``unpack.js`` reads: the header, and the arrays by name."""
    start = 4 + int.from_bytes(film[:4], "little")
    header = json.loads(film[4:start])
    return header, {
        one["name"]: np.frombuffer(
            film, {"float32": "<f4", "int8": "i1"}[one["kind"]], int(np.prod(one["shape"])), start + one["offset"]
        ).reshape(one["shape"])
        for one in header["arrays"]
    }


def test_the_pair_is_packed_as_it_was_measured():
    run = training(SMALL, 45).whole()
    header, arrays = unpacked(pair(run, goal=100, running=True, recorded=0))
    assert header["frames"] == [0, 40]
    assert (header["last"], header["goal"]) == (45, 100)
    assert arrays["norms"] == pytest.approx(run.norms.T)
    assert arrays["clipped"] == pytest.approx(run.clipped.T)
    assert (arrays["hidden"][1] == run.frames[1].hidden).all()
    assert arrays["hidden"].dtype == np.int8
    assert arrays["right"][:, -1] == pytest.approx(run.accuracies.mean(axis=0))
    assert [header["symbols"][t] for t in header["clues"]] == [s for s in run.symbols if s in "XY"]


def test_a_trailing_mean_forgets():
    values = np.arange(10.0)[:, None]
    assert trailing(values, 3)[:, 0] == pytest.approx([0, 0.5, *np.arange(1.0, 9.0)])


def test_the_window_carries_every_windows_loss():
    found = reach(SMALL)
    header, arrays = unpacked(window(found, 50))
    assert header["window"] == 12
    assert arrays["lost"] == pytest.approx(found.lost)


def test_the_cliff_carries_its_surface():
    header, arrays = unpacked(cliff(ClippingConfig(w=4.5)))
    assert header["ball"]["w"] == 4.5
    assert arrays["error"].max() == pytest.approx(header["highest"])


@pytest.mark.browser
@pytest.mark.parametrize(("w", "b"), [(5.0, -2.8), (4.6, -2.6), (7.0, -4.0), (3.2, -1.1)])
def test_the_browser_computes_the_cliff_as_python_does(js, w, b):
    found, told = experiment.slope(w, b), js("cliffmath", "cliffSlope", FILM, w, b)
    assert told["error"] == pytest.approx(float(found.error), rel=1e-9)
    assert told["w"] == pytest.approx(float(found.by_w), rel=1e-9)
    assert told["b"] == pytest.approx(float(found.by_b), rel=1e-9)
    points = js("cliffmath", "fixedPoints", w, b)
    assert [p["x"] for p in points] == pytest.approx([x for x, _ in experiment.fixed_points(w, b)], abs=1e-6)


@pytest.mark.browser
@pytest.mark.parametrize("bound", [None, 1.0])
@pytest.mark.parametrize(("w", "b"), [(5.0, -2.8), (4.5, -2.5), (6.0, -3.5)])
def test_the_browsers_ball_rolls_as_pythons_does(js, w, b, bound):
    there = experiment.descend(w, b, 0.2, bound)
    way = js("cliffmath", "cliffDescent", FILM, w, b, 0.2, bound)
    assert [p["error"] for p in way] == pytest.approx(there.errors, rel=1e-6, abs=1e-12)
    assert [p["w"] for p in way] == pytest.approx(there.w, rel=1e-6)


def test_the_cliff_marks_where_a_second_attractor_appears():
    _, arrays = unpacked(cliff(ClippingConfig()))
    for w, low, high in arrays["folds"][::10]:
        inside = len(experiment.fixed_points(float(w), float(low + high) / 2))
        assert w > 4
        assert inside == 3
        assert len(experiment.fixed_points(float(w), float(low) - 0.02)) == 1
        assert len(experiment.fixed_points(float(w), float(high) + 0.02)) == 1
