import math

import numpy as np
import pytest

from rnnviz.studies.digits import digits, given


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0123, "0.012"),
        (-2.5, "−2.50"),
        (6.21e-6, "6.2·10⁻⁶"),
        (-3e21, "−3.0·10²¹"),
        (0.00999, "0.010"),
        (1234.5, "1234"),
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


def test_python_writes_numbers_as_the_scenes_do(blank):
    values = (10.0 ** np.random.default_rng(0).uniform(-12, 12, 2000) * np.array([1, -1] * 1000)).tolist()
    written = blank.evaluate(
        "values => import('http://stage.test/stage/js/scales.js').then((m) => values.map(m.digits))", values
    )
    assert written == [digits(value) for value in values]
