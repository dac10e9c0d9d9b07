"""One colour for each cell, everywhere, safe for colour blindness; a dash beside it, so that colour is never alone."""

from itertools import cycle

from rnnviz.cells import CELLS

FIRST = {"elman": ("#c2408a", "#f07dbb"), "lstm": ("#2270c9", "#5aa9ff"), "gru": ("#1b8a7a", "#3fc2ae")}
OTHERS = (("#b8620a", "#f0a04b"), ("#7a5ac8", "#b59cf5"), ("#6b7a00", "#bccb3c"), ("#b0413e", "#f08a80"))
"""(on light paper, on dark paper), after Okabe and Ito."""
PAIRS = FIRST | dict(zip((name for name in CELLS if name not in FIRST), cycle(OTHERS), strict=False))

CELL = {name: light for name, (light, _) in PAIRS.items()}
"""Colours that stand on light paper and, as lines, on dark."""
DASH = dict(zip(CELLS, cycle(("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")), strict=False))
DASHES = {"solid": "", "dash": "9 4", "dot": "2 4", "dashdot": "9 3 2 3", "longdash": "16 4", "longdashdot": "16 3 2 3"}
"""The same in pixels."""
GRADIENT = ("#f3ecf8", "#c58bf2", "#8a3ab9", "#3d0f5c")
"""Gradients: from nothing to much."""
NEGATIVE, POSITIVE = "#2270c9", "#e0700a"


def css(cell: str) -> tuple[str, str]:
    """The cell's colour, for light and dark pages, and its dashes, as CSS takes them."""
    light, dark = PAIRS[cell]
    return f"light-dark({light}, {dark})", DASHES[DASH[cell]]
