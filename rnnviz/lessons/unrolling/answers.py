"""Questions about a network that learns to spell, answered by the run itself."""

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.lessons.unrolling.experiment import Unrolling, own_errors, probabilities
from rnnviz.studies.answer import Answer
from rnnviz.studies.digits import digits

ALIKE = 2.0
"""A signal is stronger if it is more than so many times the other."""


def stronger_signal(run: Unrolling) -> Answer:
    """Say whose ‖∂L/∂h‖ is larger before training: that of the first step (0), of the last (1), of neither (2)?"""
    layer, own = run.snapshot(0).layers["l0"], own_errors(run)[0]
    first, last = (length(layer.grads["h"][t, 0]) for t in (0, -1))
    steps = run.task.seq_len
    return Answer(
        0 if first > ALIKE * last else 1 if last > ALIKE * first else 2,
        f"‖∂L/∂h‖ is {digits(first)} at step 1 and {digits(last)} at step {steps}.",
        parts_of_first(run, length(own[0]), length(layer.carried["h"][0, 0])),
        "Rumelhart, Hinton & Williams 1986",
    )


def parts_of_first(run: Unrolling, own: float, carried: float) -> str:
    """Say what makes the signal at step 1.

    Args:
        run: the run.
        own: length of ∂L/∂h_1 without the later steps.
        carried: length of what the later steps sent back to h_1.
    """
    steps = run.task.seq_len
    if len(run.task.alphabet) == 1:
        return "With one letter only there is nothing to predict: the loss is 0, and so is every gradient."
    if steps == 1:
        return "There is one step only, which is the first and the last."
    return (
        f"At step 1 a vector of length {digits(own)} comes from its own prediction and one of length {digits(carried)} "
        f"from all later ones; at step {steps} there are no later ones."
    )


def letters_right(run: Unrolling) -> Answer:
    """Say how often the most probable letter is right in the end: always (0), mostly (1), half the time or less (2)?"""
    chances, steps = probabilities(run)[-1], run.task.seq_len
    guessed = np.isfinite(chances).all(axis=-1)  # a step whose numbers overflowed predicts nothing
    right = int(np.sum(guessed & (chances.argmax(axis=-1) == np.array(run.task.targets))))
    silent = steps - int(guessed.sum())
    return Answer(
        0 if right == steps else 1 if 2 * right > steps else 2,
        f"{ending(run)} {right} of {counted(steps, 'prediction')} {'is' if right == 1 else 'are'} right"
        f"{f', {silent} cannot be made' if silent else ''}, at {loss_at(run)}; "
        f"all letters equally likely would cost {digits(run.task.baseline)}.",
        "The loss asks for the right letter's probability, and a guess is right as soon as that one is the largest.",
        "Elman 1990",
    )


def ending(run: Unrolling) -> str:
    """Say where the training ended."""
    done = f"After {counted(run.updates[-1], 'update')}" if run.updates[-1] else "Before any update"
    return done if run.blew_up_at is None else f"{done}, where numbers overflowed and the training ended,"


def loss_at(run: Unrolling) -> str:
    """Say the loss at the end of the training."""
    loss = float(run.losses[run.updates[-1]])
    return f"a mean loss of {digits(loss)} nats" if np.isfinite(loss) else "a mean loss that is no finite number"


def counted(count: int, what: str) -> str:
    """A number of things: 1 update, 2 updates."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def length(vector: Array) -> float:
    """Length of a vector. In single precision the square of a long one would overflow."""
    return float(np.linalg.norm(vector.astype(np.float64)))
