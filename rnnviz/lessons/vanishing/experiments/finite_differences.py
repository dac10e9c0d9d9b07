"""Is the gradient on screen right? Nudge the network, and see whether the loss changes as it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

from rnnviz.cells.cell import Array
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.experiments.chosen_network import inputs_and_direction, recorded, title
from rnnviz.models.recurrent import Recurrent
from rnnviz.records.recording import record
from rnnviz.studies.digits import digits

NUDGES = [1e-2 / 4**i for i in range(8)]
"""Lengths of nudges, in turn. The stencil has four points: its error is of the order of the nudge's fourth power, until
the loss no longer feels a difference. A network that magnifies differences needs small ones, a deaf one large ones."""
SHORTEST = [NUDGES[-1] / 4**i for i in range(1, 5)]
"""Tried as well where units have a kink, which may be near."""
TOLERANCE = 1e-5
ROUNDING = 5e-15
"""What double precision makes, over all steps, of a loss whose terms are 1, or of a larger one's share."""


class Look(NamedTuple):
    """What a network nudged by some length does.

    Attributes:
        loss: its loss.
        size: of the terms that add up to it; rounding takes its share of these, also where they cancel.
        sides: on which side of their kink its units stand, at every step; empty if they have none.
    """

    loss: float
    size: float
    sides: bytes


class Slope(NamedTuple):
    """A derivative from four points.

    Attributes:
        value: the derivative.
        nudge: how far apart neighbours among the points are.
        crossed: some unit is on the other side of its kink at one of them.
    """

    value: float
    nudge: float
    crossed: bool


@dataclass(frozen=True)
class Nudge:
    """One place where it was tried.

    Attributes:
        where: what was nudged.
        autograd: the slope in a random direction, by the way back.
        measured: the slope in that direction, by nudging.
        size: of the terms that add up to the loss.
        length: of the nudge.
        crossed: a kink was crossed even by the shortest nudge.
    """

    where: str
    autograd: float
    measured: float
    size: float = 1.0
    length: float = NUDGES[0]
    crossed: bool = False

    @property
    def apart(self) -> float:
        """How far the two are apart, as a share of the larger; 0 if both are 0."""
        size = max(abs(self.autograd), abs(self.measured))
        return abs(self.autograd - self.measured) / size if size else 0.0

    @property
    def agrees(self) -> bool:
        """Whether they are one number."""
        return self.apart <= TOLERANCE

    @property
    def noise(self) -> float:
        """What rounding alone can make of a slope over so short a nudge."""
        return noise(self.size, self.length)

    @property
    def tells(self) -> bool:
        """Whether a difference would tell of a wrong gradient: it is beyond rounding, and no kink was crossed."""
        return not self.crossed and not abs(self.autograd - self.measured) <= self.noise

    @property
    def verdict(self) -> str:
        """What came of it, in a few words."""
        if self.agrees:
            return f"{digits(self.apart)} of their size" if self.apart else "not at all"
        if self.crossed:
            return "not compared: the shortest nudge crosses a kink of a unit"
        gap = digits(abs(self.autograd - self.measured))
        if not self.tells:
            return f"not compared: {gap} apart, rounding alone makes up to {digits(self.noise)}"
        return f"{digits(self.apart)} of their size: they disagree"


@dataclass(frozen=True)
class Check:
    """The badge: every nudge that was tried on one network."""

    title: str
    nudges: tuple[Nudge, ...]

    @property
    def agreeing(self) -> int:
        """How many agree."""
        return sum(nudge.agrees for nudge in self.nudges)

    @property
    def holds(self) -> bool:
        """Whether none disagrees that could tell."""
        return all(nudge.agrees or not nudge.tells for nudge in self.nudges)

    @property
    def sentence(self) -> str:
        """How many agree, and what became of the others."""
        others = [nudge for nudge in self.nudges if not nudge.agrees]
        counts = {
            "disagreeing": sum(nudge.tells for nudge in others),
            "across the kink of a unit, however short": sum(nudge.crossed for nudge in others),
            "too faint to tell from rounding": sum(not (nudge.tells or nudge.crossed) for nudge in others),
        }
        rest = "".join(f"; {what}: {count}" for what, count in counts.items() if count)
        tried = f"{len(self.nudges)} nudges, each in a random direction"
        return f"{self.title}, {tried}; agreeing with the way back: {self.agreeing}{rest}."


