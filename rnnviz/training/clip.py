"""Clipping: what it did to the gradient, not just that it was called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnviz.cells.cell import Array

if TYPE_CHECKING:
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
    [-clip_value, clip_value], which bends it. By norm, a gradient that is infinite or NaN is left as it is.
    (Pascanu, Mikolov & Bengio 2013.)
    """
    gradients = [p.grad.numpy()[None] for p in parameters if p.grad is not None]
    return clip_each(gradients, [Thresholds(max_norm, clip_value)])[0]


def clip_each(gradients: Sequence[Array], thresholds: Sequence[Thresholds]) -> list[Clipping]:
    """Clip the gradients (K, ...) of K networks in place, each with thresholds of its own; report on each network."""
    return reports(*clip_arrays(gradients, thresholds))


def reports(*columns: Array) -> list[Clipping]:
    """Lengths before and after and cosines, (K,) each, as a report for each network."""
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [Clipping(before, after, cosine, fired=after < before) for before, after, cosine in rows]


def clip_arrays(gradients: Sequence[Array], thresholds: Sequence[Thresholds]) -> tuple[Array, Array, Array]:
    """Clip the gradients (K, ...) in place; return lengths before and after and the cosines between, (K,) each."""
    with np.errstate(all="ignore"):
        before = after = lengths(flat(gradients))
        cosine = np.ones_like(before)
        if any(t.clip_value is not None for t in thresholds):
            after, cosine = clamp(gradients, numbers(t.clip_value for t in thresholds))
        if any(t.max_norm is not None for t in thresholds):
            after = shorten(gradients, after, numbers(t.max_norm for t in thresholds))
    return before, after, cosine


def clamp(gradients: Sequence[Array], bounds: Array) -> tuple[Array, Array]:
    """Clip every component; return the lengths afterwards, and the cosines between before and after."""
    whole = flat(gradients)
    for g in gradients:
        bound = across(bounds, g)
        np.clip(g, -bound, bound, out=g)
    clamped = flat(gradients)
    after = lengths(clamped)
    scale = lengths(whole) * after
    return after, np.where((scale == 0) | (bounds == np.inf), 1.0, np.vecdot(whole, clamped) / scale)


def shorten(gradients: Sequence[Array], before: Array, limits: Array) -> Array:
    """Clip the lengths; return them afterwards."""
    over = (before > limits) & np.isfinite(before)
    if over.any():
        factors = np.where(over, limits / before, 1.0)
        for g in gradients:
            np.multiply(g, across(factors, g), out=g)
    return np.where(over, limits, before)


def numbers(thresholds: Iterable[float | None]) -> Array:
    """Thresholds as numbers; None is one that is never reached."""
    return np.array([np.inf if t is None else t for t in thresholds])


def lengths(rows: Array) -> Array:
    """Length of each row, in double precision."""
    wide = rows.astype(np.float64, copy=False)
    norms: Array = np.sqrt(np.vecdot(wide, wide))
    return norms


def flat(gradients: Sequence[Array]) -> Array:
    """All gradients of each network in one row, (K, parameters), in double precision: squares of large ones fit."""
    return np.concatenate([g.reshape(len(g), -1) for g in gradients], axis=1, dtype=np.float64)


def across(values: Array, gradient: Array) -> Array:
    """One number for each network, in the shape and type of a gradient (K, ...)."""
    return values.astype(gradient.dtype).reshape(-1, *[1] * (gradient.ndim - 1))
