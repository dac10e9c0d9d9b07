import numpy as np
import pytest

from rnnviz.lessons.clipping.experiments.cliff import (
    STEPS,
    TARGET,
    descend,
    fixed_points,
    folds,
    off_the_cliff,
    sigmoid,
    slope,
    surface,
)


def closed_form(w, b):
    x = 0.5
    for _ in range(STEPS):
        x = w / (1 + np.exp(-x)) + b
    return (1 / (1 + np.exp(-x)) - TARGET) ** 2  # Pascanu, Mikolov & Bengio 2013, figure 6


def test_the_surface_is_the_loop_in_the_paper():
    w, b, error = surface(11, 9)
    for i, j in [(0, 0), (5, 4), (10, 8), (3, 7)]:
        assert error[j, i] == pytest.approx(closed_form(w[i], b[j]), rel=1e-9)


@pytest.mark.parametrize(("w", "b"), [(3.5, -1.0), (5.0, -2.5), (4.6, -2.3), (7.0, -4.0)])
def test_its_slope_predicts_a_nudge(w, b):
    found, h = slope(w, b), 1e-6
    assert found.by_w == pytest.approx((closed_form(w + h, b) - closed_form(w - h, b)) / (2 * h), rel=1e-4, abs=1e-9)
    assert found.by_b == pytest.approx((closed_form(w, b + h) - closed_form(w, b - h)) / (2 * h), rel=1e-4, abs=1e-9)


def test_one_attractor_outside_the_folds_and_two_between_them():
    low, high = folds(5.0)
    assert [len(fixed_points(5.0, b)) for b in (low - 0.01, (low + high) / 2, high + 0.01)] == [1, 3, 1]
    slopes = [s < 1 for _, s in fixed_points(5.0, (low + high) / 2)]
    assert slopes == [True, False, True]
    assert folds(4.0) is None


def test_at_a_fold_the_slope_is_one():
    for b in folds(5.0):  # 5 σ'(x) = 1 where an attractor meets the point between them (Doya 1993)
        x = max(
            np.linspace(-6, 6, 200_001),
            key=lambda x: -abs(5 * sigmoid(x) + b - x) - 10 * abs(5 * sigmoid(x) * (1 - sigmoid(x)) - 1),
        )
        assert 5 * sigmoid(x) + b == pytest.approx(x, abs=1e-3)
        assert 5 * sigmoid(x) * (1 - sigmoid(x)) == pytest.approx(1, abs=1e-3)


def test_a_fixed_point_is_fixed():
    for x, s in fixed_points(6.0, -3.0):
        assert 6 * sigmoid(x) - 3 == pytest.approx(x, abs=1e-9)
        assert s == pytest.approx(6 * sigmoid(x) * (1 - sigmoid(x)), abs=1e-9)


def test_a_clipped_step_is_never_longer_than_its_bound():
    way = descend(5.0, -2.8, 0.2, 1.0)
    steps = np.hypot(np.diff(way.w), np.diff(way.b))
    assert steps.max() <= 0.2 * (1 + 1e-6)
    assert descend(5.0, -2.8, 0.2).norms.max() > 30


def test_the_default_ball_is_thrown_off_and_the_clipped_one_stays():
    assert off_the_cliff(5.0, -2.8, 0.2, 1.0).option == 0
    assert off_the_cliff(3.2, -1.4, 0.02, 1.0).option == 2
    assert descend(5.0, -2.8, 0.2, 1.0).errors[-1] < 0.01
