"""Unrolling.

One cell, used again at every letter. Watch its memory travel forward and the error come back.
"""

from rnnviz.lessons.unrolling.config import RunConfig
from rnnviz.lessons.unrolling.show import film, letters_right, stronger_signal
from rnnviz.ui import body, header, note, predict, settings

header(
    "One cell, used at every letter",
    "It reads a letter, updates its memory, and guesses the next letter. Then the error travels back.",
)


@body
def _() -> None:
    config = settings(RunConfig)
    film(config, ("text", "cell", "activation"), ("seq_len", "hidden_size", "lr", "seed"))
    note(
        "Click a cell to look inside, or go to it with Tab and press Enter. Space plays; ←, →, Home and End step. "
        "The text is read as a loop: behind its last "
        "letter the first one comes again. The loss is the mean over all steps; one update is one step of Adam on the "
        "whole sequence. Each control above the picture trains a network anew, from the weights that its seed gives."
    )
    predict(
        "unrolling-reach",
        "Before any training, which step's hidden state gets the stronger error signal ‖∂L/∂h‖?",
        [
            "The first, by more than a factor of two",
            "The last, by more than a factor of two",
            "Neither by more than a factor of two",
        ],
        lambda: stronger_signal(config),
    )
    predict(
        "unrolling-letters",
        "When the training is over, how often is the network's most probable next letter the right one?",
        ["At every step", "At more than half of the steps, but not at every one", "At half of the steps or fewer"],
        lambda: letters_right(config),
    )
