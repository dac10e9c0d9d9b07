"""Clipping: what it did to the gradient, not just that it was called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor


class Clipping(NamedTuple):
    """A gradient before and after clipping: torch's ``clip_grad_norm_`` returns only the norm before."""

    before: float  # length of the whole gradient
    after: float
    cosine: float  # 1: the direction was kept
    fired: bool  # whether anything was changed


def clip(parameters: Iterable[Tensor], max_norm: float | None = None, clip_value: float | None = None) -> Clipping:
    """Clip the gradients in place, by value, by norm, by both in this order, or by neither; report.

    By norm: if ‖g‖ > max_norm, g ← g · max_norm / ‖g‖, which keeps the direction. By value: every component into
    [-clip_value, clip_value], which bends it. A gradient that is infinite or NaN is left as it is.
    (Pascanu, Mikolov & Bengio 2013.)
    """
    gradients = [p.grad for p in parameters if p.grad is not None]
    before = after = length(gradients)
    cosine = 1.0
    if clip_value is not None and before > 0:
        original = [g.clone() for g in gradients]
        torch._foreach_clamp_max_(gradients, clip_value)
        torch._foreach_clamp_min_(gradients, -clip_value)
        after = length(gradients)
        dot = sum(float((a.double() * b.double()).sum()) for a, b in zip(original, gradients, strict=True))
        cosine = dot / (before * after)
    if max_norm is not None and max_norm < after < float("inf"):
        torch._foreach_mul_(gradients, max_norm / after)
        after = max_norm
    return Clipping(before, after, cosine, fired=after != before)


def length(gradients: list[Tensor]) -> float:
    """Euclidean length of all gradients together."""
    norms = torch._foreach_norm(gradients)  # noqa: SLF001
    return float(torch.linalg.vector_norm(torch.stack(norms)))
