"""Whatever a file imports is declared where those look who run it, and nothing else is declared."""

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.install.declared import EXTRAS, ROOT, declared, modules, pins, third_party


def names(extra):
    return {canonicalize_name(requirement.name) for requirement in declared(extra)} - {"rnnviz"}


@pytest.mark.parametrize("extra", EXTRAS)
def test_what_the_library_imports_is_what_it_declares(extra):
    assert third_party(modules(extra)) == names(extra)


def test_the_app_installs_what_it_imports():
    scripts = [Path("app.py"), Path("serve.py"), *(ROOT / "pages").glob("*.py")]
    assert third_party([*modules("app"), *scripts]) <= set(pins("requirements.txt"))


def test_the_tests_install_what_they_import():
    scripts = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    assert third_party(scripts) <= set(pins("requirements-dev.txt"))


@pytest.mark.parametrize("requirement", [each for each in declared("app") if each.name != "rnnviz"], ids=str)
def test_what_the_app_pins_is_within_the_declared_bounds(requirement):
    assert pins("requirements.txt")[canonicalize_name(requirement.name)] in requirement.specifier
