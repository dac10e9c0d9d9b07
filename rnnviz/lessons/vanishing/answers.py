"""Questions about the error's way back, answered by the networks on screen."""

from dataclasses import replace

import numpy as np

from rnnviz.cells import CELLS
from rnnviz.lessons.vanishing.config import RADII, GradientConfig
from rnnviz.lessons.vanishing.experiments.flow import Flow
from rnnviz.lessons.vanishing.experiments.forget_biases import at_birth
from rnnviz.lessons.vanishing.experiments.gradient_matrix import Matrix
from rnnviz.lessons.vanishing.experiments.passes import share_left
from rnnviz.lessons.vanishing.experiments.radii import by_radius
from rnnviz.lessons.vanishing.experiments.step_factors import StepFactors
from rnnviz.lessons.vanishing.experiments.true_gradient import Trap
from rnnviz.studies.answer import Answer
from rnnviz.studies.digits import digits

BELOW = 0.842
"""The spectral radius that the first question asks about."""
PASCANU = "Pascanu, Mikolov & Bengio 2013"


def ratio(flow: Flow, cell: str, place: int) -> float:
    """The length at the first step, as a share of that at the last, for the chosen seed."""
    return float(share_left(flow.passes[cell])[place, 0])


def a_step(share: float, steps: int) -> str:
    """The factor that, step by step, comes to a share."""
    return f"×{digits(share ** (1 / steps))} a step on average"


def left_below_one(config: GradientConfig) -> Answer:
    """With ρ = 0.842, is a tenth or more left (0), a thousandth or more (1), or less (2)?"""
    config, name = replace(config, loss_on="last"), config.cells[0]
    cell, back, place = CELLS[name](), config.seq_len - 1, RADII.index(BELOW)
    share = float(share_left(by_radius(config, name, range(place, place + 1)))[0, 0])
    recurrent = any(block.reads_h for block in cell.blocks)
    power = f"{BELOW} to the power of {back} is {digits(BELOW**back)}"
    return Answer(
        0 if share >= 0.1 else 1 if share >= 1e-3 else 2,
        f"In the {cell.title} ×{digits(share)} of the error is left after {steps(back)}: {a_step(share, back)}.",
        f"{power if recurrent else 'It has no W_hh, and thus no ρ: its gate decides alone'}.",
        f"{PASCANU}, eq. 5",
    )


def steps(count: int) -> str:
    """So many steps."""
    return f"{count} step{'' if count == 1 else 's'}"


def whose_loss(matrix: Matrix) -> Answer:
    """Of what arrives at step 1, does the nearest tenth send more than half (0), more than its part (1), or not (2)?"""
    arriving = matrix.lengths[:, 0]
    near = max(1, round(len(arriving) / 10))
    share, part = float(arriving[:near].sum() / arriving.sum()), near / len(arriving)
    nearest = f"The nearest {near} of {len(arriving)} losses, {part:.0%} of them,"
    seen = f"{nearest} send {share:.1%} of all that arrives at step 1."
    why = f"The loss of the last step arrives ×{digits(arriving[-1] / arriving[0])} as long as step 1's own."
    return Answer(0 if share > 0.5 else 1 if share > part else 2, seen, why, f"{PASCANU}, eq. 5")


def strong_inputs(calm: StepFactors, driven: StepFactors) -> Answer:
    """With strong inputs, does a step back multiply the error by more than before (0), the same (1), or less (2)?"""
    before, after = calm.per_step, driven.per_step
    option = 0 if after > 1.02 * before else 2 if after < 0.98 * before else 1
    seen = f"A step back multiplied the error by {digits(before)}; with inputs of strength 10, by {digits(after)}."
    slopes = f"from {calm.open:.0%} to {driven.open:.0%} of the steepest"
    why = f"The weights are the same; the mean slope of the units went {slopes}."
    return Answer(option, seen, why, f"{PASCANU}, eq. 6")


def immune(config: GradientConfig) -> Answer:
    """As PyTorch makes them, is an LSTM's error at step 1 over 1000 times the Elman RNN's (0), alike (1), less (2)?"""
    config = replace(config, loss_on="last")
    born = at_birth(config, "lstm")
    elman, lstm, helped = (
        float(share_left(passes)[0, 0]) for passes in (at_birth(config, "elman"), born, at_birth(config, "lstm", 3.0))
    )
    seen = (
        f"Left after {steps(config.seq_len - 1)}: ×{digits(elman)} in the Elman RNN, ×{digits(lstm)} in the LSTM; with "
        f"forget bias 3, ×{digits(helped)}."
    )
    why = f"The LSTM's forget gate stood at {np.mean(born.kept if born.kept is not None else np.nan):.2f} on average."
    option = 0 if lstm > 1e3 * elman else 2 if elman > 1e3 * lstm else 1
    return Answer(option, seen, why, "Gers et al. 2000; Jozefowicz et al. 2015")


def training_opens(flow: Flow) -> Answer:
    """Does training make the share that reaches step 1 over ten times larger (0), leave it (1), or shrink it (2)?"""
    cell = flow.config.learner
    before, after = ratio(flow, cell, 0), ratio(flow, cell, -1)
    option = 0 if after > 10 * before else 2 if 10 * after < before else 1
    seen = (
        f"In the {CELLS[cell].title} ×{digits(before)} of the error reached step 1 before training, ×{digits(after)} "
        f"after {flow.values[-1]:g} updates."
    )
    return Answer(option, seen, flow.notes[-1], "Hochreiter & Schmidhuber 1997")


def stacked_output(trap: Trap) -> Answer:
    """Is it exactly 0, and the true one is not (0), something else that is not true (1), or the true gradient (2)?"""
    right = bool(np.allclose(trap.stacked, trap.true, rtol=1e-3, atol=0, equal_nan=True))
    option = 2 if right else 1 if any(trap.stacked) else 0
    seen = (
        f"At step {trap.steps[0]} the gradient on the output is {digits(trap.stacked[0])}, and "
        f"{digits(trap.true[0])} on the state."
    )
    why = "Later steps read the state, not the stacked output beside it, so their error never passes the output."
    return Answer(option, seen, why, "PyTorch's own autograd, asked twice")
