"""How far back does the error reach, for every spectral radius from 0.3 to 1.7, in every chosen cell?"""

from functools import partial

import numpy as np

from rnnviz.cells.activations import STEEPEST
from rnnviz.cells.cell import Array
from rnnviz.lessons.vanishing.config import RADII, GradientConfig
from rnnviz.lessons.vanishing.experiments.flow import Flow, Law
from rnnviz.lessons.vanishing.experiments.networks import SEEDS, cell_of, data, drawn, network, weights
from rnnviz.lessons.vanishing.experiments.passes import Passes, go_back
from rnnviz.lessons.vanishing.experiments.pieces import Pieces, by_pieces
from rnnviz.work.slices import Work


def over_radii(config: GradientConfig) -> Work[Pieces, Flow]:
    """Go back through every network of the family, for every chosen cell.

    Args:
        config: the chosen cells, lengths and so on; ``rho`` is ignored, for all its values are computed.
    """
    return by_pieces(partial(unmeasured, config), partial(by_radius, config))


def unmeasured(config: GradientConfig) -> Flow:
    """The family without its passes."""
    marks = ((0.3, "0.3"), (natural_radius(config), "as PyTorch draws it"), (1.0, "1"), (1.7, "1.7"))
    return Flow(config, "rho", RADII, {}, laws(config), marks)


def by_radius(config: GradientConfig, name: str, places: range) -> Passes:
    """One cell: K radii, S seeds."""
    cell = cell_of(config, name)
    base = [weights(network(config, cell, config.seed + s)) for s in range(SEEDS)]
    members = [[scaled(member, RADII[k]) for member in base] for k in places]
    return go_back(config, cell, members, data(config))


def scaled(member: dict[str, Array], radius: float) -> dict[str, Array]:
    """A network with every recurrent weight multiplied; minGRU has none."""
    return member | {name: radius * member[name] for name in ("weight_hh",) if name in member}


def laws(config: GradientConfig) -> tuple[Law, ...]:
    """What is known beforehand of the Elman RNN of the chosen seed, when the error enters at the last step only.

    No gradient decays more slowly, or grows faster, than by σ_max(W_hh) γ a step (Pascanu, Mikolov & Bengio 2013,
    eq. 6). With the identity as activation and W = ρQ, Q orthogonal, it changes by exactly ρ.
    """
    if "elman" not in config.cells or config.loss_on != "last":
        return ()
    matrix = weights(network(config, cell_of(config, "elman"), config.seed))["weight_hh"]
    largest = float(np.linalg.norm(matrix, 2))
    bound = Law("bound", "elman", "h", "at most (σₘₐₓ γ)ᵀ⁻ᵗ", np.array(RADII) * largest * STEEPEST[config.activation])
    exact = Law("exact", "elman", "h", "ρᵀ⁻ᵗ, exactly", np.array(RADII))
    return (bound, exact) if config.activation == "identity" and config.initial != "torch" else (bound,)


def natural_radius(config: GradientConfig) -> float:
    """The spectral radius of W_hh as PyTorch draws it for an Elman RNN of this size, before anything scales it."""
    matrix = weights(drawn(config, cell_of(config, "elman"), config.seed))["weight_hh"]
    return float(np.abs(np.linalg.eigvals(matrix)).max())
