"""Every colour there is, by what it means: for figures, style sheets and scenes; safe for colour blindness.

Only Streamlit's own theme stands elsewhere, in ``.streamlit/config.toml``. Colour is never alone: a cell's line has a
dash, a sign has a side, a gate has a name.
"""

from collections.abc import Iterable
from itertools import cycle, product
from typing import NamedTuple

from rnnviz.cells import CELLS


class Pair(NamedTuple):
    """A colour on light paper and on dark. Charts, which know no theme, take the first: as a line it stands on both."""

    light: str
    dark: str

    @property
    def css(self) -> str:
        """As a style sheet takes it."""
        return f"light-dark({self.light}, {self.dark})"


class Look(NamedTuple):
    """How the line of one of several compared things is drawn."""

    colour: Pair
    dash: str


MAGENTA, BLUE, GREEN = Pair("#c2408a", "#f07dbb"), Pair("#2270c9", "#5aa9ff"), Pair("#1b8a7a", "#3fc2ae")
OCHRE, VIOLET = Pair("#b8620a", "#f0a04b"), Pair("#7a5ac8", "#b59cf5")
OLIVE, RED = Pair("#6b7a00", "#bccb3c"), Pair("#b0413e", "#f08a80")
LINES = (MAGENTA, BLUE, GREEN, OCHRE, VIOLET, OLIVE, RED)
"""After Okabe and Ito."""
KNOWN = {"elman": MAGENTA, "lstm": BLUE, "gru": GREEN}
"""Cells that keep their colour whatever they are compared with."""
DASHES = {"solid": "", "dash": "9 4", "dot": "2 4", "dashdot": "9 3 2 3", "longdash": "16 4", "longdashdot": "16 3 2 3"}
"""Dashes: Plotly's name of each, and its lengths in pixels, drawn and left out in turn."""

NEGATIVE, POSITIVE = BLUE, Pair("#e0700a", "#ff9a3d")
GRADIENT = Pair("#8a3ab9", "#c58bf2")
GRADIENT_ON_BOTH = "#a05fd0"
"""Lines of a gradient in a chart."""
GROUND, GROUND_LOW, GROUND_HIGH, CONTOUR = "#786955", "#f3efe6", "#6f6552", "#3c3228"
"""An error surface: the larger, the browner."""
SATURATED, OPEN = "#6e4614", "#e0b45a"
"""A unit that lets no gradient through, and one that does."""
CLIPPED, PLAIN = GREEN, POSITIVE
"""With clipping and without; by norm and by value."""
SOLVED, UNSOLVED = GREEN, OCHRE

KEEP, WRITE = GREEN, Pair("#a07c00", "#e0bb3c")
NEW, REVEAL = MAGENTA, Pair("#5b6bd6", "#97a4ff")
GATES = {"f": KEEP, "z": KEEP, "i": WRITE, "g": NEW, "n": NEW, "h": NEW, "o": REVEAL, "r": REVEAL}
"""By the symbol of a block."""

GREY = "#808080"
PRINT_INK, PRINT_ACCENT = "#1c2430", "#0f6f68"
"""On paper, whatever the screen's theme."""
ON_PRIMARY = Pair("#ffffff", "#10151d")
"""What is written on the theme's primary colour."""

VARIABLES = {
    "negative": NEGATIVE.css,
    "positive": POSITIVE.css,
    "gradient": GRADIENT.css,
    "gate-keep": KEEP.css,
    "gate-write": WRITE.css,
    "gate-new": NEW.css,
    "gate-reveal": REVEAL.css,
    "ground": GROUND,
    "print-ink": PRINT_INK,
    "print-accent": PRINT_ACCENT,
    "on-primary": ON_PRIMARY.css,
}
"""What style sheets call them: ``var(--negative)``."""


def variables(selector: str) -> str:
    """The palette as a rule of CSS, for what the selector finds and all inside it."""
    return f"{selector} {{ {' '.join(f'--{name}: {value};' for name, value in VARIABLES.items())} }}"


def faded(colour: str, opacity: float) -> str:
    """The colour, so far opaque, as Plotly takes it."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def looks(names: Iterable[str]) -> dict[str, Look]:
    """A colour and a dash for each name, no two the same, as long as there are pairs.

    Colours come round before dashes do: what stands close in the list differs in both.

    Raises:
        ValueError: there are more names than pairs.
    """
    listed = list(names)
    if len(listed) > len(LINES) * len(DASHES):
        raise ValueError(f"{len(listed)} lines cannot be told apart: draw {len(LINES) * len(DASHES)} at the most.")
    kept = {KNOWN[name] for name in listed if name in KNOWN}
    others, dashes = cycle([colour for colour in LINES if colour not in kept] or LINES), cycle(DASHES)
    looks_by_name: dict[str, Look] = {}
    for name, dash in zip(listed, dashes, strict=False):
        wanted = KNOWN[name] if name in KNOWN else next(others)
        looks_by_name[name] = _nearest(Look(wanted, dash), set(looks_by_name.values()))
    return looks_by_name


def _nearest(wanted: Look, taken: set[Look]) -> Look:
    """The look itself, or else its colour in another dash, or else another colour."""
    colours = [wanted.colour, *(colour for colour in LINES if colour != wanted.colour)]
    dashes = [wanted.dash, *(dash for dash in DASHES if dash != wanted.dash)]
    return next(look for pair in product(colours, dashes) if (look := Look(*pair)) not in taken)


CELL = looks(CELLS)
"""The look of each cell, in every chart of every lesson."""


def css(cell: str) -> tuple[str, str]:
    """The cell's colour, for light and dark pages, and its dashes in pixels, as CSS takes them."""
    look = CELL[cell]
    return look.colour.css, DASHES[look.dash]
