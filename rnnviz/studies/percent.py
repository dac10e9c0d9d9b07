"""Shares as they are written in a sentence: as the scenes write them (``percent`` in ``stage/js/scales.js``)."""

import math


def percent(share: float) -> str:
    """A share, 1 being all of it, in whole percent: 0.982 → "98%".

    "0%" is said of none and "100%" of all of it: between, it is "<1%" at the least and ">99%" at the most.
    """
    if not math.isfinite(share):
        return "NaN"
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{math.floor(100 * share + 0.5)}%"
