"""What lessons open with was made by the code that is here."""

import numpy as np
import pytest

from rnnviz.lessons import recordings

RECORDINGS = recordings()
PAGE, TOGETHER = 300_000, 5_000_000  # bytes


@pytest.mark.parametrize("lesson", RECORDINGS)
def test_the_first_updates_are_those_of_a_live_run(lesson):
    compared = list(RECORDINGS[lesson].compared(20))
    assert compared
    for name, stored, live in compared:
        assert len(stored) == len(live)
        np.testing.assert_allclose(np.float64(stored), np.float64(live), rtol=1e-3, atol=1e-6, err_msg=name)


def test_recordings_are_small():
    sizes = [recording.FILE.stat().st_size for recording in RECORDINGS.values()]
    assert max(sizes) <= PAGE
    assert sum(sizes) <= TOGETHER
