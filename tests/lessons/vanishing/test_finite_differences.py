"""The badge: right gradients agree, wrong ones do not, and what cannot be compared is said."""

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from rnnviz.cells import CELLS
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.experiments import finite_differences as experiment
from rnnviz.lessons.vanishing.experiments.chosen_network import inputs_and_direction, recorded
from rnnviz.lessons.vanishing.experiments.finite_differences import (
    NUDGES,
    TOLERANCE,
    Check,
    Look,
    Nudge,
    at_step,
    finite_differences,
    nudge,
)

NEAR_A_KINK = [  # seed, ρ, inputs, units: a unit's kink lies within the nudges that a smooth network needs
    (31, 1.0, 3.0, 16),
    (62, 0.3, 0.3, 16),
    (83, 1.0, 3.0, 16),
    (99, 1.0, 3.0, 32),
    (129, 0.3, 3.0, 32),
    (156, 0.3, 0.3, 32),
]


@pytest.mark.parametrize("inputs", [0.1, 10.0])
@pytest.mark.parametrize("rho", [0.3, 1.0, 1.7])
@pytest.mark.parametrize("cell", CELLS)
def test_nudging_agrees_with_the_way_back(cell, rho, inputs):
    check = finite_differences(GradientConfig(cell=cell, rho=rho, inputs=inputs))
    assert check.holds
    assert check.agreeing


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "identity"])
@pytest.mark.parametrize("rho", [0.3, 1.7])
def test_nudging_agrees_with_the_way_back_of_every_activation(activation, rho):
    assert finite_differences(GradientConfig(activation=activation, rho=rho)).holds


@pytest.mark.parametrize(("seed", "rho", "inputs", "units"), NEAR_A_KINK)
def test_a_kink_that_is_near_does_not_make_a_right_gradient_wrong(seed, rho, inputs, units):
    config = GradientConfig(activation="relu", seed=seed, rho=rho, inputs=inputs, hidden_size=units)
    check = finite_differences(config)
    assert check.holds
    by_name = {one.where: one for one in check.nudges}
    assert all(by_name[name].agrees for name in ("weight_ih", "weight_hh"))
    for one in check.nudges:
        assert ("not compared" in one.verdict) == (abs(one.autograd - one.measured) > TOLERANCE * abs(one.autograd))


@pytest.mark.parametrize("seed", range(200, 216))
def test_right_gradients_of_relu_networks_are_right(seed):
    source = np.random.default_rng(seed)
    config = GradientConfig(
        activation="relu",
        seed=seed,
        seq_len=int(source.integers(3, 25)),
        hidden_size=int(source.integers(1, 17)),
        rho=float(source.choice([0.3, 1.0, 1.7])),
        inputs=float(source.choice([0.0, 0.3, 3.0, 10.0])),
        initial=str(source.choice(["orthogonal", "torch", "identity"])),
    )
    assert finite_differences(config).holds


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(1000, 2000))
def test_right_gradients_of_a_thousand_relu_networks_are_right(seed):
    test_right_gradients_of_relu_networks_are_right(seed)


def hinge(at, slope=3.0):
    """A loss of one unit with a kink so far away: its slope is 0 below, and where it stands."""

    def look(length):
        return Look(max(0.0, slope * (length - at)), 1.0, bytes([length > at]))

    return look


@pytest.mark.parametrize("at", [-1e-3, -1e-6, -3e-8, 3e-8, 1e-3])
def test_a_nudge_is_so_short_that_no_unit_crosses_its_kink(at):
    found = nudge("h", 3.0 if at < 0 else 0.0, hinge(at), ["h"])
    assert not found.crossed
    assert 2 * found.length <= abs(at)
    assert found.agrees
    assert found.verdict.endswith("of their size") or found.verdict == "not at all"


def test_a_kink_that_no_nudge_avoids_is_said():
    found = nudge("h", 3.0, hinge(-1e-13), ["h"])
    assert found.crossed
    assert not found.tells
    assert "crosses a kink" in found.verdict
    check = Check("One unit", (found, Nudge("W", 1.0, 1.0)))
    assert check.holds
    assert "agreeing with the way back: 1; across the kink of a unit, however short: 1." in check.sentence


def test_where_nothing_has_a_kink_no_shorter_nudge_is_tried():
    assert nudge("h", 2.0, lambda length: Look(2 * length, 1.0, b""), []).length in NUDGES


def test_numbers_below_rounding_are_not_called_alike():
    faint = Nudge("h", 2.0e-17, 3.0e-17, size=0.1, length=1e-4)
    assert not faint.agrees
    assert not faint.tells
    assert faint.verdict == "not compared: 1.0·10⁻¹⁷ apart, rounding alone makes up to 5.0·10⁻¹¹"
    assert Check("Deaf", (faint,)).sentence.endswith(
        "agreeing with the way back: 0; too faint to tell from rounding: 1."
    )


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_wrong_gradient_is_told_at_every_step_that_feels_it(activation):
    config = GradientConfig(activation=activation, seq_len=12)
    module, trace = recorded(config)
    x, w = inputs_and_direction(config)
    for t in (4, 8, 11):
        wrong = 1.001 * trace.layers["l0"].grads["h"][t - 1, 0]
        found = at_step(module, (x[:, :1], w), t, wrong, torch.Generator().manual_seed(1))
        assert found.tells
        assert found.verdict.endswith("they disagree")
        assert found.apart == pytest.approx(1 - 1 / 1.001, rel=1e-3)


def test_the_badge_of_a_wrong_gradient_is_refused(monkeypatch):
    right = experiment.slope
    monkeypatch.setattr(experiment, "slope", lambda *given: right(*given)._replace(value=1.01 * right(*given).value))
    assert not finite_differences(GradientConfig(cell="gru", seq_len=12)).holds


def test_the_badge_is_refused_when_they_disagree():
    check = Check("", (Nudge("h", 1.0, 1.001), Nudge("h", np.nan, 1.0)))
    assert not check.holds
    assert "disagreeing: 2" in check.sentence


def badge_near_a_kink():
    from rnnviz.lessons.vanishing.config import GradientConfig
    from rnnviz.lessons.vanishing.show_sections import badge

    badge(GradientConfig(activation="relu", seed=31, inputs=3.0))


def test_the_page_says_what_was_compared():
    app = AppTest.from_function(badge_near_a_kink).run(timeout=60)
    app.button(key="check-run").click().run(timeout=60)
    assert not app.exception
    verdict, sentence = [one.value for one in app.markdown][1:]
    assert "green" in verdict
    assert sentence.endswith("agreeing with the way back: 5; too faint to tell from rounding: 2.")
    apart = list(app.table[0].value["apart"])
    assert [text.startswith("not compared") for text in apart] == [True, True, *[False] * 5]
