"""Questions about the error's way back, answered by the networks on screen."""

import numpy as np

from rnnviz.cells import CELLS
from rnnviz.lessons.vanishing.config import RADII, GradientConfig
from rnnviz.lessons.vanishing.experiments.flow import Flow
from rnnviz.lessons.vanishing.experiments.forget_biases import share_left_at_start
from rnnviz.lessons.vanishing.experiments.gradient_matrix import Matrix
from rnnviz.lessons.vanishing.experiments.passes import share_left
from rnnviz.lessons.vanishing.experiments.radii import by_radius
from rnnviz.lessons.vanishing.experiments.step_factors import StepFactors
from rnnviz.lessons.vanishing.experiments.true_gradient import Trap
from rnnviz.studies.answer import Answer

BELOW = 0.842
"""The spectral radius that the first question asks about."""
PASCANU = "Pascanu, Mikolov & Bengio 2013"


def ratio(flow: Flow, cell: str, place: int) -> float:
    """The length at the first step, as a share of that at the last, for the chosen seed."""
    return float(share_left(flow.passes[cell])[place, 0])


def left_below_one(config: GradientConfig) -> Answer:
    """With ρ = 0.842, is a tenth or more left (0), a thousandth or more (1), or less (2)?"""
    name = config.cells[0]
    cell, back, place = CELLS[name](), config.seq_len - 1, RADII.index(BELOW)
    share = float(share_left(by_radius(config, name, range(place, place + 1)))[0, 0])
    recurrent, gated = any(block.reads_h for block in cell.blocks), cell.anatomy.keeper is not None
    factors = ["by its weights and slopes"] * recurrent + [f"by its gate {cell.anatomy.keeper}"] * gated
    power = f"{BELOW} to the power of {back} is {BELOW**back:.2g}" if recurrent else "it has no W_hh, and thus no ρ"
    return Answer(
        0 if share >= 0.1 else 1 if share >= 1e-3 else 2,
        f"In the {cell.title} {share:.2g} of the error is left after {back} steps.",
        f"Every step back multiplies it once more, {' and '.join(factors)}; {power}.",
        f"{PASCANU}, eq. 5",
    )


def whose_loss(matrix: Matrix) -> Answer:
    """Step 1 hears mostly from the losses of the first tenth of the steps (0), from all alike (1), of the rest (2)?"""
    arriving = matrix.lengths[:, 0]
    near = max(1, round(len(arriving) / 10))
    share = float(arriving[:near].sum() / arriving.sum())
    even = near / len(arriving)
    option = 1 if even / 2 < share < 2 * even else 0 if share > 0.5 else 2
    seen = f"The nearest {near} of {len(arriving)} losses send {share:.1%} of all that arrives at step 1."
    heard = ("far ones are sent, but not heard", "the product keeps its size", "the product shrinks slowly or grows")
    why = f"A loss k steps later is multiplied k times on its way: here {heard[option]}."
    return Answer(option, seen, why, f"{PASCANU}, eq. 5")


def strong_inputs(calm: StepFactors, driven: StepFactors) -> Answer:
    """With strong inputs, does a step back multiply the error by more than before (0), the same (1), or less (2)?"""
    change = driven.per_step / calm.per_step if calm.per_step else 1.0
    option = 0 if change > 1.02 else 2 if change < 0.98 else 1
    seen = (
        f"A step back multiplied the error by {calm.per_step:.3g}; with inputs of strength 10, {driven.per_step:.3g}."
    )
    slopes = f"from {calm.open:.2f} to {driven.open:.2f} of the steepest"
    why = f"The weights are the same; the mean slope of the units went {slopes}."
    return Answer(option, seen, why, f"{PASCANU}, eq. 6")


def immune(config: GradientConfig) -> Answer:
    """As PyTorch makes them, is an LSTM's error at step 1 over 1000 times the Elman RNN's (0), alike (1), less (2)?"""
    elman, lstm = share_left_at_start(config, "elman"), share_left_at_start(config, "lstm")
    times = lstm / elman if elman else float("inf")
    seen = (
        f"Left after {config.seq_len - 1} steps: {elman:.1g} in the Elman RNN, {lstm:.1g} in the LSTM; with forget "
        f"bias 3, {share_left_at_start(config, 'lstm', 3.0):.1g}."
    )
    why = "A gate that stands half open halves the memory at every step."
    return Answer(0 if times > 1e3 else 2 if times < 1e-3 else 1, seen, why, "Gers et al. 2000; Jozefowicz et al. 2015")


def training_opens(flow: Flow) -> Answer:
    """Does training make the share that reaches step 1 over ten times larger (0), leave it (1), or shrink it (2)?"""
    cell = flow.config.learner
    before, after = ratio(flow, cell, 0), ratio(flow, cell, -1)
    option = 0 if after > 10 * before else 2 if 10 * after < before else 1
    seen = (
        f"In the {CELLS[cell].title} {before:.1g} of the error reached step 1 before training, {after:.1g} after "
        f"{flow.values[-1]:g} updates."
    )
    why = (
        "Training reinforces whatever lowers the loss, and here that is a path to the first symbol; where it finds "
        "none, the line stays."
    )
    return Answer(option, seen, why, "Hochreiter & Schmidhuber 1997")


def stacked_output(trap: Trap) -> Answer:
    """Is the gradient on the stacked output exactly 0 before the last step (0), small but not 0 (1), or right (2)?"""
    zero = not any(trap.stacked)
    right = bool(np.allclose(trap.stacked, trap.true, rtol=1e-3, atol=0))
    option = 0 if zero else 2 if right else 1
    seen = (
        f"At step {trap.steps[0]} torch gives {trap.stacked[0]:.1g} on the output and {trap.true[0]:.2g} on the state."
    )
    why = "Later steps read the state, not the stacked output beside it, so their error never passes the output."
    return Answer(option, seen, why, "PyTorch's own autograd, asked twice")
