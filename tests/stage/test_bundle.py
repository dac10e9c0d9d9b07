import re
from collections import Counter

import pytest

from rnnviz.stage import bundle
from rnnviz.stage.bundle import script


def sources():
    return [path.read_text(encoding="utf-8") for path in (bundle.HERE / "js").glob("*.js")]


def opening(source):
    return next(line for line in source.splitlines() if line.startswith("//"))


SCENES = sorted(path.stem for path in (bundle.HERE / "js").glob("*.js") if "export default" in path.read_text("utf-8"))


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_has_each_module_once_and_nothing_left_to_import(scene):
    text = script(scene)
    assert "import " not in re.sub(r"//.*|/\*.*?\*/", "", text)
    assert text.count("export default") == 1
    assert max(text.count(opening(source)) for source in sources()) == 1


def test_every_module_is_in_a_scene():
    everything = "".join(map(script, SCENES))
    assert [opening(source) for source in sources() if opening(source) not in everything] == []


def test_no_two_modules_use_the_same_top_level_name():
    names = Counter(
        name
        for source in sources()
        for name in re.findall(r"^(?:export )?(?:const|let|function|class) (\w+)", source, re.MULTILINE)
    )
    assert [name for name, count in names.items() if count > 1] == []
