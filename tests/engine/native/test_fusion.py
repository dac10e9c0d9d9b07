"""NumPy's own loops, called without Python: the numbers stay the same, to the last bit."""

import numpy as np
import pytest

from rnnviz.cells import CELLS
from rnnviz.engine.forward import equations
from rnnviz.engine.local_derivatives import derivatives
from rnnviz.engine.native import Program, compile_steps, fuse, fuse_steps
from rnnviz.engine.native.fusion import translate
from rnnviz.engine.native.inner_loops import inner_loop
from rnnviz.engine.native.loop_calls import MOST
from rnnviz.engine.ops import LANES, Op, SquaredLength, copied

RANDOM = np.random.default_rng(0)


def drawn(*shape, dtype=np.float32):
    return RANDOM.uniform(0.1, 2, shape).astype(dtype)


@pytest.mark.parametrize("kind", ["f", "d"])
@pytest.mark.parametrize("cell", CELLS)
def test_every_call_of_a_cell_has_a_loop(cell, kind):
    ufuncs = {ufunc for tape in (equations(CELLS[cell]()), derivatives(CELLS[cell]())[0]) for ufunc, *_ in tape.calls}
    for ufunc in {*ufuncs, np.matmul, np.vecdot, np.positive}:
        assert inner_loop(ufunc, kind * ufunc.nargs) is not None, ufunc


