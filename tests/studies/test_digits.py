import math

import numpy as np
import pytest

from rnnviz.studies.digits import digits, given, precise


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0123, "0.012"),
        (-2.5, "−2.50"),
        (6.21e-6, "6.2·10⁻⁶"),
        (-3e21, "−3.0·10²¹"),
        (0.00999, "0.010"),
        (1234.5, "1235"),
        (0.125, "0.13"),
        (12500.0, "1.3·10⁴"),
        (9.996, "10.0"),
        (99.97, "100"),
        (9999.7, "1.0·10⁴"),
        (0.0999, "0.10"),
        (0.0, "0"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "NaN"),
    ],
)
def test_a_number_for_a_reader(value, text):
    assert digits(value) == text


def test_a_setting_keeps_all_its_digits():
    assert [given(value) for value in (-2.8, 0.0005, 3)] == ["−2.8", "0.0005", "3"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(-2.054932598e-9, "−2.05493·10⁻⁹"), (0.3805145349, "0.380515"), (12.0, "12.0000"), (0.0, "0"), (math.nan, "NaN")],
)
def test_numbers_that_are_compared_have_six_digits(value, text):
    assert precise(value) == text


def test_python_writes_numbers_as_the_scenes_do(blank):
    edges = [
        0.125,
        0.375,
        2.5,
        12.25,
        1234.5,
        12500.0,
        9.996,
        -9.994,
        99.949,
        99.97,
        999.5,
        9999.5,
        9999.7,
        0.0999,
        0.001,
    ]
    values = edges + (10.0 ** np.random.default_rng(0).uniform(-12, 12, 2000) * np.array([1, -1] * 1000)).tolist()
    written = blank.evaluate(
        "values => import('http://stage.test/stage/js/scales.js').then((m) => values.map(m.digits))", values
    )
    assert written == [digits(value) for value in values]
