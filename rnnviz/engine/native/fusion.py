"""Instructions fused into programs, as far as machine code can follow them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, groupby

from rnnviz.engine.native.inner_loops import inner_loop
from rnnviz.engine.native.loop_calls import LoopCall, loop_calls
from rnnviz.engine.native.machine import machine
from rnnviz.engine.native.program import Program
from rnnviz.engine.ops import Instruction, Op


def fuse(instructions: Iterable[Instruction]) -> list[Instruction]:
    """What does the same in the same order: neighbours that need no Python in between have become one program."""
    fused: list[Instruction] = []
    pairs = ((instruction, translate([instruction])) for instruction in instructions)
    for native, group in groupby(pairs, key=lambda pair: pair[1] is not None):
        members = list(group)
        plain = [instruction for instruction, _ in members]
        calls = [call for _, calls in members for call in calls or []]
        program = compiled(calls, keep=plain) if native else None
        fused += [program] if program else plain
    return fused


def fuse_steps(instructions_of: Callable[[int], Iterable[Instruction]], order: Sequence[int]) -> list[Instruction]:
    """The instructions of all steps, in this order: one program, where steps differ in their place in memory only."""
    program = compile_steps(instructions_of, order)
    return [program] if program else fuse(chain.from_iterable(instructions_of(t) for t in order))


def compile_steps(instructions_of: Callable[[int], Iterable[Instruction]], order: Sequence[int]) -> Program | None:
    """A program whose i-th step does what the instructions of step ``order[i]`` do.

    It is made of the first two steps, and compared with one in the middle and the last.

    Returns:
        None where an instruction needs Python, or steps differ in more than a constant distance in memory.
    """
    last = len(order) - 1
    tried = {i: list(instructions_of(order[i])) for i in sorted({0, min(1, last), last // 2, last})}
    calls = {i: translate(instructions) for i, instructions in tried.items()}
    first, second = calls[0], calls[min(1, last)]
    if first and second and all(later and is_regular(first, second, later, i) for i, later in calls.items()):
        return compiled(first, second, len(order), keep=list(tried.values()))
    return None


def compiled(
    first: list[LoopCall], second: list[LoopCall] | None = None, steps: int = 1, *, keep: object
) -> Program | None:
    """A program of these calls; None where there is no machine code."""
    engine = machine()
    return Program(engine, first, second, steps, keep) if engine else None


def translate(instructions: Iterable[Instruction]) -> list[LoopCall] | None:
    """The calls of inner loops that instructions come to; None if one of them needs Python."""
    translated: list[LoopCall] = []
    for instruction in instructions:
        calls = calls_of(instruction)
        if calls is None:
            return None
        translated += calls
    return translated


def calls_of(instruction: Instruction) -> list[LoopCall] | None:
    """Those of one instruction; None where NumPy would convert, or there is no loop to call."""
    if isinstance(instruction, Program):
        return [instruction.as_call()]
    if not isinstance(instruction, Op):
        return None
    function, arrays = instruction.function, (*instruction.inputs, instruction.out)
    if not instruction.out.size or not all(array.flags.aligned and array.dtype.isnative for array in arrays):
        return None
    loop = inner_loop(function, "".join(array.dtype.char for array in arrays))
    return None if loop is None else loop_calls(function.signature, loop, arrays)


def is_regular(first: list[LoopCall], second: list[LoopCall], later: list[LoopCall], steps: int) -> bool:
    """Whether what is done so many steps later is what the first does, moved on as far as the second says."""
    if not len(first) == len(second) == len(later):
        return False
    for a, b, z in zip(first, second, later, strict=True):
        reached = tuple(x + steps * (y - x) for x, y in zip(a.addresses, b.addresses, strict=True))
        if not a[:3] == b[:3] == z[:3] or reached != z.addresses:
            return False
    return True
