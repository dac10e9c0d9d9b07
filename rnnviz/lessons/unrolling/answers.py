"""Questions about a network that learns to spell, answered by the run itself."""

import numpy as np

from rnnviz.lessons.unrolling.experiment import UPDATES, Unrolling
from rnnviz.studies.answer import Answer

ALIKE = 2.0  # two signals within this factor count as about the same


def stronger_signal(run: Unrolling) -> Answer:
    """Which hidden state gets the stronger error signal before training: the first (0), the last (1), neither (2)?"""
    grads = run.snapshot(0).layers["l0"].grads["h"][:, 0]
    first, last = (float(np.linalg.norm(grads[t])) for t in (0, -1))
    seen = f"‖∂L/∂h‖ is {first:.2g} at step 1 and {last:.2g} at step {len(grads)}."
    why = (
        "Step 1 hears from its own prediction and, through the recurrent weights, from all later ones; "
        "the last step only from its own."
    )
    option = 2 if max(first, last) <= ALIKE * min(first, last) else 0 if first > last else 1
    return Answer(option, seen, why, "Rumelhart, Hinton & Williams 1986")


def letters_right(run: Unrolling) -> Answer:
    """How often is the most probable letter the right one after training: always (0), mostly (1), half or less (2)?"""
    update, logits = run.updates[-1], run.logits[:, -1]
    guessed = np.isfinite(logits).all(axis=-1)  # a step whose numbers overflowed predicts nothing
    right = int(np.sum(guessed & (logits.argmax(axis=-1) == np.array(run.task.targets))))
    steps = run.task.seq_len
    stopped = "" if update == UPDATES else ", where its numbers overflowed and the training stopped,"
    seen = (
        f"After {update} updates{stopped} {right} of {steps} predictions are right, at a mean loss of "
        f"{run.losses[update]:.2g} nats; knowing nothing costs {run.task.baseline:.2g}."
    )
    why = "The loss asks for the right letter's probability, and a guess is right as soon as that one is the largest."
    return Answer(0 if right == steps else 1 if 2 * right > steps else 2, seen, why, "Elman 1990")
