"""What the project declares that it needs, and what its files import."""

import ast
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from sys import stdlib_module_names

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
EXTRAS = ("", "figures", "app")  # each holds what those before it hold
NEEDS = {
    "figures": "figures",
    "lessons": "app",
    "stage": "app",
    "ui": "app",
    "work": "app",
}  # all other folders need no extra
SKIPPED = {"__pycache__", "node_modules"}
TOOLS = (".json", ".d.ts")  # what checks the JavaScript reads; no browser asks for it


def sources() -> list[Path]:
    """The library's files, from the root of the project."""
    files = (path.relative_to(ROOT) for path in (ROOT / "rnnviz").rglob("*") if path.is_file())
    return sorted(path for path in files if not SKIPPED & set(path.parts) and not path.name.endswith(TOOLS))


def modules(extra: str) -> list[Path]:
    """The library's Python files that are promised to work with this extra."""
    enough = EXTRAS[: EXTRAS.index(extra) + 1]
    return [path for path in sources() if path.suffix == ".py" and NEEDS.get(path.parts[1], "") in enough]


def dotted(module: Path) -> str:
    return ".".join(module.with_suffix("").parts).removesuffix(".__init__")


def third_party(paths: Iterable[Path]) -> set[str]:
    """The distributions that these files import from, inside functions and for types alone, too."""
    known = packages_distributions()
    names = {name.split(".")[0] for path in paths for name in imports(ROOT / path)}
    own = {path.stem for path in ROOT.iterdir()}
    return {canonicalize_name(known.get(name, [name])[0]) for name in names - stdlib_module_names - own}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)


def declared(extra: str) -> list[Requirement]:
    """What pyproject.toml says is installed with this extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"].get(each, []) for each in EXTRAS[1:])]
    return [Requirement(line) for lines in lists[: EXTRAS.index(extra) + 1] for line in lines]


def pins(requirements: str) -> dict[str, str]:
    """The version that a file of requirements names for each distribution, those of the files it includes first."""
    found: dict[str, str] = {}
    for line in (ROOT / requirements).read_text(encoding="utf-8").splitlines():
        name, _, version = line.partition("==")
        found |= {canonicalize_name(name): version} if version else pins(line.removeprefix("-r "))
    return found
