"""``play.ll`` as machine code, compiled when first needed."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from rnnviz.engine.native.fallback import FALLBACK

WORD = 8  # bytes of an address, as play.ll has them
Play = Callable[[int, int, int, int], None]  # of rows: their address and number, the first step, the one past the last


class InnerLoop(NamedTuple):
    """A C function that computes for arrays of one type, and what it wants to be handed beside them."""

    address: int
    data: int


class Machine(NamedTuple):
    """The functions of ``play.ll``."""

    play: Play
    play_unlocked: Play  # lets Python's other threads run meanwhile, which costs more than a short call takes
    program: int  # address of the loop that plays a whole program
    squared_length: InnerLoop
    engine: object  # LLVM's, which owns the code


@cache
def machine() -> Machine | None:
    """The compiled functions; None, and a warning, where they cannot be had."""
    try:
        return compiled(Path(__file__).with_name("play.ll").read_text(encoding="utf-8"))
    except Exception as error:  # noqa: BLE001 -- whatever is missing or refused, Python can make the calls
        FALLBACK.warn(f"{type(error).__name__}: {error}")
        return None


def compiled(source: str) -> Machine:
    """Compile LLVM's text.

    Raises:
        RuntimeError: where Python's objects have no addresses of eight bytes, or if LLVM refuses the text.
        ImportError: without llvmlite.
    """
    if sys.implementation.name != "cpython" or ctypes.sizeof(ctypes.c_void_p) != WORD:
        raise RuntimeError("it is written for CPython on 64 bits")
    from llvmlite import binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    module = binding.parse_assembly(source)
    module.verify()
    engine: Any = binding.create_mcjit_compiler(module, binding.Target.from_default_triple().create_target_machine())
    engine.finalize_object()
    play, program, lengths = (engine.get_function_address(name) for name in ("play", "program", "squared_lengths"))
    words = [ctypes.c_int64] * 4
    locked, unlocked = (kind(None, *words)(play) for kind in (ctypes.PYFUNCTYPE, ctypes.CFUNCTYPE))
    return Machine(locked, unlocked, program, InnerLoop(lengths, 0), engine)
