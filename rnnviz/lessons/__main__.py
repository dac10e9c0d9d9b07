"""Record anew the runs with which lessons open: ``python -m rnnviz.lessons``."""

from rnnviz.lessons import recordings

for name, recording in recordings().items():
    recording.record()
    print(f"{name}: {recording.FILE.stat().st_size / 1000:.0f} kB")  # noqa: T201 -- it speaks to the terminal
