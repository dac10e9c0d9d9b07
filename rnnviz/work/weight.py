"""What a result weighs, for caches that are bounded in bytes."""

import gc
import sys
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType

import numpy as np

_CODE = (type, ModuleType, FunctionType, BuiltinFunctionType, CodeType)


def weight(*things: object) -> int:
    """About how many bytes these things take with all they hold. What several of them hold counts once.

    A view counts with the whole array it looks into, which it keeps alive. Code does not count.
    """
    seen: dict[int, object] = {}
    todo = list(things)
    while todo:
        thing = todo.pop()
        if id(thing) in seen or isinstance(thing, _CODE):
            continue
        seen[id(thing)] = thing
        todo += [thing.base] if isinstance(thing, np.ndarray) else gc.get_referents(thing)
    return sum(map(sys.getsizeof, seen.values()))
