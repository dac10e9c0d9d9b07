"""What one control does to the way back: a family of networks for each cell."""

from dataclasses import dataclass

from rnnviz.cells.cell import Array
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.experiments.passes import Passes


@dataclass(frozen=True, eq=False)
class Law:
    """What mathematics says of one line: each step back multiplies the gradient by a factor."""

    name: str  # "bound" or "exact"
    cell: str
    state: str
    text: str
    factors: Array  # (K,)


@dataclass(frozen=True, eq=False)
class Flow:
    """Lengths of gradients, for K values of one setting. All else is held constant."""

    config: GradientConfig
    setting: str  # the one that differs
    values: tuple[float | str, ...]  # K
    passes: dict[str, Passes]  # by cell
    laws: tuple[Law, ...] = ()
    marks: tuple[tuple[float, str], ...] = ()  # values worth a mark on the control
    notes: tuple[str, ...] = ()  # a sentence on each of the K networks
    lengths: tuple[int, ...] = ()  # steps that each of the K reads, if they differ; at most the config's
    share: float = 1.0  # of the family that has been measured: the rest would come with patience
