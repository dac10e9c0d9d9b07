"""The words that lessons share: each setting's name, declared once, means the same wherever it stands.

A visitor's settings therefore travel from lesson to lesson. A lesson gives its own default and may narrow the range.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from rnnviz.cells import CELLS
from rnnviz.config.kinds import Choice, Ladder, Seed, Setting, Text, Whole, setting

Value = TypeVar("Value")

CELL_TITLES = MappingProxyType({name: cell.title for name, cell in CELLS.items()})
THRESHOLDS = (*(round(m * 10.0**e, 6) for e in range(-2, 2) for m in (1, 1.5, 2, 3, 5, 7)), 100.0)
"""Clipping thresholds from 0.01 to 100, four decades."""

VOCABULARY: MappingProxyType[str, Setting] = MappingProxyType(
    {
        "text": Text(label="Text", longest=200, help="What the network reads, in any script."),
        "cell": Choice(
            label="Cell", titles=CELL_TITLES, help="How the network updates its memory.", formerly=("look",)
        ),
        "activation": Choice(
            label="Activation",
            titles={"tanh": "tanh", "relu": "ReLU", "sigmoid": "sigmoid", "identity": "identity"},
            help="What an Elman RNN's sum goes through to become its new state.",
            cell_option=True,
        ),
        "seq_len": Whole(
            label="Sequence length", low=2, high=200, help="Steps the network reads, T.", formerly=("length",)
        ),
        "hidden_size": Whole(
            label="Hidden units", low=1, high=50, help="Numbers in each state of the network.", formerly=("units",)
        ),
        "initial": Choice(
            label="Recurrent weights",
            titles={"orthogonal": "orthogonal", "torch": "PyTorch's", "identity": "identity"},
            help="What each block of W_hh is before training. An orthogonal matrix keeps every vector's length.",
            formerly=("start",),
        ),
        "forget_bias": Choice(
            label="Forget bias",
            titles={"torch": "PyTorch's, around 0", "1": "1", "2": "2", "3": "3", "4": "4", "chrono": "chrono"},
            help="The bias of the gate that keeps the memory; chrono draws it for memories of 2 to T steps.",
            formerly=("forget", "keep"),
        ),
        "lr": Ladder(
            label="Learning rate",
            rungs=(0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0),
            help="How far one update moves the weights.",
            formerly=("rate",),
        ),
        "clip": Choice(
            label="Clip",
            titles={"norm": "by norm", "value": "by value"},
            help="By norm: shorten the whole gradient. By value: cut each of its components.",
            formerly=("how",),
        ),
        "max_norm": Ladder(
            label="Threshold θ",
            rungs=THRESHOLDS,
            help="A gradient longer than this is clipped; by value, a component larger than this.",
            formerly=("theta",),
        ),
        "window": Whole(label="Window", low=1, high=200, help="Steps the error may travel back."),
        "seed": Seed(label="Seed", low=0, high=9999, help="Same seed, same weights and data, same numbers."),
    }
)


def word(name: str, default: Value, **narrower: Any) -> Value:
    """Declare a field of a lesson's config by its word.

    Args:
        name: of the field, one of ``VOCABULARY``.
        default: the lesson's own.
        narrower: attributes of the setting that the lesson changes, such as ``low`` and ``high``.
    """
    return setting(default, replace(VOCABULARY[name], **narrower))
