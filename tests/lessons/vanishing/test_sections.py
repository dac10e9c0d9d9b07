"""The sections that take one network apart."""

import math
import pickle

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS
from rnnviz.lessons.vanishing import answers as gradient_answers
from rnnviz.lessons.vanishing.config import BIASES, TRAINED, GradientConfig
from rnnviz.lessons.vanishing.experiments.before_after import before_after, training_of
from rnnviz.lessons.vanishing.experiments.forget_biases import chrono_sentences, half_life, over_forget_biases
from rnnviz.lessons.vanishing.experiments.gradient_matrix import gradient_matrix
from rnnviz.lessons.vanishing.experiments.radii import over_radii
from rnnviz.lessons.vanishing.experiments.step_factors import step_factors
from rnnviz.lessons.vanishing.experiments.true_gradient import true_gradient
from rnnviz.studies.digits import digits

LINEAR = GradientConfig(activation="identity", seq_len=12, rho=1.045)


def test_in_the_linear_case_every_loss_reaches_every_step_by_a_power_of_rho():
    lengths = gradient_matrix(LINEAR).lengths
    k, t = np.tril_indices(12)
    assert lengths[k, t] == pytest.approx(1.045 ** (k - t).astype(float), rel=1e-9)
    assert (lengths[np.triu_indices(12, 1)] == 0).all()


def test_what_arrives_at_a_step_is_counted_once():
    matrix = gradient_matrix(GradientConfig(cell="gru", seq_len=30))
    assert sum(matrix.by_distance.values()) == pytest.approx(matrix.lengths.sum(axis=0))


def test_the_matrix_row_of_the_last_loss_is_the_line_of_the_film():
    config = GradientConfig(cells=("lstm",), cell="lstm", seq_len=12, rho=1.304)
    flow = over_radii(config).whole()
    line = flow.passes["lstm"].norms["hc"][flow.values.index(1.304), 0]
    assert gradient_matrix(config).lengths[-1] == pytest.approx(line, rel=1e-9)


@pytest.mark.parametrize("cell", CELLS)
def test_singular_values_bound_what_a_step_does_to_the_error(cell):
    found = step_factors(GradientConfig(cell=cell, seq_len=10))
    assert found.singular.shape == (10, 16 * len(CELLS[cell].states))
    assert all(((slopes >= 0) & (slopes <= 1 + 1e-12)).all() for slopes in found.slopes.values())
    if cell == "elman":
        assert found.per_step <= found.singular[1:, 0].max()


def test_an_orthogonal_matrix_has_all_eigenvalues_and_singular_values_at_rho():
    found = step_factors(LINEAR)
    assert np.abs(found.eigenvalues["h"]) == pytest.approx(1.045)
    assert found.singular[1:] == pytest.approx(1.045)
    assert (found.per_step, found.largest, found.open) == pytest.approx((1.045, 1.045, 1.0))


def test_strong_inputs_close_a_tanh_network_whose_weights_alone_would_let_it_explode():
    calm, driven = (step_factors(GradientConfig(rho=1.193, inputs=strength)) for strength in (0.1, 10.0))
    assert driven.largest == calm.largest > 1
    assert driven.per_step < 0.5
    assert driven.open < calm.open / 2
    assert gradient_answers.strong_inputs(calm, driven).option == 2


def test_the_half_life_of_a_memory_follows_from_the_gate():
    assert half_life(0.0) == "A gate at σ(b) = 0.5 halves the memory within 1 step."
    assert f"{math.log(0.5) / math.log(1 / (1 + math.exp(-3))):.3g} steps" in half_life(3.0)


def test_an_lstm_is_not_immune_at_birth_but_with_an_open_gate_it_is():
    config = GradientConfig(cells=("elman", "lstm"))
    flow = over_forget_biases(config).whole()
    place = {bias: BIASES.index(bias) for bias in (0.0, 3.0)}
    share = {bias: gradient_answers.ratio(flow, "lstm", k) for bias, k in place.items()}
    assert share[0.0] < 1e-6
    assert share[3.0] > 1e-2
    assert gradient_answers.immune(config).option == 1
    gate = flow.passes["lstm"].kept[place[3.0], 0]
    assert gate == pytest.approx(1 / (1 + math.exp(-3)), abs=0.02)


def test_a_cell_without_a_gate_does_not_feel_the_forget_bias():
    norms = over_forget_biases(GradientConfig(cells=("elman",), seq_len=5)).whole().passes["elman"].norms["h"]
    assert (norms == norms[:1]).all()


def test_chrono_is_told_for_the_cells_that_keep_a_memory():
    assert [line.split(":")[0] for line in chrono_sentences(GradientConfig(seq_len=5))] == ["LSTM", "GRU"]


def test_a_course_can_be_left_after_any_mark_and_starts_where_the_family_stands():
    config = GradientConfig(cells=("elman",), seq_len=6, hidden_size=4)
    work = before_after(config)
    first = pickle.loads(pickle.dumps(work.after(None)))
    assert first.result.values == (0.0,)
    assert first.result.passes["elman"].norms["h"][0, 0, -1] == pytest.approx(1)
    second = work.after(first)
    assert second.result.values == (0.0, 3.0)
    assert second.share == pytest.approx(2 / len(TRAINED))
    last = second
    while last.share < 1:
        last = work.after(last)
    assert last.result.values == TRAINED
    assert len(last.result.notes) == len(TRAINED)
    at_once = training_of(config, "elman")
    at_once.run(TRAINED[-1])
    final = last.state.learners["elman"].weights
    assert all(torch.equal(final[name], weight) for name, weight in at_once.network.state_dict().items())


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru", "mingru"])
def test_the_stacked_output_has_no_gradient_before_the_last_step_and_the_state_has(cell):
    trap = true_gradient(GradientConfig(cell=cell, seq_len=8))
    assert trap.stacked == [0.0] * len(trap.steps)
    assert all(length > 0 for length in trap.true)
    assert trap.recorded == pytest.approx(trap.true, rel=1e-9)
    assert trap.module == {"elman": "nn.RNN", "lstm": "nn.LSTM", "gru": "nn.GRU"}.get(cell, "rnnviz.Recurrent")
    flow = over_radii(GradientConfig(cells=(cell,), seq_len=8)).whole()
    line = flow.passes[cell].norms["h"][flow.values.index(1.0), 0]
    assert trap.true == pytest.approx([line[t - 1] for t in trap.steps], rel=1e-9)
    assert [len(code.splitlines()) for code in trap.code] == [3, 3]
    assert gradient_answers.stacked_output(trap).option == 0


@pytest.mark.parametrize(
    ("rho", "activation", "option"), [(1.0, "identity", 1), (1.7, "identity", 2), (0.3, "tanh", 0)]
)
def test_whose_loss_is_answered_by_the_matrix(rho, activation, option):
    matrix = gradient_matrix(GradientConfig(rho=rho, activation=activation))
    assert gradient_answers.whose_loss(matrix).option == option


@pytest.mark.parametrize(("seq_len", "option"), [(5, 0), (20, 1), (50, 2)])
def test_what_is_left_below_one_is_counted_in_powers(seq_len, option):
    config = GradientConfig(cells=("elman",), activation="identity", seq_len=seq_len)
    answer = gradient_answers.left_below_one(config)
    assert answer.option == option
    assert f"×{digits(0.842 ** (seq_len - 1))} of the error" in answer.because