def finite_differences(config: GradientConfig) -> Check:
    """Nudge the hidden state of the first sequence at five steps, and each matrix of weights."""
    module, trace = recorded(config)
    x, w = inputs_and_direction(config)
    generator = torch.Generator().manual_seed(config.seed)
    steps = sorted({1, *(max(1, len(x) * quarter // 4) for quarter in (1, 2, 3)), len(x) - 1})
    nudges = [at_step(module, (x[:, :1], w), t, trace.layers["l0"].grads["h"][t - 1, 0], generator) for t in steps]
    return Check(title(config), (*nudges, *(at_weights(module, x, w, name, generator) for name in matrices(module))))


def at_step(
    module: Recurrent, inputs: tuple[Tensor, Tensor], t: int, gradient: Array, generator: torch.Generator
) -> Nudge:
    """Nudge h_t and let the rest of the sequence follow."""
    x, w = inputs
    with torch.no_grad():
        _, state = module(x[:t])
        first, *others = state if isinstance(state, tuple) else (state,)
        direction = unit(first.shape, generator)

        def look(length: float) -> Look:
            h = first + length * direction
            return looked(module, x[t:], w, (h, *others) if others else h)

        predicted = float((torch.as_tensor(gradient) * direction[0, 0]).sum())
        return nudge(f"h at step {t}", predicted, look, kinked(module))


def at_weights(module: Recurrent, x: Tensor, w: Tensor, name: str, generator: torch.Generator) -> Nudge:
    """Nudge a matrix of weights, for all steps at once."""
    weight = module.get_parameter(name)
    output, _ = module(x)
    (gradient,) = torch.autograd.grad((output[-1] @ w).sum(), weight)
    with torch.no_grad():
        before, direction = weight.clone(), unit(weight.shape, generator)

        def look(length: float) -> Look:
            weight.copy_(before + length * direction)
            return looked(module, x, w)

        found = nudge(name.removesuffix("_l0"), float((gradient * direction).sum()), look, kinked(module))
        weight.copy_(before)
    return found


def nudge(where: str, autograd: float, look: Callable[[float], Look], kinks: Sequence[str]) -> Nudge:
    """Measure the slope at zero and hold it beside the one that the way back gave."""
    here = look(0)
    measured = slope(look, here, [*NUDGES, *SHORTEST] if kinks else NUDGES)
    return Nudge(where, autograd, measured.value, here.size, measured.nudge, measured.crossed)


def looked(module: Recurrent, x: Tensor, w: Tensor, state: Tensor | tuple[Tensor, ...] | None = None) -> Look:
    """The loss of a pass, and the sides on which its units stand."""
    symbols = kinked(module)
    if not symbols:
        output, _ = module(x, state)
        return Look(*total(output[-1] * w), b"")
    trace = record(module, x, lambda h: (h[-1] @ w).sum(), state)
    sides = b"".join((trace.layers["l0"].preactivations[s] > 0).tobytes() for s in symbols)
    return Look(*total(torch.as_tensor(trace.y[-1]) * w), sides)


def total(terms: Tensor) -> tuple[float, float]:
    """What terms add up to, and would if none were negative."""
    return float(terms.sum()), float(terms.abs().sum())


def kinked(module: Recurrent) -> list[str]:
    """The blocks whose activation has a kink, at 0."""
    return [block.symbol for block in module.plan.cell.blocks if block.activation == "relu"]


def matrices(module: Recurrent) -> list[str]:
    """The weight matrices by name."""
    return [name for name, _ in module.named_parameters() if name.startswith("weight")]


def unit(shape: torch.Size, generator: torch.Generator) -> Tensor:
    """A random direction."""
    direction = torch.randn(shape, generator=generator, dtype=torch.float64)
    scaled: Tensor = direction / direction.norm()
    return scaled


def noise(size: float, length: float) -> float:
    """What rounding alone can make of a slope over so short a nudge, where the loss's terms have this size."""
    return ROUNDING * max(1.0, size) / length


def slope(look: Callable[[float], Look], here: Look, nudges: Sequence[float]) -> Slope:
    """The derivative at zero, from four points around it, at the length of the least error.

    That is the difference from the length before, and what rounding makes of so short a nudge. Only lengths that cross
    no kink are asked, if there are any; else it is that of the shortest.
    """
    slopes = [stencil(look, here, length) for length in nudges]
    smooth = [one for one in slopes if not one.crossed]
    if len(smooth) < 2:
        return (smooth or slopes)[-1]
    return min(pairwise(smooth), key=lambda pair: abs(pair[1].value - pair[0].value) + noise(here.size, pair[1].nudge))[
        1
    ]


def stencil(look: Callable[[float], Look], here: Look, length: float) -> Slope:
    """The derivative at zero from four points."""
    points = [look(share * length) for share in (-2, -1, 1, 2)]
    far_before, before, after, far_after = (point.loss for point in points)
    value = (8 * (after - before) - (far_after - far_before)) / (12 * length)
    return Slope(value, length, any(point.sides != here.sides for point in points))
