"""For how long do two trainings agree that should be the same? Rounding parts them, and steps without a bound soon.

The factor 1 + 1e−7 on every first weight is about what rounding to float32 does to it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.pair import WITH, WITHOUT, Pair
from rnnviz.lessons.clipping.experiments.pair_training import training
from rnnviz.studies.percent import percent

NUDGE = 1e-7
ALIKE = 0.01  # of the loss: two passes that differ by less agree
TRIED = 400  # updates of a nudged twin


class Agreement(NamedTuple):
    """For how many updates the losses of two trainings agree; ``tried`` where they agree throughout."""

    without: int
    with_clipping: int
    tried: int


def agreement(one: Pair, other: Pair) -> Agreement:
    """Compare two trainings over the updates that both have made."""
    passes = min(len(one.losses), len(other.losses))
    losses, others = one.losses[:passes].astype(float), other.losses[:passes].astype(float)
    apart = ~np.isclose(others, losses, rtol=ALIKE, atol=0, equal_nan=True)
    first = np.where(apart.any(axis=0), apart.argmax(axis=0), passes - 1)
    return Agreement(int(first[WITHOUT]), int(first[WITH]), passes - 1)


def with_a_twin(config: ClippingConfig, updates: int = TRIED) -> Agreement:
    """Compare a training with one whose first weights were nudged."""
    return agreement(training(config, updates).whole(), training(config, updates, NUDGE).whole())


def of_a_twin(found: Agreement) -> str:
    """Say how soon the twin went a way of its own, and what that means for a run made elsewhere."""
    return (
        f"A twin starts from weights larger by 10⁻⁷ of themselves, about what rounding does: its loss without clipping "
        f"{parted(found.without, found.tried)}, with clipping it {parted(found.with_clipping, found.tried)}. A "
        "computer that rounds otherwise may part from this run as soon."
    )


def of_the_recording(found: Agreement) -> str:
    """Say for how long a live training agrees with the recorded one."""
    if found.without == found.with_clipping == found.tried:
        return f"All {found.tried:,} losses on either side agree with the recorded run to {percent(ALIKE)}."
    return (
        f"Beside the recorded run, the loss without clipping {parted(found.without, found.tried)}, and with clipping "
        f"it {parted(found.with_clipping, found.tried)}: these two runs differ in rounding alone."
    )


def parted(update: int, tried: int) -> str:
    """When two losses first differed."""
    if update == tried:
        return f"stays the same to {percent(ALIKE)} for {tried:,} updates"
    return f"is off by more than {percent(ALIKE)} after {update:,} updates"
