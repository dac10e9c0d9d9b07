import gc
import sys
import threading

from rnnviz.ui.server import remembered, server


def test_heavy_imports_end_with_one_thread_everywhere_and_a_frozen_heap():
    server().imports.join()
    threads = []
    other = threading.Thread(target=lambda: threads.append(sys.modules["torch"].get_num_threads()))
    other.start()
    other.join()
    assert threads == [1]
    assert gc.get_freeze_count() > 100_000


def test_the_process_is_set_up_once():
    assert server() is server()


def test_a_result_is_remembered_and_the_oldest_forgotten():
    calls = []

    @remembered(max_entries=2)
    def square(x):
        calls.append(x)
        return x * x

    assert [square(x) for x in (2, 2, 3, 4, 2)] == [4, 4, 9, 16, 4]
    assert calls == [2, 3, 4, 2]
