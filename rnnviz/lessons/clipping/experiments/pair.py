"""The same network trained twice, without and with clipping: what is known of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from rnnviz.cells.cell import Array
from rnnviz.lessons.clipping.config import ClippingConfig

WITHOUT, WITH = 0, 1
"""The two networks' place on every axis K."""


class Frame(NamedTuple):
    """What the film shows at one update; arrays have K = 2 first. The same sequences are read in every frame."""

    update: int
    hidden: Annotated[Array, "K SHOWN T"]  # states of some units, for the first probe: a colour's step each, see LEVELS
    reach: Annotated[Array, "K T"]  # ‖∂L/∂h_t‖ of the probes' mean loss on the answers that memory gives
    saturated: Annotated[Array, "K"]  # share of activations with a slope below FLAT, over blocks, steps and probes
    stretch: Annotated[Array, "K"]  # largest singular value of weight_hh; NaN once it is not finite
    length: Annotated[Array, "K"]  # ‖θ‖, of all weights together


LEVELS = 127
"""Of a hidden state's colour, either way from zero; −128 stands for a state that is not finite."""


class Terms(NamedTuple):
    """What the training obeys from an update on; the threshold and the rate can change while it goes on."""

    update: int
    max_norm: float
    lr: float
    clip: str


class Stand(NamedTuple):
    """Where a training stands. Plain gradient descent keeps nothing but the weights."""

    weights: Annotated[Array, "K P"]
    x: Annotated[Array, "T B I"]  # the latest pass's sequences: the next step follows from them
    targets: Annotated[Array, "S B"]
    generator: Mapping[str, Any]  # draws the sequences after them
    leaping: bool  # whether the step from here is one that gets a frame before it and one after


@dataclass(frozen=True, eq=False)
class Pair:
    """Two trainings so far. Index u of a curve is the pass at the weights after u updates; K = 2: without, with."""

    config: ClippingConfig
    symbols: tuple[str, ...]  # what the sequence in the picture spells
    answer: str
    losses: Annotated[Array, "U K"]
    accuracies: Annotated[Array, "U K"]  # share of right answers, of those that memory gives
    norms: Annotated[Array, "U K"]  # length of the gradient before clipping
    clipped: Annotated[Array, "U K"]  # length of the gradient after clipping
    cosines: Annotated[Array, "U K"]
    frames: tuple[Frame, ...]
    terms: tuple[Terms, ...]  # the first from update 0 on
    stand: Stand
    baseline: float  # loss of a model without memory
    chance: float  # its share of right answers

    @property
    def updates(self) -> int:
        """Updates so far."""
        return len(self.losses) - 1
