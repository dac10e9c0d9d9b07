import threading
import time

import pytest

from rnnviz.ui.gate import Gate


def queue_up(gate, names, served):
    """Start one thread a name, each in line before the next one comes."""

    def visit(name):
        with gate.place():
            served.append(name)

    threads = [threading.Thread(target=visit, args=(name,)) for name in names]
    for waiting, thread in enumerate(threads, start=1):
        thread.start()
        while len(gate._line) < waiting:
            time.sleep(0.001)
    return threads


def test_those_who_wait_are_served_in_the_order_they_came():
    gate, served = Gate(places=1), []
    with gate.place():
        assert not gate.crowded
        threads = queue_up(gate, range(8), served)
        assert gate.crowded
        assert served == []
    for thread in threads:
        thread.join()
    assert served == list(range(8))


def test_as_many_are_in_as_there_are_places():
    gate, served = Gate(places=2), []
    with gate.place(), gate.place():
        (thread,) = queue_up(gate, ["third"], served)
    thread.join()
    assert served == ["third"]


def test_a_failing_body_gives_its_place_back():
    gate = Gate(places=1)
    with pytest.raises(RuntimeError), gate.place():
        raise RuntimeError
    with gate.place():
        pass
