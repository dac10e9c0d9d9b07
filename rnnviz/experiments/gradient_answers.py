"""Questions about the error's way back, answered by the networks on screen."""

import numpy as np

from rnnviz.cells import CELLS
from rnnviz.config import BIASES, RADII, GradientConfig
from rnnviz.experiments.answer import Answer
from rnnviz.experiments.birth import birth
from rnnviz.experiments.flow import Flow
from rnnviz.experiments.gradient_matrix import Matrix
from rnnviz.experiments.jacobians import Steps
from rnnviz.experiments.true_gradient import Trap

BELOW = 0.842
"""The spectral radius that the first question asks about."""
PASCANU = "Pascanu, Mikolov & Bengio 2013"


def ratio(flow: Flow, cell: str, place: int) -> float:
    """The length at the first step, as a share of that at the last, for the chosen seed."""
    norms = flow.passes[cell].norms["h"][place, 0]
    return float(norms[0] / norms[-1])


def left_below_one(flow: Flow) -> Answer:
    """With ρ = 0.842, is a tenth or more left (0), a thousandth or more (1), or less (2)?"""
    cell = flow.config.cells[0]
    back = flow.config.seq_len - 1
    share = ratio(flow, cell, RADII.index(BELOW))
    option = 0 if share >= 0.1 else 1 if share >= 1e-3 else 2
    seen = f"In the {CELLS[cell].title} {share:.2g} of the error is left after {back} steps"
    power = f"{BELOW} to the power of {back} is {BELOW**back:.2g}"
    more = "" if cell == "elman" else ", and the gates multiply, too"
    return Answer(option, f"{seen}. Every step multiplies it once more: {power}{more} ({PASCANU}).")


def whose_loss(matrix: Matrix) -> Answer:
    """Step 1 hears mostly from the losses of the first tenth of the steps (0), from all alike (1), of the rest (2)?"""
    arriving = matrix.lengths[:, 0]
    near = max(1, round(len(arriving) / 10))
    share = float(arriving[:near].sum() / arriving.sum())
    even = near / len(arriving)
    option = 1 if even / 2 < share < 2 * even else 0 if share > 0.5 else 2
    seen = f"The nearest {near} of {len(arriving)} losses send {share:.1%} of all that arrives at step 1."
    heard = ("far ones are sent, but not heard", "the product keeps its size", "the product shrinks slowly or grows")
    why = f"A loss k steps later is multiplied k times on its way: here {heard[option]} ({PASCANU}, eq. 5)."
    return Answer(option, f"{seen} {why}")


def strong_inputs(calm: Steps, driven: Steps) -> Answer:
    """With strong inputs, does a step back multiply the error by more than before (0), the same (1), or less (2)?"""
    change = driven.per_step / calm.per_step if calm.per_step else 1.0
    option = 0 if change > 1.02 else 2 if change < 0.98 else 1
    seen = (
        f"A step back multiplied the error by {calm.per_step:.3g}; with inputs of strength 10, {driven.per_step:.3g}."
    )
    slopes = f"from {calm.open:.2f} to {driven.open:.2f} of the steepest"
    why = f"The weights are the same; the mean slope of the units went {slopes} ({PASCANU}, eq. 6)."
    return Answer(option, f"{seen} {why}")


def immune(config: GradientConfig, flow: Flow) -> Answer:
    """As PyTorch makes them, is an LSTM's error at step 1 over 1000 times the Elman RNN's (0), alike (1), less (2)?"""
    start = {name: at_birth(config, flow, name) for name in ("elman", "lstm")}
    times = start["lstm"] / start["elman"] if start["elman"] else float("inf")
    opened = at_birth(config, flow, "lstm", 3.0)
    option = 0 if times > 1e3 else 2 if times < 1e-3 else 1
    seen = (
        f"Left after {config.seq_len - 1} steps: {start['elman']:.1g} in the Elman RNN, {start['lstm']:.1g} in the "
        f"LSTM; with forget bias 3, {opened:.1g}."
    )
    why = "A gate that stands half open halves the memory at every step (Gers et al. 2000; Jozefowicz et al. 2015)."
    return Answer(option, f"{seen} {why}")


def at_birth(config: GradientConfig, flow: Flow, name: str, bias: float = 0.0) -> float:
    """What is left of the error in one cell as PyTorch makes it, or with this forget bias."""
    from dataclasses import replace

    family = flow if name in flow.passes else birth(replace(config, cells=(name,)))
    return ratio(family, name, BIASES.index(bias))


def training_opens(flow: Flow) -> Answer:
    """Does training make the share that reaches step 1 over ten times larger (0), leave it (1), or shrink it (2)?"""
    cell = "lstm" if "lstm" in flow.passes else flow.config.cells[0]
    before, after = ratio(flow, cell, 0), ratio(flow, cell, -1)
    option = 0 if after > 10 * before else 2 if 10 * after < before else 1
    seen = (
        f"In the {CELLS[cell].title} {before:.1g} of the error reached step 1 before training, {after:.1g} after "
        f"{flow.values[-1]:g} updates."
    )
    why = (
        "Training reinforces whatever lowers the loss, and here that is a path to the first symbol; where it finds "
        "none, the line stays (Hochreiter & Schmidhuber 1997 built such a path in)."
    )
    return Answer(option, f"{seen} {why}")


def stacked_output(trap: Trap) -> Answer:
    """Is the gradient on the stacked output exactly 0 before the last step (0), small but not 0 (1), or right (2)?"""
    zero = not any(trap.stacked)
    right = bool(np.allclose(trap.stacked, trap.true, rtol=1e-3, atol=0))
    option = 0 if zero else 2 if right else 1
    seen = (
        f"At step {trap.steps[0]} torch gives {trap.stacked[0]:.1g} on the output and {trap.true[0]:.2g} on the state."
    )
    why = (
        "Later steps read the state, not the stacked output beside it, so their error never passes the output "
        "(PyTorch's own autograd, asked twice)."
    )
    return Answer(option, f"{seen} {why}")
