import re
from collections import Counter

from rnnviz.stage import bundle
from rnnviz.stage.bundle import script


def sources():
    return [path.read_text(encoding="utf-8") for path in (bundle.HERE / "js").glob("*.js")]


def test_every_module_is_in_the_bundle_once_and_nothing_is_left_to_import():
    text = script()
    assert "import " not in re.sub(r"//.*|/\*.*?\*/", "", text)
    assert text.count("export default") == 1
    for source in sources():
        first = next(line for line in source.splitlines() if line.startswith("//"))
        assert text.count(first) == 1


def test_no_two_modules_use_the_same_top_level_name():
    names = Counter(
        name
        for source in sources()
        for name in re.findall(r"^(?:export )?(?:const|let|function|class) (\w+)", source, re.MULTILINE)
    )
    assert [name for name, count in names.items() if count > 1] == []
