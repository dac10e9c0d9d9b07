"""Every answer says in one sentence what was seen, in one why, and where it can be read."""

import re

import pytest

from rnnviz.lessons.clipping import answers as clipping_answers
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments import bend, remedies, solve_rate, threshold_price, two_by_two
from rnnviz.lessons.clipping.experiments import windows as truncation
from rnnviz.lessons.clipping.experiments.cliff import off_the_cliff
from rnnviz.lessons.clipping.experiments.pair_training import training
from rnnviz.lessons.unrolling import answers as unroll_answers
from rnnviz.lessons.unrolling.config import RunConfig
from rnnviz.lessons.unrolling.experiment import unroll
from rnnviz.lessons.vanishing import answers as gradient_answers
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.experiments.before_after import before_after
from rnnviz.lessons.vanishing.experiments.gradient_matrix import gradient_matrix
from rnnviz.lessons.vanishing.experiments.step_factors import step_factors
from rnnviz.lessons.vanishing.experiments.true_gradient import true_gradient

CLIPPING = ClippingConfig(seq_len=12, hidden_size=6)
GRADIENT = GradientConfig(seq_len=6, hidden_size=4)

ANSWERS = {
    "who solves": lambda: clipping_answers.who_solves(training(CLIPPING, 45).whole()),
    "seeds": lambda: solve_rate.more_seeds(solve_rate.solve_rate(CLIPPING, 20).whole()),
    "cliff": lambda: off_the_cliff(5.0, -2.8, 0.2, 1.0),
    "window": lambda: truncation.half_a_window(truncation.truncation(CLIPPING, 20).whole()),
    "price": lambda: threshold_price.costs(threshold_price.threshold_price(CLIPPING, 20).whole()),
    "bend": lambda: bend.turned(bend.bend(CLIPPING)),
    "cure": lambda: two_by_two.cures(two_by_two.two_by_two(CLIPPING, 20).whole()),
    "remedies": lambda: remedies.fastest(remedies.remedies(CLIPPING, 20).whole()),
    "below one": lambda: gradient_answers.left_below_one(GRADIENT),
    "whose loss": lambda: gradient_answers.whose_loss(gradient_matrix(GRADIENT)),
    "strong inputs": lambda: gradient_answers.strong_inputs(step_factors(GRADIENT), step_factors(GRADIENT)),
    "birth": lambda: gradient_answers.immune(GRADIENT),
    "training": lambda: gradient_answers.training_opens(before_after(GRADIENT).after(None).result),
    "trap": lambda: gradient_answers.stacked_output(true_gradient(GRADIENT)),
    "reach": lambda: unroll_answers.stronger_signal(unroll(RunConfig(text="ab")).whole()),
    "letters": lambda: unroll_answers.letters_right(unroll(RunConfig(text="ab")).whole()),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_two_sentences_and_a_source(name):
    answer = ANSWERS[name]()
    assert answer.option in range(5)
    for sentence in (answer.seen, answer.why):
        assert not sentence[0].islower()
        assert re.findall(r"[.?!](?=\s|$)", sentence) == ["."]
        assert sentence.endswith(".")
    assert answer.source
    assert answer.because.endswith(f"({answer.source}.)")
