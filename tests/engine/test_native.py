"""NumPy's own loops, called without Python: the same numbers, to the last bit."""

import sys
from functools import partial

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.cells import CELLS
from rnnviz.engine import loops, native
from rnnviz.engine.calls import Op, at_every_step, copied, program_of, together
from rnnviz.engine.chain import derivatives
from rnnviz.engine.forward import equations
from rnnviz.engine.loops import SquaredLength

RANDOM = np.random.default_rng(0)


def drawn(*shape, dtype=np.float32):
    return RANDOM.uniform(0.1, 2, shape).astype(dtype)


@pytest.mark.parametrize("kind", ["f", "d"])
@pytest.mark.parametrize("cell", CELLS)
def test_every_call_of_a_cell_has_a_loop(cell, kind):
    ufuncs = {ufunc for tape in (equations(CELLS[cell]()), derivatives(CELLS[cell]())[0]) for ufunc, *_ in tape.calls}
    for ufunc in {*ufuncs, np.matmul, np.vecdot, np.positive}:
        assert loops.tried(ufunc, kind) is not None, ufunc


OPS = {
    "contiguous": lambda: (np.multiply, (drawn(6, 5), drawn(6, 5)), drawn(6, 5)),
    "double": lambda: (np.tanh, (drawn(6, 5, dtype=float),), drawn(6, 5, dtype=float)),
    "strided": lambda: (np.add, (drawn(6, 10)[:, ::2], drawn(12, 5)[::2]), drawn(6, 10)[:, 1::2]),
    "turned": lambda: (np.subtract, (drawn(5, 6).T, drawn(6, 5)), drawn(5, 6).T),
    "stretched": lambda: (np.multiply, (drawn(3, 4, 5), drawn(4, 1)), drawn(3, 4, 5)),
    "a number": lambda: (np.add, (drawn(4, 5), np.array(1, np.float32)), drawn(4, 5)),
    "one element": lambda: (np.exp, (drawn(1, 1),), drawn(1, 1)),
    "backwards": lambda: (np.negative, (drawn(4, 5)[::-1],), drawn(4, 5)),
    "matrix and vector": lambda: (np.matmul, (drawn(7, 4), drawn(4, 1)), drawn(7, 1)),
    "matrices": lambda: (np.matmul, (drawn(2, 3, 7, 4), drawn(3, 4, 5)), drawn(2, 3, 7, 5)),
    "turned matrices": lambda: (
        np.matmul,
        (drawn(3, 4, 7).swapaxes(1, 2), drawn(3, 5, 4).swapaxes(1, 2)),
        drawn(3, 7, 5),
    ),
    "products": lambda: (np.vecdot, (drawn(2, 3, 9), drawn(9)), drawn(2, 3)),
    "lengths": lambda: (SquaredLength(), (drawn(4, 3, 9),), drawn(4, 3, dtype=float)),
    "lengths apart": lambda: (SquaredLength(), (drawn(7, 3, 4).T,), drawn(4, 3, dtype=float)),
    "lengths of few": lambda: (SquaredLength(), (drawn(5, 3),), drawn(10, dtype=float)[::2]),
    "one product": lambda: (np.vecdot, (drawn(9), drawn(9)), drawn(1).reshape(())),
}


@pytest.mark.parametrize("case", OPS)
def test_a_loop_gives_what_its_ufunc_gives(case):
    op = Op(*OPS[case]())
    op()
    wanted = op.out.copy()
    (play,) = together([op])
    assert isinstance(play, native.Program)
    ours = isinstance(op.ufunc, SquaredLength)  # adds in another order
    check = partial(np.testing.assert_allclose, rtol=1e-14) if ours else np.testing.assert_array_equal
    for _ in range(2):  # a loop may have moved its pointers on
        op.out[...] = np.nan
        play()
        check(op.out, wanted)


@pytest.mark.parametrize(
    ("ufunc", "inputs", "out"),
    [
        (np.add, (drawn(3), drawn(3, dtype=float)), drawn(3, dtype=float)),  # NumPy converts
        (np.add, (np.arange(3), np.arange(3)), np.arange(3)),  # whole numbers
        (np.add, (drawn(0), drawn(0)), drawn(0)),  # nothing to do
        (np.add, (drawn(300, 2)[:, :1], drawn(300, 3)[:, :1]), drawn(300, 4)[:, :1].repeat(2, 1)),  # too many rows
    ],
)
def test_what_a_loop_cannot_do_is_left_to_python(ufunc, inputs, out):
    op = Op(ufunc, inputs, out)
    assert op.rows() is None or len(op.rows()) <= loops.ROWS
    for play in together([op]):
        play()
    np.testing.assert_array_equal(out, np.broadcast_to(ufunc(*inputs), out.shape))


def unaligned(*shape):
    room = np.zeros(4 * int(np.prod(shape)) + 1, np.uint8)[1:].view(np.float32)
    return room.reshape(shape)


@pytest.mark.parametrize("numbers", [unaligned(3), drawn(3).astype(">f4")])
def test_numbers_that_lie_or_read_otherwise_are_left_to_python(numbers):
    assert Op(np.positive, (numbers,), drawn(3)).rows() is None


@pytest.mark.parametrize(
    ("ufunc", "inputs", "out"),
    [(np.add, (drawn(4, 3), drawn(4, 3)), drawn(3)), (np.matmul, (drawn(2, 3, 4), drawn(4, 5)), drawn(3, 5))],
)
def test_an_output_of_another_shape_is_refused(ufunc, inputs, out):
    with pytest.raises(ValueError, match="The output has shape"):
        Op(ufunc, inputs, out).rows()


