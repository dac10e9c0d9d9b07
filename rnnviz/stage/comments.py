"""JavaScript and style sheets without their comments and indentation: what a browser need not be sent.

Nothing else changes, and every statement keeps its line: what a browser reports can be found. Exact for what the
modules here are written in, nested templates and regular expressions included; a test compares the tokens.
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
    """A module's code."""
    parts: list[str] = []
    inside: list[str] = []  # what each open brace belongs to: a block, or a template that goes on after it
    at = 0
    while at < len(source):
        match = JS.match(source, at)
        assert match, f"not JavaScript: {source[at : at + 20]!r}"
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
        regular = REGULAR.match(source, at)
        assert regular, f"a regular expression without an end: {source[at : at + 20]!r}"
        return regular[0]
    return sign


def _template(source: str, at: int, inside: list[str]) -> str:
    """A template from its backtick, or from the brace that closes what was put in, to its end or the next of these."""
    match = TEMPLATE.match(source, at + 1)
    assert match, f"a template without an end: {source[at : at + 20]!r}"
    if match["end"] == "${":
        inside.append("template")
    return source[at : match.end()]


def _space(text: str) -> str:
    return "\n" if "\n" in text else " "
