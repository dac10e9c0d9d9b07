from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pytest

from rnnviz.lessons.clipping import recorded
from rnnviz.work.weight import weight

MB = 1_000_000


@dataclass(frozen=True, eq=False)
class Result:
    curve: np.ndarray
    frames: list[np.ndarray] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Slotted:
    film: bytes


@pytest.mark.parametrize(
    ("make", "megabytes"),
    [
        (lambda: np.zeros(MB, np.uint8), 1),
        (lambda: bytes(MB), 1),
        (lambda: "x" * MB, 1),
        (lambda: Result(np.zeros(MB // 8), [np.zeros(MB // 4, np.float32) for _ in range(3)]), 4),
        (lambda: {("a", 1): (bytes(MB), [bytearray(MB)]), "b": Slotted(bytes(MB))}, 3),
        (lambda: {bytes(MB): 1}, 1),
        (lambda: SimpleNamespace(a=np.zeros((2, MB), np.uint8)), 2),
        (lambda: np.zeros((3, MB), np.uint8)[1].reshape(10, -1), 3),
        (lambda: Result, 0),
        (lambda: (np, Result(np.zeros(0)), lambda: 0), 0),
    ],
)
def test_a_result_weighs_what_it_holds(make, megabytes):
    assert weight(make()) == pytest.approx(megabytes * MB, abs=5_000)


def test_what_is_held_twice_weighs_once():
    one = np.zeros(MB, np.uint8)
    assert weight([one, one[:3], {"again": one}], one) == pytest.approx(MB, abs=5_000)


def test_what_holds_itself_can_be_weighed():
    ring = [bytes(MB)]
    ring.append(ring)
    assert weight(ring) == pytest.approx(MB, abs=5_000)


def test_a_recorded_run_weighs_its_arrays_and_little_else():
    run = recorded.load()
    arrays = [run.losses, run.accuracies, run.norms, run.clipped, run.cosines]
    arrays += [part for frame in run.frames for part in frame if isinstance(part, np.ndarray)]
    whole = sum({id(base): base.nbytes for array in arrays for base in [owner(array)]}.values())
    assert whole < weight(run) < 1.5 * whole


def owner(array):
    return array if array.base is None else owner(array.base)
