"""Is the gradient on screen right? Nudge the network, and see whether the loss changes as it says."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from rnnviz.cells.cell import Array
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.experiments.chosen_network import inputs_and_direction, recorded, title
from rnnviz.models.recurrent import Recurrent

NUDGES = [1e-2 / 4**i for i in range(8)]
"""Lengths of nudges, in turn. The stencil has four points: its error is of the order of the nudge's fourth power, until
the loss no longer feels a difference. A network that magnifies differences needs small ones, a deaf one large ones."""
TOLERANCE = 1e-5
FAINTEST = 1e-11
"""In double precision a loss does not feel a smaller share of itself, or of 1."""


@dataclass(frozen=True)
class Nudge:
    """One place where it was tried."""

    where: str
    autograd: float  # the slope in a random direction, by the way back
    measured: float  # the slope in that direction, by nudging
    loss: float = 1.0  # where it was nudged

    @property
    def apart(self) -> float:
        """How far the two are apart, as a share of the larger, or of the least that can be told to this precision."""
        least = FAINTEST * max(1.0, abs(self.loss)) / TOLERANCE
        return abs(self.autograd - self.measured) / max(abs(self.autograd), abs(self.measured), least)


@dataclass(frozen=True)
class Check:
    """The badge: every nudge that was tried on one network."""

    title: str
    nudges: tuple[Nudge, ...]

    @property
    def holds(self) -> bool:
        """Whether all agree."""
        return all(nudge.apart <= TOLERANCE for nudge in self.nudges)


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

        def loss(length: float) -> float:
            h = first + length * direction
            output, _ = module(x[t:], (h, *others) if others else h)
            return float((output[-1] @ w).sum())

        predicted = float((torch.as_tensor(gradient) * direction[0, 0]).sum())
        return Nudge(f"h at step {t}", predicted, slope(loss), loss(0))


def at_weights(module: Recurrent, x: Tensor, w: Tensor, name: str, generator: torch.Generator) -> Nudge:
    """Nudge a matrix of weights, for all steps at once."""
    weight = module.get_parameter(name)
    output, _ = module(x)
    (gradient,) = torch.autograd.grad((output[-1] @ w).sum(), weight)
    with torch.no_grad():
        before, direction = weight.clone(), unit(weight.shape, generator)

        def loss(length: float) -> float:
            weight.copy_(before + length * direction)
            output, _ = module(x)
            return float((output[-1] @ w).sum())

        measured, there = slope(loss), loss(0)
        weight.copy_(before)
    return Nudge(name.removesuffix("_l0"), float((gradient * direction).sum()), measured, there)


def matrices(module: Recurrent) -> list[str]:
    """The weight matrices by name."""
    return [name for name, _ in module.named_parameters() if name.startswith("weight")]


def unit(shape: torch.Size, generator: torch.Generator) -> Tensor:
    """A random direction."""
    direction = torch.randn(shape, generator=generator, dtype=torch.float64)
    scaled: Tensor = direction / direction.norm()
    return scaled


def slope(loss: Callable[[float], float]) -> float:
    """The derivative at zero, from four points around it, at the length that agrees best with the length before."""
    slopes = [stencil(loss, nudge) for nudge in NUDGES]
    return min(pairwise(slopes), key=lambda pair: abs(pair[1] - pair[0]))[1]


def stencil(loss: Callable[[float], float], nudge: float) -> float:
    """The derivative at zero from four points."""
    near, far = loss(nudge) - loss(-nudge), loss(2 * nudge) - loss(-2 * nudge)
    return (8 * near - far) / (12 * nudge)
