"""Imports run one way: a module sees only the layers below its own."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = [
    {"text"},
    {"cells", "settings"},
    {"config", "trace"},
    {"engine", "sequences", "storage", "tidy"},
    {"recurrent"},
    {"network", "replacement"},
    {"passing", "starting"},
    {"initialise", "jacobian", "recording", "tasks"},
    {"pairing", "training", "truncation", "watching"},
    {"experiments"},
    {"figures", "stage"},
    {"ui"},
]
RANKS = {module: rank for rank, layer in enumerate(LAYERS) for module in layer}
SOURCES = sorted(
    path for path in (ROOT / "rnnviz").rglob("*.py") if path.name != "__init__.py" or path.parent.name != "rnnviz"
)
PAGES = sorted((ROOT / "pages").glob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, inside functions too; ``from a import b`` may mean the module a.b."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: write the import from the top, rnnviz.…"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def layer(module: str) -> str:
    return module.split(".")[1]


def own(path: Path) -> str:
    return path.relative_to(ROOT / "rnnviz").with_suffix("").parts[0]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_the_layers_below(path):
    assert own(path) in RANKS, f"{own(path)} has no layer: name it in LAYERS"
    seen = {layer(name) for name in imports(path) if name.startswith("rnnviz.")} - {own(path)}
    assert {name for name in seen if RANKS[name] >= RANKS[own(path)]} == set()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_ui_knows_streamlit(path):
    assert own(path) == "ui" or not any(name.split(".")[0] == "streamlit" for name in imports(path))


@pytest.mark.parametrize("path", [*PAGES, ROOT / "app.py"], ids=lambda path: path.name)
def test_a_page_holds_no_maths(path):
    assert {name.split(".")[0] for name in imports(path)} & {"numpy", "torch", "plotly", "pandas"} == set()
    assert {layer(name) for name in imports(path) if name.startswith("rnnviz.")} <= {
        "config",
        "experiments",
        "figures",
        "stage",
        "ui",
    }


@pytest.mark.parametrize("module", ["rnnviz", "rnnviz.cells", "rnnviz.config", "rnnviz.ui"])
def test_the_first_paint_does_not_wait_for_torch(module):
    program = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_the_first_picture_does_without_torch():
    program = """
import sys
from rnnviz.config import RunConfig
from rnnviz.experiments.unroll import unroll
from rnnviz.stage.film import film
film(unroll(RunConfig()), update=100, opened=0)
sys.exit("torch" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
