"""The lesson's races: each is asked about first, then trained while the page watches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rnnviz.lessons.clipping import show_sections
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.studies.answer import Answer
from rnnviz.ui.work import measure
from rnnviz.work.pace import PACE

if TYPE_CHECKING:
    from rnnviz.studies.race import Race, State
    from rnnviz.work.slices import Work


def more_seeds(config: ClippingConfig, question: str, options: Sequence[str]) -> None:
    """How many seeds solve the task, without and with clipping?"""

    def race(config: ClippingConfig) -> Work[State, Race]:
        from rnnviz.lessons.clipping.experiments.solve_rate import UPDATES, solve_rate

        return solve_rate(config, PACE.bounded(UPDATES))

    def answer(run: Race) -> Answer:
        from rnnviz.lessons.clipping.experiments.solve_rate import more_seeds

        return more_seeds(run)

    _race("solve_rate", config, question, options, race, answer, show_sections.solved)


def half_a_window(config: ClippingConfig, question: str, options: Sequence[str]) -> None:
    """What is learned through a window of half the sequences that are trained on?"""

    def race(config: ClippingConfig) -> Work[State, Race]:
        from rnnviz.lessons.clipping.experiments.windows import UPDATES, truncation

        return truncation(config, PACE.bounded(UPDATES))

    def answer(run: Race) -> Answer:
        from rnnviz.lessons.clipping.experiments.windows import half_a_window

        return half_a_window(run)

    _race("truncation", config, question, options, race, answer, show_sections.windows)


def costs(config: ClippingConfig, question: str, options: Sequence[str]) -> None:
    """What does the smallest threshold cost?"""

    def race(config: ClippingConfig) -> Work[State, Race]:
        from rnnviz.lessons.clipping.experiments.threshold_price import UPDATES, threshold_price

        return threshold_price(config, PACE.bounded(UPDATES))

    def answer(run: Race) -> Answer:
        from rnnviz.lessons.clipping.experiments.threshold_price import costs

        return costs(run)

    _race("threshold_price", config, question, options, race, answer, show_sections.price)


def cures(config: ClippingConfig, question: str, options: Sequence[str]) -> None:
    """Does clipping cure a start that blocks the signal?"""

    def race(config: ClippingConfig) -> Work[State, Race]:
        from rnnviz.lessons.clipping.experiments.two_by_two import UPDATES, two_by_two

        return two_by_two(config, PACE.bounded(UPDATES))

    def answer(run: Race) -> Answer:
        from rnnviz.lessons.clipping.experiments.two_by_two import cures

        return cures(run)

    _race("two_by_two", config, question, options, race, answer, show_sections.table)


def fastest(config: ClippingConfig, question: str, options: Sequence[str]) -> None:
    """Which remedy is the first to solve the task?"""

    def race(config: ClippingConfig) -> Work[State, Race]:
        from rnnviz.lessons.clipping.experiments.remedies import UPDATES, remedies

        return remedies(config, PACE.bounded(UPDATES))

    def answer(run: Race) -> Answer:
        from rnnviz.lessons.clipping.experiments.remedies import fastest

        return fastest(run)

    _race("remedies", config, question, options, race, answer, show_sections.remedies)


def _race(  # noqa: PLR0917 -- in the order in which they come on the page
    name: str,
    config: ClippingConfig,
    question: str,
    options: Sequence[str],
    race: Callable[[ClippingConfig], Work[State, Race]],
    answer: Callable[[Race], Answer],
    show: Callable[[Race, ClippingConfig], None],
) -> None:
    measure(
        name,
        config.key,
        question,
        options,
        work=race,
        doing=lambda run: f"Training: update {run.updates:,}",
        answer=answer,
        show=show,
    )
