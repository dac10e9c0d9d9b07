"""Imports run one way: a module sees only the rooms below its own. A lesson sees all of them, and no other lesson."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = [  # from the bottom to the top; of two that stand side by side, neither sees the other
    {"cells"},
    {"records.trace"},  # what the engine fills
    {"engine"},
    {"models"},
    {"records"},
    {"analysis", "training"},
    {"tasks", "config"},
    {"work"},
    {"studies"},
    {"figures"},
    {"stage"},  # takes the palette
    {"ui"},
    {"lessons"},
]
RANKS = {room: rank for rank, rooms in enumerate(ROOMS) for room in rooms}
SOURCES = sorted(path for path in (ROOT / "rnnviz").rglob("*.py") if path.parent.name != "rnnviz")
PAGES = sorted((ROOT / "pages").glob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, inside functions too; ``from a import b`` may mean the module a.b."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: write the import from the top, rnnviz.…"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def room(module: str) -> str:
    """The room of a module: the first part of its name, or the first two where those have a rank of their own."""
    parts = module.removeprefix("rnnviz.").split(".")
    return next(name for name in (".".join(parts[:2]), parts[0]) if name in RANKS or "." not in name)


def own(path: Path) -> str:
    return room(".".join(path.relative_to(ROOT).with_suffix("").parts))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_module_imports_only_from_the_rooms_below(path):
    assert own(path) in RANKS, f"{own(path)} has no place: name it in ROOMS"
    seen = {room(name) for name in imports(path) if name.startswith("rnnviz.")} - {own(path)}
    assert {name for name in seen if RANKS[name] >= RANKS[own(path)]} == set()


@pytest.mark.parametrize("path", [path for path in SOURCES if "lessons" in path.parts[:-2]], ids=named)
def test_no_lesson_imports_another(path):
    lesson = path.relative_to(ROOT / "rnnviz" / "lessons").parts[0]
    seen = {name.split(".")[2] for name in imports(path) if name.startswith("rnnviz.lessons.")}
    assert seen <= {lesson}


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_only_the_ui_and_what_a_lesson_shows_know_streamlit(path):
    shows = own(path) == "lessons" and path.stem.startswith("show")
    assert own(path) == "ui" or shows or not any(name.split(".")[0] == "streamlit" for name in imports(path))


def test_no_flat_module_stands_beside_the_rooms():
    assert [path.name for path in (ROOT / "rnnviz").glob("*.py")] == ["__init__.py"]


def test_no_two_files_mean_different_things_by_one_name():
    """Lessons use the same names for the same things, and so may do as the shared rooms do."""
    shared = [path.stem for path in SOURCES if own(path) != "lessons" and path.name != "__init__.py"]
    assert sorted({stem for stem in shared if shared.count(stem) > 1}) == []


@pytest.mark.parametrize("path", [*PAGES, ROOT / "app.py"], ids=lambda path: path.name)
def test_a_page_holds_no_maths(path):
    assert {name.split(".")[0] for name in imports(path)} & {"numpy", "torch", "plotly", "pandas"} == set()
    assert {room(name) for name in imports(path) if name.startswith("rnnviz.")} <= {"lessons", "ui"}


@pytest.mark.parametrize("module", ["rnnviz", "rnnviz.cells", "rnnviz.config", "rnnviz.ui"])
def test_the_first_paint_does_not_wait_for_torch(module):
    program = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_the_first_picture_does_without_torch():
    program = """
import sys
from rnnviz.lessons.unrolling.config import RunConfig
from rnnviz.lessons.unrolling.experiment import unroll
from rnnviz.lessons.unrolling.scene.film import film
film(unroll(RunConfig()).whole(), update=100, opened=0)
sys.exit("torch" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
