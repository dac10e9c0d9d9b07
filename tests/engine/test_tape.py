"""A cell's equations, written down once and run on buffers."""

import numpy as np
import pytest

from rnnviz.engine.tape import Names, Tape


def written(equations):
    tape = Tape()
    return tape, equations(Names(tape))


def test_what_runs_is_what_was_written():
    tape, found = written(lambda v: 1 - v.a * np.tanh(v.b))
    arrays = {"a": np.array([2.0, 3.0]), "b": np.array([0.5, -1.0])}
    tape.reserve(arrays)
    calls = tape.bind(arrays)
    for values in ([0.5, -1.0], [4.0, 0.0]):
        arrays["b"][:] = values
        for call in calls:
            call()
        np.testing.assert_array_equal(arrays[found.name], 1 - arrays["a"] * np.tanh(arrays["b"]))
    assert tape.names == {"a", "b"}


def test_what_is_written_in_place_needs_no_room():
    tape, _ = written(lambda v: np.maximum(v.a, 0, out=v.b))
    arrays = {"a": np.array([-1.0, 2.0]), "b": np.empty(2)}
    tape.reserve(arrays)
    for call in tape.bind(arrays):
        call()
    assert set(arrays) == {"a", "b"}
    np.testing.assert_array_equal(arrays["b"], [0, 2])


@pytest.mark.parametrize(
    "equations",
    [
        lambda v: np.concatenate([v.a, v.b]),
        lambda v: np.add.reduce(v.a),
        lambda v: v.a @ v.b,
        lambda v: divmod(v.a, v.b),
        lambda v: v.b if v.a > 0 else v.a,
        lambda v: np.exp(v.a, where=True),
    ],
)
def test_equations_of_another_kind_are_refused_in_a_sentence(equations):
    with pytest.raises(TypeError, match="made of ufuncs and operators"):
        written(equations)
