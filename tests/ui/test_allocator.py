import gc
import os
import platform
from pathlib import Path

import pytest

from rnnviz.ui import allocator


class Ring:
    def __init__(self, number):
        self.me, self.block = self, bytes(number)


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries give back by themselves")
def test_what_was_freed_goes_back_to_the_machine():
    gc.disable()
    try:
        rings = [Ring(60_000) for _ in range(2_000)]
        del rings[:-1]  # the last holds the heap's top
        before = resident()
        allocator.give_back()
    finally:
        gc.enable()
    assert resident() < before - 60_000_000
    assert len(rings[0].block) == 60_000


def test_where_there_is_nothing_to_ask_nothing_happens(monkeypatch):
    monkeypatch.setattr(allocator.ctypes, "CDLL", lambda _: object())
    allocator.share_arenas()
    allocator.give_back()
    monkeypatch.setattr(allocator.sys, "platform", "win32")
    monkeypatch.delattr(allocator.ctypes, "CDLL")
    allocator.share_arenas()
    allocator.give_back()
