"""Modules in the one script that a scene is sent as."""

import re
from pathlib import Path

import pytest

from rnnviz.stage import bundle
from rnnviz.stage.bundle import script

SOURCES = sorted(bundle.HERE.parent.rglob("*.js"))
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
