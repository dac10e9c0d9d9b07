"""What is installed is what is declared: with that alone every module can be imported and every example runs."""

import re
import shutil
import subprocess
import sys
from zipfile import ZipFile

import pytest

from tests.install.declared import EXTRAS, ROOT, dotted, modules, sources

DOCUMENTS = ["README.md", "docs/look-inside-your-own-lstm.md"]
STAND_INS = """
import torch
from rnnviz import record

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(3, 4)

    def forward(self, x):
        return self.lstm(x)[0][-1]

def fit(model):
    for _ in range(20):
        model(x).square().mean().backward()

model, x = Model(), torch.randn(12, 2, 3)
other = record(model.lstm, x, lambda y: y[-1].square().mean())
"""
LESSON_TESTS = ["tests/test_architecture.py", "tests/test_pages.py", "tests/config/test_vocabulary.py"]


def examples(document):
    """The Python blocks of a Markdown file."""
    return re.findall(r"^```python\n(.*?)^```$", (ROOT / document).read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def needs(example):
    """The extra that an example needs, by what it imports."""
    if "rnnviz/lessons" in example or "rnnviz.ui" in example:
        return "app"
    return "figures" if "rnnviz.figures" in example else ""


def test_the_wheel_holds_the_library_and_nothing_else(wheel):
    names = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == {path.as_posix() for path in sources()}


@pytest.mark.parametrize("extra", EXTRAS)
def test_every_module_can_be_imported_with_what_is_declared(run_installed, extra):
    run_installed("\n".join(f"import {dotted(module)}" for module in modules(extra)), extra)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_an_example_needs_nothing_undeclared(run_installed, document):
    plain = [example for example in examples(document) if not needs(example)]
    run_installed("".join([STAND_INS, *plain, "assert trace.layers['l0'].grads['h'].shape == (12, 2, 4)"]), "")


def test_the_examples_of_the_guide_run_one_after_the_other(run_installed):
    blocks = examples("docs/look-inside-your-own-lstm.md")
    assert {needs(block) for block in blocks} == {"", "figures"}
    run_installed("".join([STAND_INS, *blocks, "assert set(forget) == {0, 10}"]), "figures")


def test_the_lesson_of_the_readme_is_found_and_lives_by_the_rules(checkout, tmp_path):
    shutil.copytree(checkout, tmp_path, dirs_exist_ok=True)
    files = {}
    for block in examples("README.md"):
        if place := re.match(r"# (\S+\.py)\n", block):
            files[place[1]] = block.removeprefix(place[0])
    assert len(files) == 4
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-v", "-n0", "-p", "no:cacheprovider", *LESSON_TESTS, "-k", "echo"]
    seen = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert seen.returncode == 0, seen.stdout
    assert "pages/4_echo.py" in seen.stdout
