"""How the main picture is read: only what holds of the cells and settings that it shows."""

from rnnviz.cells import CELLS
from rnnviz.lessons.vanishing.config import GradientConfig

STEEPEST_IN_WORDS = {"tanh": "1", "relu": "1", "sigmoid": "¼"}


def reading(config: GradientConfig) -> str:
    """What arrows, lines and dots mean, in a few sentences."""
    arrow = "An arrow is as thick as the error it carries back, on a log scale"
    line = "in the chart a straight line is exponential decay or growth"
    return " ".join([f"{arrow}; {line}.", *both_states(config), *radius(config), *bound(config), *tipping(config)])


def both_states(config: GradientConfig) -> list[str]:
    """That a cell with two states is asked for both."""
    titles = [CELLS[cell].title for cell in config.cells if len(CELLS[cell].states) > 1]
    if not titles:
        return []
    who = f"{', '.join(titles[:-1])} and {titles[-1]} hand" if len(titles) > 1 else f"The {titles[0]} hands"
    what = "the error is the gradient by (h, c) together, thin lines are its parts"
    return [f"{who} on two states: {what}; that h and c weigh alike is a convention."]


def radius(config: GradientConfig) -> list[str]:
    """What ρ is, and who has none."""
    without = [CELLS[cell].title for cell in config.cells if not any(b.reads_h for b in CELLS[cell]().blocks)]
    none = f"; {' and '.join(without)} {'has' if len(without) == 1 else 'have'} none" if without else ""
    return [f"ρ is the spectral radius of each block of W_hh{none}."]


def bound(config: GradientConfig) -> list[str]:
    """What the dotted line is, where there is one."""
    if "elman" not in config.cells or (config.loss_on != "last" and config.dial != "seq_len"):
        return []
    factors = "the largest singular value of W_hh and the steepest slope of its activation"
    return [f"Dotted: no gradient of the Elman RNN can be longer than (σₘₐₓ γ)ᵀ⁻ᵗ, with {factors}."]


def tipping(config: GradientConfig) -> list[str]:
    """Where the Elman RNN's line tips over, as far as that is known beforehand: σₘₐₓ is ρ in these two starts."""
    if not bound(config) or config.dial != "rho" or config.initial == "torch":
        return []
    if config.activation == "identity":
        return ["With the identity as activation its line tips over at ρ = 1 exactly."]
    steepest = STEEPEST_IN_WORDS[config.activation]
    where = "anywhere on this slider" if config.activation == "sigmoid" else "before ρ = 1"
    return [f"It cannot rise {where}: no slope of its units is above {steepest}."]