def test_a_loop_that_answers_otherwise_is_not_used(monkeypatch):
    wrong = loops.found(np.subtract, "f")
    loops.tried.cache_clear()
    monkeypatch.setattr(loops, "found", lambda *_: wrong)
    assert loops.tried(np.add, "f") is None
    loops.tried.cache_clear()


def test_a_ufunc_made_otherwise_is_not_read(monkeypatch):
    monkeypatch.setattr(loops.UFunc, "from_address", lambda _: loops.UFunc(nin=1, nout=1, nargs=2, ntypes=1))
    assert loops.found(np.add, "f") is None


def test_steps_that_differ_in_their_place_only_are_one_program():
    a, b = drawn(9, 4), np.zeros((10, 4), np.float32)

    def calls_of(t):
        yield Op(np.add, (a[t], b[t]), b[t + 1])

    (play,) = at_every_step(calls_of, range(9))
    play()
    np.testing.assert_array_equal(b[1:], np.cumsum(a, 0, dtype=np.float32))
    assert len(play.table) == 1


def test_steps_in_another_order_and_of_other_sizes_keep_their_order():
    a, heard = drawn(5, 4), []
    b = a.copy()

    def calls_of(t):
        yield Op(np.add, (b[t, t % 2 :], b[t, t % 2 :]), b[t, t % 2 :])
        yield lambda: heard.append((t, b[t, 3] == 2 * a[t, 3]))

    for play in at_every_step(calls_of, range(5)[::-1]):
        play()
    assert heard == [(t, True) for t in range(5)[::-1]]
    np.testing.assert_array_equal(b[0], 2 * a[0])
    np.testing.assert_array_equal(b[1, 1:], 2 * a[1, 1:])


def test_steps_that_go_another_way_in_the_middle_are_not_taken_for_one_program():
    a = drawn(9, 4)
    b = np.zeros_like(a)
    order = [0, 1, 2, 3, 5, 4, 6, 7, 8]
    for play in at_every_step(lambda t: [copied(a[order[t]], b[t])], range(9)):
        play()
    np.testing.assert_array_equal(b, a[order])


def test_a_program_can_be_a_call_of_another_and_be_played_in_part():
    a = drawn(6, 4)
    b, sums = np.zeros((7, 4), np.float32), np.zeros((3, 4), np.float32)
    (inner,) = at_every_step(lambda t: [Op(np.add, (a[t], b[t]), b[t + 1])], range(6))

    def calls_of(u):
        yield copied(a[u], b[0])
        yield inner
        yield copied(b[6], sums[u])

    outer = program_of(calls_of, range(3))
    outer.part(0, 1)
    np.testing.assert_array_equal(sums[0], b[6])
    assert not sums[1:].any()
    outer.part(1, 3)
    outer.part(3, 3)
    expected = [np.cumsum(np.vstack([a[u], a]), 0, dtype=np.float32)[-1] for u in range(3)]
    np.testing.assert_array_equal(sums, expected)
    assert outer.work == 8 + 6 * inner.work


def test_steps_that_need_python_are_no_program():
    assert program_of(lambda t: [lambda: t], range(3)) is None


def test_a_long_program_lets_others_run_and_gives_the_same():
    a, b = drawn(2000, 50, 30), np.zeros((2000, 50, 30), np.float32)
    (long,) = at_every_step(lambda t: [Op(np.tanh, (a[t],), b[t])], range(2000))
    (short,) = together([Op(np.tanh, (a[0],), b[0])])
    assert long.machine is long.player.beside
    assert short.machine is short.player.alone
    long()
    np.testing.assert_array_equal(b, np.tanh(a))


def test_neighbours_become_one_call():
    a = drawn(4)
    b, c = np.zeros_like(a), np.zeros(4)
    plays = together([copied(a, b), Op(np.add, (b, b), b), copied(b, c), copied(a, b)])
    assert len(plays) == 3  # the third converts
    for play in plays:
        play()
    np.testing.assert_array_equal(c, a + a)
    np.testing.assert_array_equal(b, a)


def numbers(cell, bidirectional):
    net = rnnviz.Network(
        CELLS[cell](), 3, 5, 4, num_layers=2, bidirectional=bidirectional, generator=torch.Generator().manual_seed(1)
    )
    x = torch.randn(7, 2, 3, generator=torch.Generator().manual_seed(2))
    trace = rnnviz.record(net, x, lambda y: y.square().mean())
    pairs = rnnviz.pairs(net, x, lambda y: y.square().sum(-1))
    found = {"loss": np.array(trace.loss)}
    found |= {f"pairs.{name}.{state}": array for name, states in pairs.items() for state, array in states.items()}
    for name, layer in trace.layers.items():
        for field, value in vars(layer).items():
            arrays = value if isinstance(value, dict) else {"": value}
            found |= {f"{name}.{field}.{key}": array for key, array in arrays.items()}
    return found


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_a_trace_is_the_same_to_the_last_bit_without_the_loops(cell, bidirectional, monkeypatch):
    fast = numbers(cell, bidirectional)
    loops.tried.cache_clear()
    monkeypatch.setattr(loops, "player", lambda: None)
    slow = numbers(cell, bidirectional)
    loops.tried.cache_clear()
    assert fast.keys() == slow.keys()
    for key, array in fast.items():
        if key.startswith("pairs"):  # lengths, whose squares are added up in another order
            np.testing.assert_allclose(array, slow[key], rtol=2e-7, err_msg=key)
        else:
            np.testing.assert_array_equal(array, slow[key], err_msg=key)


def test_without_llvmlite_there_is_no_player(monkeypatch):
    native.player.cache_clear()
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    assert native.player() is None
    native.player.cache_clear()
