"""The stage's JavaScript modules as the one string that a Streamlit component takes."""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(?P<name>\w+)\.js";\n', re.MULTILINE)


@cache
def script(entry: str = "stage") -> str:
    """All modules that `entry` needs, each once, after those it imports.

    Every name at a module's top level must be its own across the stage: the modules share one scope.
    """
    ordered: dict[str, str] = {}
    _collect(entry, ordered)
    return "\n".join(_inline(source, name == entry) for name, source in ordered.items())


@cache
def style(entry: str = "stage") -> str:
    """The stage's style sheet, and the scene's own if it has one."""
    sheets = dict.fromkeys((HERE / "stage.css", HERE / f"{entry}.css"))
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets if sheet.exists())


def _collect(name: str, ordered: dict[str, str]) -> None:
    source = (HERE / "js" / f"{name}.js").read_text(encoding="utf-8")
    for match in IMPORT.finditer(source):
        if match["name"] not in ordered:
            _collect(match["name"], ordered)
    ordered[name] = source


def _inline(source: str, is_entry: bool) -> str:
    body = IMPORT.sub("", source)
    return body if is_entry else re.sub(r"^export ", "", body, flags=re.MULTILINE)
