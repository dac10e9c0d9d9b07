"""Numbers on their way to the browser: a JSON header, and arrays of float32 or int8, in one block of bytes."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 4  # a Float32Array view must start on a multiple of four
KINDS = {"float32": "<f4", "int8": "i1"}


def pack(header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Pack a header and named arrays: uint32 length, JSON, then each array, all on multiples of four bytes.

    Arrays of int8 stay what they are, all others are sent as float32, little-endian. JSON lists of numbers would be
    three times as long and fifty times as slow to write. `unpack.js` reads it back.
    """
    entries, blocks, offset = [], [], 0
    for name, array in arrays.items():
        kind = "int8" if array.dtype == np.int8 else "float32"
        entries.append({"name": name, "shape": array.shape, "offset": offset, "kind": kind})
        blocks.append(padded(np.ascontiguousarray(array, dtype=KINDS[kind]).tobytes(), b"\0"))
        offset += len(blocks[-1])
    text = padded(json.dumps({**header, "arrays": entries}, ensure_ascii=False, allow_nan=False).encode(), b" ")
    return b"".join([len(text).to_bytes(4, "little"), text, *blocks])


def padded(block: bytes, filler: bytes) -> bytes:
    """A block filled up to a multiple of four bytes."""
    return block + filler * (-len(block) % ALIGNMENT)