OPS = {
    "contiguous": lambda: (np.multiply, (drawn(6, 5), drawn(6, 5)), drawn(6, 5)),
    "double": lambda: (np.tanh, (drawn(6, 5, dtype=float),), drawn(6, 5, dtype=float)),
    "strided": lambda: (np.add, (drawn(6, 10)[:, ::2], drawn(12, 5)[::2]), drawn(6, 10)[:, 1::2]),
    "turned": lambda: (np.subtract, (drawn(5, 6).T, drawn(6, 5)), drawn(5, 6).T),
    "stretched": lambda: (np.multiply, (drawn(3, 4, 5), drawn(4, 1)), drawn(3, 4, 5)),
    "a number": lambda: (np.add, (drawn(4, 5), np.array(1, np.float32)), drawn(4, 5)),
    "one element": lambda: (np.exp, (drawn(1, 1),), drawn(1, 1)),
    "reverse": lambda: (np.negative, (drawn(4, 5)[::-1],), drawn(4, 5)),
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
def test_a_loop_gives_what_its_function_gives(case):
    op = Op(*OPS[case]())
    op()
    wanted = op.out.copy()
    (program,) = fuse([op])
    assert isinstance(program, Program)
    for _ in range(2):  # a loop may have moved its pointers on
        op.out[...] = np.nan
        program()
        np.testing.assert_array_equal(op.out, wanted)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("n", [1, 2, 3, LANES, LANES + 1, 4 * LANES - 1, 100])
def test_a_squared_length_is_rounded_alike_wherever_its_numbers_stand(n, turned):
    vectors = 10.0 ** drawn(30, n) if not turned else (10.0 ** drawn(n, 30)).T
    vectors = vectors.astype(np.float32, order="K")
    python, native = np.zeros(30), np.zeros(30)
    SquaredLength()(vectors, out=python)
    (program,) = fuse([Op(SquaredLength(), (vectors,), native)])
    program()
    np.testing.assert_array_equal(native, python)
    np.testing.assert_allclose(python, (vectors.astype(float) ** 2).sum(1), rtol=1e-14)


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
    calls = translate([op])
    assert calls is None or len(calls) <= MOST
    for instruction in fuse([op]):
        instruction()
    np.testing.assert_array_equal(out, np.broadcast_to(ufunc(*inputs), out.shape))


def unaligned(*shape):
    room = np.zeros(4 * int(np.prod(shape)) + 1, np.uint8)[1:].view(np.float32)
    return room.reshape(shape)


@pytest.mark.parametrize("numbers", [unaligned(3), drawn(3).astype(">f4")])
def test_numbers_that_lie_or_read_otherwise_are_left_to_python(numbers):
    assert translate([Op(np.positive, (numbers,), drawn(3))]) is None


@pytest.mark.parametrize(
    ("ufunc", "inputs", "out"),
    [(np.add, (drawn(4, 3), drawn(4, 3)), drawn(3)), (np.matmul, (drawn(2, 3, 4), drawn(4, 5)), drawn(3, 5))],
)
def test_an_output_of_another_shape_is_refused(ufunc, inputs, out):
    with pytest.raises(ValueError, match="The output has shape"):
        translate([Op(ufunc, inputs, out)])


def test_steps_that_differ_in_their_place_only_are_one_program():
    a, b = drawn(9, 4), np.zeros((10, 4), np.float32)

    def calls_of(t):
        yield Op(np.add, (a[t], b[t]), b[t + 1])

    (program,) = fuse_steps(calls_of, range(9))
    program()
    np.testing.assert_array_equal(b[1:], np.cumsum(a, 0, dtype=np.float32))
    assert len(program.table) == 1


def test_steps_in_another_order_and_of_other_sizes_keep_their_order():
    a, heard = drawn(5, 4), []
    b = a.copy()

    def calls_of(t):
        yield Op(np.add, (b[t, t % 2 :], b[t, t % 2 :]), b[t, t % 2 :])
        yield lambda: heard.append((t, b[t, 3] == 2 * a[t, 3]))

    for instruction in fuse_steps(calls_of, range(5)[::-1]):
        instruction()
    assert heard == [(t, True) for t in range(5)[::-1]]
    np.testing.assert_array_equal(b[0], 2 * a[0])
    np.testing.assert_array_equal(b[1, 1:], 2 * a[1, 1:])


def test_steps_that_go_another_way_in_the_middle_are_not_taken_for_one_program():
    a = drawn(9, 4)
    b = np.zeros_like(a)
    order = [0, 1, 2, 3, 5, 4, 6, 7, 8]
    for instruction in fuse_steps(lambda t: [copied(a[order[t]], b[t])], range(9)):
        instruction()
    np.testing.assert_array_equal(b, a[order])


def test_a_program_can_be_a_call_of_another_and_run_in_part():
    a = drawn(6, 4)
    b, sums = np.zeros((7, 4), np.float32), np.zeros((3, 4), np.float32)
    (inner,) = fuse_steps(lambda t: [Op(np.add, (a[t], b[t]), b[t + 1])], range(6))

    def calls_of(u):
        yield copied(a[u], b[0])
        yield inner
        yield copied(b[6], sums[u])

    outer = compile_steps(calls_of, range(3))
    outer.part(0, 1)
    np.testing.assert_array_equal(sums[0], b[6])
    assert not sums[1:].any()
    outer.part(1, 3)
    outer.part(3, 3)
    expected = [np.cumsum(np.vstack([a[u], a]), 0, dtype=np.float32)[-1] for u in range(3)]
    np.testing.assert_array_equal(sums, expected)
    assert outer.work == 8 + 6 * inner.work


def test_steps_that_need_python_are_no_program():
    assert compile_steps(lambda t: [lambda: t], range(3)) is None


def test_a_long_program_lets_others_run_and_gives_the_same():
    a, b = drawn(2000, 50, 30), np.zeros((2000, 50, 30), np.float32)
    (long,) = fuse_steps(lambda t: [Op(np.tanh, (a[t],), b[t])], range(2000))
    (short,) = fuse([Op(np.tanh, (a[0],), b[0])])
    assert long.play is long.machine.play_unlocked
    assert short.play is short.machine.play
    long()
    np.testing.assert_array_equal(b, np.tanh(a))


def test_neighbours_become_one_call():
    a = drawn(4)
    b, c = np.zeros_like(a), np.zeros(4)
    instructions = fuse([copied(a, b), Op(np.add, (b, b), b), copied(b, c), copied(a, b)])
    assert len(instructions) == 3  # the third converts
    for instruction in instructions:
        instruction()
    np.testing.assert_array_equal(c, a + a)
    np.testing.assert_array_equal(b, a)
