"""What does the error of the smallest recurrent network look like, and where does descent take a ball on it?

One unit: x_t = w σ(x_{t-1}) + b, x_0 = ½, read off after 50 steps: E = (σ(x_50) − 0.7)². (Pascanu, Mikolov & Bengio
2013, figure 6.) Everything is computed by the loop itself, the gradient carried forward with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.studies.answer import Answer
from rnnviz.studies.digits import digits, given

START, STEPS, TARGET = 0.5, 50, 0.7
W, B = (3.0, 8.0), (-5.0, 0.0)  # the ranges that are shown
PACES = 200  # steps of descent
SAME = 0.001  # errors that differ by less count as the same
BEYOND = 1e6  # a ball this far away has left for good
GRAIN = 1e9  # places are kept to 1/GRAIN: the last digits of tanh differ between machines, and the wall magnifies them


class Slope(NamedTuple):
    """The error at a place, and which way is up."""

    error: Array
    by_w: Array
    by_b: Array


@dataclass(frozen=True, eq=False)
class Descent:
    """A ball's way: place and error before each step, and how long the gradient was."""

    w: Annotated[Array, "N+1"]
    b: Annotated[Array, "N+1"]
    errors: Annotated[Array, "N+1"]
    norms: Annotated[Array, "N+1"]

    @property
    def moves(self) -> Array:
        """How far each step took the ball, (N,)."""
        far: Array = np.hypot(np.diff(self.w), np.diff(self.b))
        return far


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), without overflow."""
    values: Array = 0.5 * (1 + np.tanh(0.5 * x))
    return values


def slope(w: Array | float, b: Array | float) -> Slope:
    """Run 50 steps at every (w, b) at once, with both derivatives."""
    w, b = np.broadcast_arrays(np.asarray(w, float), np.asarray(b, float))
    x, by_w, by_b = np.full(w.shape, START), np.zeros(w.shape), np.zeros(w.shape)
    for _ in range(STEPS):
        s = sigmoid(x)
        factor = w * s * (1 - s)
        x, by_w, by_b = w * s + b, s + factor * by_w, 1 + factor * by_b
    s = sigmoid(x)
    pull = 2 * (s - TARGET) * s * (1 - s)
    return Slope(np.square(s - TARGET), pull * by_w, pull * by_b)


def surface(across: int = 201, down: int = 161) -> tuple[Array, Array, Array]:
    """The error over the shown ranges: w (N,), b (M,), E (M, N)."""
    w, b = np.linspace(*W, across), np.linspace(*B, down)
    return w, b, slope(w[None, :], b[:, None]).error


def descend(w: float, b: float, rate: float, max_norm: float | None = None, steps: int = PACES) -> Descent:
    """Roll downhill from (w, b), each gradient shortened to ``max_norm`` if that is given."""
    way = []
    for _ in range(steps + 1):
        error, by_w, by_b = (float(v) for v in slope(w, b))
        norm = float(np.hypot(by_w, by_b))
        way.append((w, b, error, norm))
        scale = rate * (max_norm / norm if max_norm is not None and norm > max_norm else 1.0)
        if abs(w) + abs(b) < BEYOND:
            w, b = kept(w - scale * by_w), kept(b - scale * by_b)
    return Descent(*np.array(way).T)


def kept(value: float) -> float:
    """A place to nine decimals, rounded as the browser rounds it."""
    return math.floor(value * GRAIN + 0.5) / GRAIN


def fixed_points(w: float, b: float) -> list[tuple[float, float]]:
    """Where x = w σ(x) + b, and the slope w σ′(x) there: below 1 the state is drawn in, above 1 pushed away."""
    grid = np.linspace(-abs(w) - abs(b) - 1, abs(w) + abs(b) + 1, 4001)
    gap = w * sigmoid(grid) + b - grid
    points = []
    for k in np.flatnonzero((gap[:-1] >= 0) != (gap[1:] >= 0)):
        low, high = grid[k], grid[k + 1]
        for _ in range(60):
            middle = (low + high) / 2
            same = (w * sigmoid(middle) + b - middle >= 0) == (gap[k] >= 0)
            low, high = (middle, high) if same else (low, middle)
        s = float(sigmoid(np.asarray(low)))
        points.append((float(low), w * s * (1 - s)))
    return points


def folds(w: float) -> tuple[float, float] | None:
    """The two b at which attractors appear and vanish, where w σ′(x) = 1 (Doya 1993); None for w ≤ 4."""
    if w <= 4:
        return None
    s = (1 + np.sqrt(1 - 4 / w) * np.array([-1, 1])) / 2
    low, high = sorted(np.log(s / (1 - s)) - w * s)
    return float(low), float(high)


def off_the_cliff(w: float, b: float, rate: float, max_norm: float) -> Answer:
    """Where is the plain ball in the end?

    Off the map (0); on it, its error lower than the clipped ball's (1), the same to ``SAME`` (2), or higher (3).
    """
    plain, clipped = descend(w, b, rate), descend(w, b, rate, max_norm)
    seen = (
        f"From w = {given(w)}, b = {given(b)} at rate {given(rate)} {longest(plain)}; after {PACES} steps its error is "
        f"{digits(plain.errors[-1])}, the clipped ball's {digits(clipped.errors[-1])}."
    )
    return Answer(option(plain, clipped), seen, why(plain, rate, max_norm), "Pascanu, Mikolov & Bengio 2013, figure 6")


def option(plain: Descent, clipped: Descent) -> int:
    """The option that these two ways make true."""
    if not (W[0] <= plain.w[-1] <= W[1] and B[0] <= plain.b[-1] <= B[1]):
        return 0
    higher = plain.errors[-1] - clipped.errors[-1]
    return 2 if abs(higher) < SAME else 1 if higher < 0 else 3


def longest(plain: Descent) -> str:
    """The plain ball's longest step."""
    n = int(plain.moves.argmax())
    if plain.moves[n] == 0:
        return f"the plain ball does not move, where its gradient is {digits(plain.norms[0])} long"
    return (
        f"the plain ball's longest step was number {n + 1}, where a gradient of {digits(plain.norms[n])} moved it by "
        f"{digits(plain.moves[n])}"
    )


def why(plain: Descent, rate: float, max_norm: float) -> str:
    """What the bound had to do with it."""
    bound = f"rate × θ = {digits(rate * max_norm)}"
    if plain.norms[:-1].max() <= max_norm:
        return (
            f"No gradient on its way was longer than θ, so no step was longer than {bound} and both went the same way."
        )
    return (
        "A gradient tells how steep the ground is and not how far it goes on like that; the plain ball went as far as "
        f"that said, while the clipped one never went farther than {bound} at once."
    )
