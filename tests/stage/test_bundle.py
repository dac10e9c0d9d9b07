"""Modules in the one script that a scene is sent as."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from rnnviz.figures.palette import VARIABLES
from rnnviz.stage import bundle
from rnnviz.stage.bundle import script, style

SOURCES = [path for path in sorted(bundle.HERE.parent.rglob("*.js")) if "node_modules" not in path.parts]
SCENES = [path for path in SOURCES if re.search("^export default", path.read_text("utf-8"), re.MULTILINE)]


def exports(path):
    """What a module gives, as its scope returns it."""
    names = [match["name"] for match in bundle.EXPORT.finditer(path.read_text("utf-8"))]
    return f"return {{ {', '.join(names)} }};"


@pytest.mark.parametrize("scene", SCENES, ids=lambda path: path.stem)
def test_a_scene_has_nothing_left_to_import_and_one_default_export(scene):
    text = script(scene)
    assert not re.search(r"^import ", text, re.MULTILINE)
    assert text.count("export default") == 1


@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
@pytest.mark.parametrize("scene", SCENES, ids=lambda path: path.stem)
def test_a_scene_is_javascript(scene):
    check = ["node", "--input-type=module", "--check"]
    assert subprocess.run(check, input=script(scene).encode(), check=False).returncode == 0


def test_what_checks_the_javascript_is_not_part_of_it():
    sent = "".join(map(script, SCENES)) + "".join(map(style, SCENES))
    assert "node_modules" not in sent
    assert "biome" not in sent


def test_every_module_is_in_a_scene():
    everything = "".join(map(script, SCENES))
    assert [path.name for path in SOURCES if path not in SCENES and exports(path) not in everything] == []


def test_a_module_stands_in_its_own_scope_after_those_it_imports(tmp_path: Path):
    modules = {
        "scene": 'import { shown as drawn } from "./b/middle.js";\nexport default () => drawn;\n',
        "b/middle": 'import { low } from "../low.js";\nconst still = low();\nexport const shown = still;\n',
        "low": "const still = 3;\nexport function low() {\n  return still;\n}\n",
    }
    (tmp_path / "b").mkdir()
    for name, source in modules.items():
        (tmp_path / f"{name}.js").write_text(source)
    assert re.findall(r"const (module\d) = ", script(tmp_path / "scene.js")) == ["module0", "module1"]
    assert "const { shown: drawn } = module1;" in script(tmp_path / "scene.js")


def test_a_scene_is_sent_the_sheets_of_its_own_modules(tmp_path: Path):
    (tmp_path / "scene.js").write_text('import { low } from "./low.js";\nexport default low;\n')
    (tmp_path / "low.js").write_text("export const low = 3;\n")
    (tmp_path / "low.css").write_text("/* why */\n.low { top: 0; }\n")
    (tmp_path / "other.css").write_text(".other { top: 0; }\n")
    (tmp_path / "scene.css").write_text(".low { top: 1px; }\n")
    palette, *rules = style(tmp_path / "scene.js").split("\n", 1)
    assert palette.startswith(".stage { --negative:")
    assert rules == [".low { top: 0; }\n\n.low { top: 1px; }\n"]


@pytest.mark.parametrize("scene", SCENES, ids=lambda path: path.stem)
def test_every_colour_of_a_sheet_is_one_that_is_defined(scene):
    asked = set(re.findall(r"var\(--([\w-]+)", style(scene)))
    written = set(re.findall(r"--([\w-]+):", style(scene))) | set(re.findall(r'"--([\w-]+)"', script(scene)))
    assert {name for name in asked if not name.startswith("st-")} <= written | set(VARIABLES)


def test_every_class_of_a_sheet_is_drawn():
    """A rule for what no module draws is dead. States and gates, of one letter, are named by the films."""
    words = set(re.findall(r"[\w-]+", "".join(map(script, SCENES))))
    sheets = "".join(map(style, SCENES))
    named = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", "", sheets)))
    assert sorted(name for name in named - words if not re.fullmatch("(gate-)?[a-z]", name)) == []


def test_every_sheet_stands_beside_a_module():
    sheets = [path for path in bundle.HERE.parent.rglob("*.css") if "node_modules" not in path.parts]
    assert [path.name for path in sheets if not path.with_suffix(".js").exists() and path.parent.name != "ui"] == []
