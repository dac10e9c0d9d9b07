"""What the engine sets for the whole process is afterwards as it was."""

import threading

import numpy as np
import pytest
import torch

from rnnviz.engine.threads import controller, flush_denormals, flushes_denormals, one_thread


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    with controller().limit(limits=2, user_api="blas"):
        yield
    torch.set_num_threads(before)


def of_blas():
    return {library["num_threads"] for library in controller().info() if library["user_api"] == "blas"}


@pytest.mark.usefixtures("two_threads")
def test_one_thread_inside_and_as_many_as_before_outside():
    blas = of_blas()
    with one_thread():
        assert (torch.get_num_threads(), of_blas()) == (1, {1})
        with one_thread():
            pass
        assert (torch.get_num_threads(), of_blas()) == (1, {1})
    assert (torch.get_num_threads(), of_blas()) == (2, blas)


@pytest.mark.usefixtures("two_threads")
def test_who_goes_in_first_may_go_out_first():
    """The second to come in finds one thread there, and must not take it for what was before."""
    blas, seen = of_blas(), []
    first_out, second_in = threading.Event(), threading.Event()

    def second():
        with one_thread():
            second_in.set()
            first_out.wait(10)
        seen.append(torch.get_num_threads())

    thread = threading.Thread(target=second)
    with one_thread():
        thread.start()
        second_in.wait(10)
    first_out.set()
    thread.join()
    assert seen == [2]
    assert (torch.get_num_threads(), of_blas()) == (2, blas)
    thread = threading.Thread(target=lambda: seen.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert seen[-1] == 2


@pytest.mark.parametrize("before", [False, True])
def test_tiny_numbers_are_treated_afterwards_as_before(before):
    if not torch.set_flush_denormal(before):
        pytest.skip("this processor cannot flush them")
    try:
        with flush_denormals():
            assert flushes_denormals()
        assert flushes_denormals() == before
        assert (np.float32(2e-38) * np.float32(0.1) == 0) == before
    finally:
        torch.set_flush_denormal(False)
