"""Ops as machine code: what a pass does, with as few calls from Python as can be. Only this folder knows addresses.

NumPy's inner loops are called one after the other, without Python in between, so every number is the same to the last
bit. Where that cannot be (no llvmlite, a NumPy that is built otherwise), Python makes the calls, and a warning says so.

Reading order: ``machine`` (what calls the loops, compiled from ``play.ll``), ``inner_loops`` (where they are),
``loop_calls`` (an op as calls of them), ``program`` (many such calls as one), ``fusion`` (what the engine asks for).
"""

from rnnviz.engine.native.fusion import compile_steps, fuse, fuse_steps
from rnnviz.engine.native.program import Program

__all__ = ["Program", "compile_steps", "fuse", "fuse_steps"]
