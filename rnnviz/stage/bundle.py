"""A scene's JavaScript modules as the one string that a Streamlit component takes, and their sheets as another."""

import re
from functools import cache
from pathlib import Path

from rnnviz.figures.palette import variables
from rnnviz.stage.comments import without_css_comments, without_js_comments

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import \{(?P<names>[^}]*)\} from "(?P<path>[^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|let|function|class) (?P<name>\w+))", re.MULTILINE)


@cache
def script(entry: Path) -> str:
    """All modules that a scene needs, each once, in a scope of its own, after those it imports.

    Args:
        entry: the scene's module, whose default export is the component.
    """
    sources = _modules(entry)
    names = {path: f"module{place}" for place, path in enumerate(sources)}
    parts = (_linked(source, path.parent, names) for path, source in sources.items())
    *modules, scene = zip(sources, parts, strict=True)
    return "\n".join([*(_scoped(names[path], source) for path, source in modules), scene[1]])


@cache
def style(entry: Path) -> str:
    """The palette, and the style sheet that stands beside each of the scene's modules, where one does."""
    sheets = (path.with_suffix(".css") for path in _modules(entry))
    texts = (without_css_comments(sheet.read_text(encoding="utf-8")) for sheet in sheets if sheet.exists())
    return "\n".join([variables(".stage"), *texts])


@cache
def _modules(entry: Path) -> dict[Path, str]:
    ordered: dict[Path, str] = {}
    _collect(entry.resolve(), ordered)
    return ordered


def _collect(path: Path, ordered: dict[Path, str]) -> None:
    source = _source(path)
    for match in IMPORT.finditer(source):
        needed = (path.parent / match["path"]).resolve()
        if needed not in ordered:
            _collect(needed, ordered)
    ordered[path] = source


@cache
def _source(path: Path) -> str:
    return without_js_comments(path.read_text(encoding="utf-8"))


def _linked(source: str, folder: Path, names: dict[Path, str]) -> str:
    """What a module imports, taken from the scopes of the modules before it."""

    def taken(match: re.Match[str]) -> str:
        return f"const {{{match['names'].replace(' as ', ': ')}}} = {names[(folder / match['path']).resolve()]};\n"

    return IMPORT.sub(taken, source)


def _scoped(name: str, source: str) -> str:
    exported = ", ".join(match["name"] for match in EXPORT.finditer(source))
    return f"const {name} = (() => {{\n{EXPORT.sub('', source)}return {{ {exported} }};\n}})();"
