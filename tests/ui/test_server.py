import gc
import sys
import threading
from types import SimpleNamespace

import pytest
from streamlit.runtime import RuntimeState as State

import serve
from rnnviz.engine import pool
from rnnviz.lessons import FIRST_PICTURE
from rnnviz.ui.gate import Gate
from rnnviz.ui.server import Imports, Server, gate, import_first, import_torch, remembered, server


def test_imports_end_with_one_thread_everywhere_and_a_frozen_heap():
    import_first(FIRST_PICTURE)
    import_torch()
    threads = []
    other = threading.Thread(target=lambda: threads.append(sys.modules["torch"].get_num_threads()))
    other.start()
    other.join()
    assert threads == [1]
    assert gc.get_freeze_count() > 100_000


def test_what_computes_is_imported_as_soon_as_the_server_runs(monkeypatch):
    states = [State.INITIAL, State.INITIAL, State.NO_SESSIONS_CONNECTED]
    there, left = iter([False, True, True, True]), iter(states)
    imported = []
    monkeypatch.setattr(serve.runtime, "exists", lambda: next(there))
    monkeypatch.setattr(serve.runtime, "get_instance", lambda: SimpleNamespace(state=next(left)))
    monkeypatch.setattr("rnnviz.ui.server.import_early", lambda _: imported.append(list(left)))
    serve.import_early()
    assert imported == [[]]


def test_imports_leave_the_collector_on():
    import_first(FIRST_PICTURE)
    assert gc.isenabled()
    assert FIRST_PICTURE[0] in sys.modules


def test_the_app_keeps_fewer_free_buffers_than_the_library(monkeypatch):
    monkeypatch.setattr(pool.STORE, "max_bytes", pool.MAX_BYTES)
    import_first(())
    assert 0 < pool.STORE.max_bytes < pool.MAX_BYTES


def test_torch_comes_when_it_is_needed_and_the_first_picture_does_not_wait_for_it(monkeypatch):
    begun, said = threading.Event(), []
    monkeypatch.setattr("rnnviz.ui.server.import_first", lambda _: said.append("first"))
    monkeypatch.setattr("rnnviz.ui.server.import_torch", lambda: (begun.wait(5), said.append("torch")))
    imports = Imports()
    imports.join(torch=False)
    assert said == ["first"]
    begun.set()
    imports.join()
    assert said == ["first", "torch"]


def test_an_import_that_fails_leaves_nobody_waiting(monkeypatch):
    def fail(_):
        raise ImportError

    monkeypatch.setattr("rnnviz.ui.server.import_first", fail)
    monkeypatch.setattr("threading.excepthook", lambda _: None)
    Imports().join()


def test_the_process_is_set_up_once():
    assert server() is server()


def test_a_result_is_remembered_and_the_oldest_forgotten():
    calls = []

    @remembered(max_bytes=350)
    def square(x):
        calls.append(x)
        return x * x

    assert [square(x) for x in (2, 2, 3, 4, 2)] == [4, 4, 9, 16, 4]
    assert calls == [2, 3, 4, 2]


def test_results_are_forgotten_by_their_size():
    calls = []

    @remembered(max_bytes=10_900)
    def zeros(n):
        calls.append(n)
        return {"zeros": bytes(n)}

    for n in (4_000, 5_000, 4_000, 6_000, 5_000):
        zeros(n)
    assert calls == [4_000, 5_000, 6_000, 5_000]  # 4 and 6 thousand fit together, 5 had to go


def test_what_was_asked_for_weighs_too():
    calls = []

    @remembered(max_bytes=10_900)
    def length(text):
        calls.append(len(text))
        return len(text)

    for n in (4_000, 5_000, 4_000, 6_000, 5_000):
        assert length("x" * n) == n
    assert calls == [4_000, 5_000, 6_000, 5_000]


def test_a_run_that_is_stopped_leaves_the_way_free_for_the_next():
    @remembered(max_bytes=1_000)
    def stopped(_, *, progress):
        return progress()

    def stop():
        raise TimeoutError

    with pytest.raises(TimeoutError):
        stopped(1, progress=stop)
    assert stopped(1, progress=lambda: "done") == "done"


def test_who_is_inside_needs_no_second_place(monkeypatch):
    narrow = Server(Gate(1), server().imports, server().desk)
    monkeypatch.setattr("rnnviz.ui.server.server", lambda: narrow)
    with gate(), gate():
        pass
    with gate():
        assert not narrow.gate._free
    assert narrow.gate._free == 1
