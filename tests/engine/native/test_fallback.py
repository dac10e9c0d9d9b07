"""Whatever fails in native code, a pass gives the same numbers, and one line says why it is slower."""

import logging
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from llvmlite import binding

import rnnviz
from rnnviz.cells import CELLS
from rnnviz.engine import native
from rnnviz.engine.native import Program, fuse, inner_loops, machine
from rnnviz.engine.native.inner_loops import UFunc, inner_loop
from rnnviz.engine.ops import Op
from tests.native_code import afresh, without_native_code

ROOT = Path(__file__).parents[3]
READ, PARSE, TRIED, FROM_ADDRESS = inner_loops.read, binding.parse_assembly, inner_loops.tried, UFunc.from_address
USED_BEFORE_IT_IS_MADE = """
define i64 @wrong() {
  %a = add i64 %b, 1
  %b = add i64 1, 1
  ret i64 %a
}
"""


def raising(kind):
    def refuse(*_):
        raise kind("no such thing here")

    return refuse


def of_subtract(ufunc, types):
    return READ(np.subtract if ufunc is np.add else ufunc, types)


def without_loops(address):
    inside = UFunc.from_buffer_copy(FROM_ADDRESS(address))
    inside.functions = (inner_loops.ctypes.c_void_p * inside.ntypes)()
    return inside


FAILURES = {
    "llvmlite is not installed": lambda patch: patch.setitem(sys.modules, "llvmlite", None),
    "llvmlite does not load": lambda patch: patch.setattr(machine, "compiled", raising(OSError)),
    "another interpreter": lambda patch: patch.setattr(sys.implementation, "name", "pypy"),
    "addresses of another size": lambda patch: patch.setattr(machine, "WORD", 4),
    "LLVM does not read the text": lambda patch: patch.setattr(
        binding, "parse_assembly", lambda text: PARSE(f"{text}\ndefine void @nonsense(")
    ),
    "LLVM does not verify the text": lambda patch: patch.setattr(
        binding, "parse_assembly", lambda text: PARSE(text + USED_BEFORE_IT_IS_MADE)
    ),
    "LLVM does not compile": lambda patch: patch.setattr(binding, "create_mcjit_compiler", raising(RuntimeError)),
    "ufuncs have other fields": lambda patch: patch.setattr(
        UFunc, "from_address", lambda _: UFunc(nin=1, nout=1, nargs=2, ntypes=1)
    ),
    "ufuncs have no loops": lambda patch: patch.setattr(UFunc, "from_address", without_loops),
    "ufuncs are smaller": lambda patch: patch.setattr(inner_loops.ctypes, "sizeof", lambda _: 10_000),
    "ufuncs cannot be read": lambda patch: patch.setattr(inner_loops, "read", raising(AttributeError)),
    "one loop answers otherwise": lambda patch: patch.setattr(inner_loops, "read", of_subtract),
    "every loop answers otherwise": lambda patch: patch.setattr(
        inner_loops, "tried", lambda *arguments: TRIED(*arguments) and False
    ),
}


def numbers(cell, *, bidirectional=False):
    net = rnnviz.Network(
        CELLS[cell](), 3, 5, 4, num_layers=2, bidirectional=bidirectional, generator=torch.Generator().manual_seed(1)
    )
    x = torch.randn(7, 2, 3, generator=torch.Generator().manual_seed(2))
    trace = rnnviz.record(net, x, lambda y: y.square().mean())
    pairs = rnnviz.pairs(net, x, lambda y: y.square().sum(-1))
    named = {"loss": np.array(trace.loss)}
    named |= {f"pairs.{name}.{state}": array for name, states in pairs.items() for state, array in states.items()}
    for name, layer in trace.layers.items():
        for field, value in vars(layer).items():
            arrays = value if isinstance(value, dict) else {"": value}
            named |= {f"{name}.{field}.{key}": array for key, array in arrays.items()}
    return named


def assert_same(one, other):
    assert one.keys() == other.keys()
    for key, array in one.items():
        np.testing.assert_array_equal(array, other[key], err_msg=key)


def warnings(caplog):
    return [record for record in caplog.records if record.name == "rnnviz.engine"]


@pytest.mark.parametrize("failure", FAILURES)
def test_whatever_fails_the_numbers_stay_and_one_line_says_so(failure, monkeypatch, caplog):
    native_code = numbers("gru")
    assert not warnings(caplog)
    with monkeypatch.context() as patch, afresh():
        FAILURES[failure](patch)
        assert_same(native_code, numbers("gru"))
        numbers("lstm")
        assert inner_loop(np.add, "fff") is None
    (line,) = warnings(caplog)
    assert line.levelno == logging.WARNING
    assert "slower and with the same numbers" in line.getMessage()


def test_where_all_is_well_nothing_is_said(caplog):
    with afresh():
        numbers("lstm")
        assert inner_loop(np.add, "fff") is not None
    assert not warnings(caplog)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_a_pass_gives_the_same_numbers_without_native_code(cell, bidirectional):
    with_it = numbers(cell, bidirectional=bidirectional)
    with without_native_code():
        assert_same(with_it, numbers(cell, bidirectional=bidirectional))


def test_without_native_code_nothing_is_fused():
    ops = [Op(np.add, (np.ones(3), np.ones(3)), np.zeros(3))] * 2
    assert isinstance(fuse(ops)[0], Program)
    with without_native_code():
        assert fuse(ops) == ops


def test_one_loop_that_answers_otherwise_leaves_the_others(monkeypatch):
    monkeypatch.setattr(inner_loops, "read", of_subtract)
    with afresh():
        assert inner_loop(np.add, "fff") is None
        assert inner_loop(np.multiply, "fff") is not None


def test_only_this_folder_knows_addresses():
    words = re.compile(r"ctypes|llvmlite|__array_interface__|from_address")
    inside, allocator = Path(native.__file__).parent, ROOT / "rnnviz/ui/allocator.py"  # which asks the C library
    outside = [path for path in (ROOT / "rnnviz").rglob("*.py") if inside not in path.parents and path != allocator]
    assert [str(path) for path in outside if words.search(path.read_text(encoding="utf-8"))] == []
