"""The project as pip installs it: its wheel, and a folder that holds it with what it requires and nothing else."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.install.declared import ROOT

BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"  # pip's own call


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the project: a build leaves files behind, which the next would take in."""
    copy = tmp_path_factory.mktemp("checkout")
    for folder in ("rnnviz", "pages", "tests", "benchmarks"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "LICENSE", "app.py", "run.py", "serve.py"):
        shutil.copy(ROOT / file, copy)
    return copy


@pytest.fixture(scope="session")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build what pip installs."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-c", BUILD, str(out)], cwd=checkout, check=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="session")
def run_installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], None]:
    """Run a program where nothing is installed but the wheel and what it requires with an extra."""
    if os.name == "nt":
        pytest.skip("links to the installed packages need a privilege on Windows")

    @cache
    def filled(extra: str) -> Path:
        folder = tmp_path_factory.mktemp("installed")
        ZipFile(wheel).extractall(folder)
        for distribution in required(Requirement(f"rnnviz[{extra}]"), [str(folder), *sys.path]):
            link(distribution, folder)
        return folder

    def run(program: str, extra: str) -> None:
        alone = [sys.executable, "-S", "-P", "-c", program]  # -S: without site-packages; -P: without this folder
        environment = os.environ | {"PYTHONPATH": str(filled(extra))}
        assert subprocess.run(alone, cwd=wheel.parent, env=environment, check=False).returncode == 0, "see stderr"

    return run


def required(wanted: Requirement, path: list[str]) -> Iterator[Distribution]:
    """The distribution wanted, those it requires on this machine, those they require, ..., as pip finds them."""
    seen, todo = set(), [wanted]
    while todo:
        wanted = todo.pop()
        key = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if key in seen:
            continue
        seen.add(key)
        found = next(iter(distributions(name=wanted.name, path=path)), None)
        assert found, f"{wanted} is required, and not installed here: it is missing in requirements.txt."
        yield found
        todo += [each for each in map(Requirement, found.requires or ()) if applies(each, wanted.extras)]


def applies(requirement: Requirement, extras: Iterable[str]) -> bool:
    """Whether it is required on this machine with these extras."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


def link(distribution: Distribution, folder: Path) -> None:
    """Put a distribution's packages and modules into a folder; several may share a package."""
    for name in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
        if not (folder / name).exists():
            (folder / name).symlink_to(distribution.locate_file(name))
