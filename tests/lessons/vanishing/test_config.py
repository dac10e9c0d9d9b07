from itertools import pairwise

import pytest

from rnnviz.cells import CELLS
from rnnviz.lessons.vanishing.config import BIASES, RADII, GradientConfig


def test_one_is_a_radius_and_the_ends_are_what_the_page_says():
    assert (RADII[0], RADII[28], RADII[-1]) == (0.3, 1.0, 1.7)
    ratios = [after / before for before, after in pairwise(RADII)]
    assert all(1.03 < ratio < 1.06 for ratio in ratios)
    assert {0.0, 1.0, 3.0} <= set(BIASES)


@pytest.mark.parametrize(
    "changed",
    [
        {"cells": ("gru",)},
        {"cells": ("elman", "mingru"), "activation": "relu", "rho": 0.842},
        {"bias": -1.5, "trained": 30.0, "loss_on": "every", "inputs": 10.0},
    ],
)
def test_a_link_brings_the_settings_back(changed):
    config = GradientConfig(**changed)
    assert GradientConfig.from_query(config.to_query()) == (config, [])
    assert set(config.to_query()) == set(changed)


def test_cells_keep_the_order_in_which_they_are_taught():
    assert GradientConfig(cells=("gru", "elman", "gru")).cells == ("elman", "gru")


@pytest.mark.parametrize(
    ("name", "raw"),
    [("cells", ""), ("cells", "elman,foo"), ("cells", ","), ("rho", "1.001"), ("rho", "nan"), ("bias", "--1")],
)
def test_what_is_not_possible_is_refused_in_one_sentence_and_costs_one_setting(name, raw):
    config, problems = GradientConfig.from_query({name: raw, "seed": "7"})
    assert config == GradientConfig(seed=7)
    assert len(problems) == 1
    assert problems[0].startswith(f"{GradientConfig.settings()[name].label} cannot be “")


def test_where_we_look_computes_nothing_anew():
    looked = GradientConfig(rho=0.842, bias=3.0, trained=30.0, cell="gru")
    assert looked.key == GradientConfig().key


def test_only_an_elman_network_uses_the_activation_and_only_a_gate_the_forget_bias():
    assert not GradientConfig(cells=("lstm",)).uses("activation")
    assert not GradientConfig(cells=("elman",)).uses("forget_bias")
    assert GradientConfig(cells=tuple(CELLS)).uses("forget_bias")
    assert not GradientConfig(cells=("mingru",)).uses("initial")


def test_the_question_on_training_is_about_the_lstm_where_there_is_one():
    assert GradientConfig().learner == "lstm"
    assert GradientConfig(cells=("gru", "mingru")).learner == "gru"
