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
    whole = flat(gradients)
    before = whole.norm(dim=1)
    values = [t.clip_value for t in thresholds]
    if all(v is None for v in values):
        between, cosine = before, torch.ones_like(before)
    else:
        bounds = torch.tensor([float("inf") if v is None else v for v in values], dtype=torch.float64)
        for g in gradients:
            bound = across(bounds, g)
            g.clamp_(-bound, bound)
        clamped = flat(gradients)
        between = clamped.norm(dim=1)
        lengths = before * between
        cosine = torch.where(lengths > 0, (whole * clamped).sum(1) / lengths, 1.0)
    limits = torch.tensor([float("inf") if t.max_norm is None else t.max_norm for t in thresholds], dtype=torch.float64)
    over = (between > limits) & between.isfinite()
    if over.any():
        factors = torch.where(over, limits / between, 1.0)
        for g in gradients:
            g.mul_(across(factors, g))
    after = torch.where(over, limits, between)
    report = zip(before.tolist(), after.tolist(), cosine.tolist(), strict=True)
    return [Clipping(b, a, c, fired=a < b) for b, a, c in report]


def flat(gradients: Sequence[Tensor]) -> Tensor:
    """All gradients of each network in one row, (K, parameters), in double precision: squares of large ones fit."""
    return torch.cat([g.reshape(len(g), -1) for g in gradients], 1).double()


def across(values: Tensor, gradient: Tensor) -> Tensor:
    """One number for each network, in the shape and type of a gradient (K, ...)."""
    return values.to(gradient.dtype).view(-1, *[1] * (gradient.dim() - 1))
