"""One place for colours; and no two lines alike."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from rnnviz.cells import CELLS
from rnnviz.figures import palette
from rnnviz.figures.palette import CELL, DASHES, KNOWN, LINES, css, faded, looks

ROOT = Path(__file__).parents[2]
COLOUR = re.compile(r"(?<![\w&])#(?:[0-9a-fA-F]{3}){1,2}\b|\brgba?\(\s*\d+[\s,]+[1-9]|\bhsla?\(")
SOURCES = [
    path
    for kind in ("*.py", "*.js", "*.css")
    for folder in ("rnnviz", "pages")
    for path in sorted((ROOT / folder).rglob(kind))
    if "node_modules" not in path.parts and path != Path(palette.__file__)
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_colour_stands_outside_the_palette(path):
    assert COLOUR.findall(path.read_text("utf-8")) == []


def test_every_cell_has_its_own_colour_or_dash():
    assert len(set(CELL.values())) == len(CELLS)
    assert css("elman") == ("light-dark(#c2408a, #f07dbb)", "")


@pytest.mark.parametrize("names", [[f"cell {k}" for k in range(40)], [*CELLS, *(f"cell {k}" for k in range(34))]])
def test_forty_cells_are_told_apart_and_known_ones_keep_their_colour(names):
    found = looks(names)
    assert list(found) == names
    assert len(set(found.values())) == len(names)
    assert all(found[name].colour == colour for name, colour in KNOWN.items() if name in names)


def test_neighbours_differ_in_colour_and_in_dash():
    drawn = list(looks(f"line {k}" for k in range(12)).values())
    assert all(a.colour != b.colour and a.dash != b.dash for a, b in pairwise(drawn))


def test_more_lines_than_looks_are_refused():
    most = len(LINES) * len(DASHES)
    assert len(set(looks(map(str, range(most))).values())) == most
    with pytest.raises(ValueError, match=f"draw {most} at the most"):
        looks(map(str, range(most + 1)))


def test_a_colour_fades():
    assert faded("#8a3ab9", 0.05) == "rgba(138, 58, 185, 0.05)"
