"""Clipping: what it did to the gradient, not just that it was called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor


class Clipping(NamedTuple):
    """A gradient before and after clipping: torch's ``clip_grad_norm_`` returns only the norm before."""

    before: float  # length of the whole gradient
    after: float
    cosine: float  # 1: the direction was kept
    fired: bool  # whether anything was changed


class Thresholds(NamedTuple):
    """Where clipping begins; None: never."""

    max_norm: float | None = None
    clip_value: float | None = None


def clip(parameters: Iterable[Tensor], max_norm: float | None = None, clip_value: float | None = None) -> Clipping:
    """Clip the gradients in place, by value, by norm, by both in this order, or by neither; report.

    By norm: if ‖g‖ > max_norm, g ← g · max_norm / ‖g‖, which keeps the direction. By value: every component into
    [-clip_value, clip_value], which bends it. A gradient that is infinite or NaN is left as it is.
    (Pascanu, Mikolov & Bengio 2013.)
    """
    gradients = [p.grad[None] for p in parameters if p.grad is not None]
    return clip_each(gradients, [Thresholds(max_norm, clip_value)])[0]


def clip_each(gradients: Sequence[Tensor], thresholds: Sequence[Thresholds]) -> list[Clipping]:
    """The same for K networks side by side, gradients (K, ...), each with thresholds of its own."""
    before = after = lengths(gradients)
    cosine = torch.ones_like(before)
    if any(t.clip_value is not None for t in thresholds):
        after, cosine = clamp(gradients, numbers(t.clip_value for t in thresholds))
    if any(t.max_norm is not None for t in thresholds):
        after = shorten(gradients, after, numbers(t.max_norm for t in thresholds))
    report = zip(before.tolist(), after.tolist(), cosine.tolist(), strict=True)
    return [Clipping(b, a, c, fired=a < b) for b, a, c in report]


def clamp(gradients: Sequence[Tensor], bounds: Tensor) -> tuple[Tensor, Tensor]:
    """Clip every component; return the lengths afterwards, and the cosines between before and after."""
    whole = flat(gradients)
    for g in gradients:
        bound = across(bounds, g)
        g.clamp_(-bound, bound)
    clamped = flat(gradients)
    after = clamped.norm(dim=1)
    scale = whole.norm(dim=1) * after
    return after, torch.where(scale > 0, (whole * clamped).sum(1) / scale, 1.0)


def shorten(gradients: Sequence[Tensor], before: Tensor, limits: Tensor) -> Tensor:
    """Clip the lengths; return them afterwards."""
    over = (before > limits) & before.isfinite()
    if over.any():
        factors = torch.where(over, limits / before, 1.0)
        for g in gradients:
            g.mul_(across(factors, g))
    return torch.where(over, limits, before)


def numbers(thresholds: Iterable[float | None]) -> Tensor:
    """Thresholds as numbers; none is never reached."""
    return torch.tensor([float("inf") if t is None else t for t in thresholds], dtype=torch.float64)


def lengths(gradients: Sequence[Tensor]) -> Tensor:
    """Length of the whole gradient of each network, (K,)."""
    found: Tensor = torch.linalg.vector_norm(flat(gradients), dim=1)
    return found


def flat(gradients: Sequence[Tensor]) -> Tensor:
    """All gradients of each network in one row, (K, parameters), in double precision: squares of large ones fit."""
    return torch.cat([g.reshape(len(g), -1) for g in gradients], 1).double()


def across(values: Tensor, gradient: Tensor) -> Tensor:
    """One number for each network, in the shape and type of a gradient (K, ...)."""
    return values.to(gradient.dtype).view(-1, *[1] * (gradient.dim() - 1))
