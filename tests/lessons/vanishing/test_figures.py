import csv
import io

import numpy as np
import pytest

from rnnviz.figures.table import table
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.experiments.gradient_matrix import gradient_matrix as measured_matrix
from rnnviz.lessons.vanishing.experiments.step_factors import step_factors
from rnnviz.lessons.vanishing.figures.eigenvalues import eigenvalues
from rnnviz.lessons.vanishing.figures.gradient_matrix import arrivals, gradient_matrix
from rnnviz.lessons.vanishing.figures.saturation import saturation
from rnnviz.lessons.vanishing.figures.singular_values import singular_values

LINEAR = GradientConfig(activation="identity", seq_len=9, rho=0.918)


def points(figure, name):
    return next(np.asarray(trace.y) for trace in figure.data if trace.name == name)


def test_the_matrix_is_drawn_as_powers_of_ten():
    drawn = gradient_matrix(measured_matrix(LINEAR)).data[0].z
    assert drawn[8, 0] == pytest.approx(8 * np.log10(0.918), rel=1e-5)
    assert np.isnan(drawn[0, 8])


def test_the_bars_stack_up_to_all_that_arrives():
    matrix = measured_matrix(LINEAR)
    bars = arrivals(matrix).data
    assert sum(np.asarray(bar.y) for bar in bars) == pytest.approx(matrix.lengths.sum(axis=0))


def test_singular_values_are_drawn_as_measured():
    figure = singular_values(step_factors(LINEAR))
    assert points(figure, "largest")[1:] == pytest.approx(0.918)
    assert points(figure, "smallest")[1:] == pytest.approx(0.918)


def test_eigenvalues_stand_at_rho_and_the_circle_at_one():
    circle, block = eigenvalues(step_factors(LINEAR)).data
    assert np.hypot(circle.x, circle.y) == pytest.approx(1)
    assert np.hypot(block.x, block.y) == pytest.approx(0.918)


def test_each_block_of_a_gated_cell_has_its_own_points_and_its_own_rows():
    steps = step_factors(GradientConfig(cell="lstm", seq_len=5, hidden_size=3))
    assert [trace.name for trace in eigenvalues(steps).data[1:]] == [f"block of {gate}" for gate in "ifgo"]
    drawn = saturation(steps).data[0]
    assert drawn.z.shape == (12, 5)
    assert pytest.approx(steps.slopes["i"], rel=1e-6) == drawn.z[:3].T


def test_a_figure_s_numbers_can_be_taken_home():
    rows = list(csv.reader(io.StringIO(table(singular_values(step_factors(LINEAR))))))
    assert rows[0] == ["trace", "x", "y", "value"]
    largest = [float(y) for name, _, y, _ in rows[1:] if name == "largest"]
    assert largest[1:] == pytest.approx([0.918] * 8)
    heat = list(csv.reader(io.StringIO(table(gradient_matrix(measured_matrix(LINEAR))))))
    assert len(heat) == 1 + 81
