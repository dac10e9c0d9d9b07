"""About how many bytes a result takes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import partial

import numpy as np

SMALL = 64  # bytes of whatever is not looked into


def weight(value: object) -> int:
    """The bytes of its arrays, texts and bytes, through dataclasses, tuples, lists, mappings and partial functions.

    What several parts share is counted once. An array that is a view weighs what it keeps alive.
    """
    return _weight(value, set())


def _weight(value: object, seen: set[int]) -> int:
    if id(value) in seen:
        return 0
    seen.add(id(value))
    if isinstance(value, np.ndarray):
        return _weight(value.base, seen) if value.base is not None else value.nbytes + SMALL
    if isinstance(value, bytes | str):
        return sys.getsizeof(value)
    return SMALL + sum(_weight(part, seen) for part in _parts(value))


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, tuple | list | set | frozenset):
        return value
    if isinstance(value, partial):
        return [value.args, value.keywords]
    if is_dataclass(value):
        return [getattr(value, field.name, None) for field in fields(value)]
    return ()
