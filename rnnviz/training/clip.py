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


def clip(
    parameters: Tensor | Iterable[Tensor], max_norm: float | None = None, clip_value: float | None = None
) -> Clipping:
    """Clip the gradients in place, by value, by norm, by both in this order, or by neither; report.

    By norm: if ‖g‖ > max_norm, g ← g · max_norm / ‖g‖, which keeps the direction. By value: every component into
    [-clip_value, clip_value], which bends it. By norm, a gradient that is infinite or NaN is left as it is.
    (Pascanu, Mikolov & Bengio 2013.) Lengths are measured in double precision, whatever the gradients' type or device.

    Args:
        parameters: one or several; those without a gradient do not count, and without any the length is 0.
        max_norm: the largest length.
        clip_value: the largest size of a component; of a complex number, of either of its parts.

    Raises:
        TypeError: for something else than tensors.
        ValueError: for a threshold that is not above 0.
    """
    for name, value in (("max_norm", max_norm), ("clip_value", clip_value)):
        if value is not None and not value > 0:
            raise ValueError(f"{name} has to be above 0, not {value}.")
    gradients = [gradient_of(p) for p in tensors(parameters) if p.grad is not None]
    if not gradients:
        return Clipping(0.0, 0.0, 1.0, fired=False)
    arrays = [readable(gradient) for gradient in gradients]
    (clipping,) = clip_each([array[None] for array in arrays], [Thresholds(max_norm, clip_value)])
    for gradient, array in zip(gradients, arrays, strict=True):
        write_back(array, gradient)
    return clipping


def tensors(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    """The parameters as a list.

    Raises:
        TypeError: for something else than tensors.
    """
    from torch import Tensor

    if isinstance(parameters, Tensor):
        return [parameters]
    every = list(parameters) if isinstance(parameters, Iterable) else [parameters]
    for one in every:
        if not isinstance(one, Tensor):
            raise TypeError(f"Clipping takes tensors, not a {type(one).__name__}: give model.parameters().")
    return every


def gradient_of(parameter: Tensor) -> Tensor:
    """The numbers of a gradient where they are, out of the graph; of a sparse one those that are kept."""
    import torch

    if parameter.grad is None:
        raise ValueError("This parameter has no gradient.")
    if parameter.grad.is_sparse:
        parameter.grad = parameter.grad.coalesce()  # the shares of an entry that came several times are one number
        return parameter.grad.detach().values()
    gradient = parameter.grad.detach()
    return torch.view_as_real(gradient) if gradient.is_complex() else gradient


def readable(gradient: Tensor) -> Array:
    """The numbers of a gradient, in place where NumPy can work there."""
    import torch

    single = torch.float32 if gradient.element_size() < 4 else gradient.dtype
    return gradient.to(device="cpu", dtype=single).resolve_neg().numpy()


def write_back(array: Array, gradient: Tensor) -> None:
    """Put clipped numbers where the gradient is, if they are not there already."""
    import torch

    clipped = torch.from_numpy(array)
    if clipped.data_ptr() != gradient.data_ptr():
        gradient.copy_(clipped)


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
    cosine = np.minimum(np.vecdot(whole, clamped) / scale, 1.0)  # rounding apart, it is no larger
    return after, np.where((scale == 0) | (bounds == np.inf), 1.0, cosine)


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
