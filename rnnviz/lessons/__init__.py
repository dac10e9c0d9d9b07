"""One folder a lesson: all that is the lesson's own, but for its page.

A lesson that opens with a run made before has a file ``recorded.py`` for it; ``python -m rnnviz.lessons`` makes all of
them anew.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

HERE = Path(__file__).parent
FIRST_PICTURE = ("rnnviz.lessons.unrolling.experiment", "rnnviz.lessons.unrolling.scene.film")
"""What draws the picture that a visitor meets first, without torch."""


class Recording(Protocol):
    """What a lesson's ``recorded.py`` has."""

    FILE: Path
    record: Callable[[], None]  # make the run anew, and write it
    compared: Callable[[int], Iterator[tuple[str, Any, Any]]]  # its first updates, as recorded and as made now


def recordings() -> dict[str, Recording]:
    """Every lesson's recorded run, by the lesson's name."""
    names = sorted(path.parent.name for path in HERE.glob("*/recorded.py"))
    return {name: cast("Recording", import_module(f"{__name__}.{name}.recorded")) for name in names}
