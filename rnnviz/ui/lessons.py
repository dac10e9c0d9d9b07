"""The lessons there are: one file in ``pages/`` each, in the order of the number its name begins with."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PAGES = Path(__file__).parents[2] / "pages"


@dataclass(frozen=True)
class Lesson:
    """A page of the app, described by its own docstring: the first line is the title, the rest the summary."""

    path: Path
    name: str
    title: str
    summary: str


@cache
def lessons(folder: Path = PAGES) -> tuple[Lesson, ...]:
    """Return the lessons in teaching order: the files named ``<number>_<name>.py``.

    Raises:
        ValueError: two lessons have the same name, or one has no docstring with a title and a summary.
    """
    numbered = [(int(match[1]), path) for path in folder.glob("*.py") if (match := re.match(r"(\d+)_", path.name))]
    ordered = tuple(_lesson(path) for _, path in sorted(numbered))
    if len({lesson.name for lesson in ordered}) < len(ordered):
        raise ValueError(f"two files in {folder} have the same name after their numbers: rename one.")
    return ordered


def _lesson(path: Path) -> Lesson:
    title, _, summary = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n\n")
    if not summary:
        raise ValueError(f"{path.name} needs a docstring: its title, an empty line, and a summary for its card.")
    return Lesson(path, path.stem.partition("_")[2], title.rstrip("."), " ".join(summary.split()))
