"""JavaScript and style sheets without their comments and indentation: what a browser need not be sent.

Nothing else changes, and every statement keeps its line: what a browser reports can be found. Exact for what the
modules here are written in, nested templates and regular expressions included.
"""

import re

JS = re.compile(
    r"""
    (?P<space> (?: \s+ | //[^\n]* | /\*.*?\*/ )+ )  # comments are as good as space
    | (?P<code> (?: [^\s"'`{}/]+ | [ ](?![\s/]) | "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' )+ )
    | (?P<sign> [`{}/] )
    """,
    re.VERBOSE | re.DOTALL,
)
TEMPLATE = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*(?P<end>`|\$\{)", re.DOTALL)
REGULAR = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/")
BEFORE_REGULAR = re.compile(r"(?:^|[(,=:\[!&|?{;+\-*%~^<>]|\b(?:return|typeof|case|in|of|else|void|await|yield))$")
CSS = re.compile(r"""(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<space>(?:\s+|/\*.*?\*/)+)""", re.DOTALL)


def without_js_comments(source: str) -> str:
    """A module's code.

    Raises:
        ValueError: a string, a template or a regular expression has no end.
    """
    parts: list[str] = []
    inside: list[str] = []  # what each open brace belongs to: a block, or a template that goes on after it
    at = 0
    while at < len(source):
        match = _match(JS, source, at)
        sign = match["sign"]
        part = _sign(source, at, parts, inside) if sign else match["code"] or _space(match["space"])
        parts.append(part)
        at = at + len(part) if sign else match.end()
    return "".join(parts).strip() + "\n"


def without_css_comments(sheet: str) -> str:
    """A style sheet's rules."""
    return CSS.sub(lambda match: match["string"] or _space(match["space"]), sheet).strip() + "\n"


def _sign(source: str, at: int, parts: list[str], inside: list[str]) -> str:
    """What begins with a brace, a backtick or a slash."""
    sign = source[at]
    if sign == "`" or (sign == "}" and inside.pop() == "template"):
        return _template(source, at, inside)
    if sign == "{":
        inside.append("block")
    if sign == "/" and BEFORE_REGULAR.search("".join(parts[-2:]).rstrip()):
        return _match(REGULAR, source, at)[0]
    return sign


def _template(source: str, at: int, inside: list[str]) -> str:
    """A template from its backtick, or from the brace that closes what was put in, to its end or the next of these."""
    match = _match(TEMPLATE, source, at + 1)
    if match["end"] == "${":
        inside.append("template")
    return source[at : match.end()]


def _match(pattern: re.Pattern[str], source: str, at: int) -> re.Match[str]:
    match = pattern.match(source, at)
    if match is None:
        raise ValueError(f"This is no JavaScript: {source[at : at + 40]!r}. It may lack its end.")
    return match


def _space(text: str) -> str:
    return "\n" if "\n" in text else " "
