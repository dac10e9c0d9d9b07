"""TeX to MathML that knows which of its terms stand in the picture."""

from functools import cache
from xml.etree import ElementTree as ET

from latex2mathml.converter import convert

MATHML = "http://www.w3.org/1998/Math/MathML"


@cache
def mathml(tex: str) -> str:
    r"""Render one equation; every `s_t` carries data-term "s", every `s_{t-1}` "s_prev".

    The stage lights up equal terms in the diagram, and the other way round.
    """
    ET.register_namespace("", MATHML)
    root = ET.fromstring(convert(tex))  # noqa: S314 - our own cell files, not a visitor's text
    for node in root.iter(f"{{{MATHML}}}msub"):
        base, subscript = ("".join(child.itertext()) for child in node)
        if term := _term(base, subscript):
            node.set("data-term", term)
    return ET.tostring(root, encoding="unicode")


def _term(base: str, subscript: str) -> str | None:
    symbol = base.strip("~˜^ ")
    if subscript == "t":
        return symbol
    return f"{symbol}_prev" if subscript in {"t−1", "t-1"} else None
