"""Does an LSTM keep its gradient before any training? Forget biases from -2 to 6, all else as PyTorch draws it."""

import math
from dataclasses import replace
from functools import partial

import numpy as np
import torch

from rnnviz.cells import CELLS
from rnnviz.engine.threads import one_thread
from rnnviz.lessons.vanishing.config import BIASES, GradientConfig
from rnnviz.lessons.vanishing.experiments.flow import Flow, Law
from rnnviz.lessons.vanishing.experiments.networks import SEEDS, cell_of, data, drawn, over_biases, weights
from rnnviz.lessons.vanishing.experiments.passes import Passes, go_back, share_left
from rnnviz.lessons.vanishing.experiments.pieces import Pieces, by_pieces
from rnnviz.models import initialise
from rnnviz.studies.digits import digits
from rnnviz.work.slices import Work


def over_forget_biases(config: GradientConfig) -> Work[Pieces, Flow]:
    """Send one error back through networks as PyTorch draws them; only the bias of the gate that keeps memory differs.

    A cell without such a gate is the same at every place of the control.
    """
    config = replace(config, loss_on="last")
    return by_pieces(partial(unmeasured, config), partial(by_bias, config))


def unmeasured(config: GradientConfig) -> Flow:
    """The family without its passes."""
    marks = ((-2.0, "−2"), (0.0, "0"), (1.0, "1"), (3.0, "3"), (6.0, "6"))
    return Flow(config, "bias", BIASES, {}, keeping(config), marks, tuple(map(half_life, BIASES)))


def by_bias(config: GradientConfig, name: str, places: range) -> Passes:
    """One cell: K biases, S seeds."""
    cell = cell_of(config, name)
    modules = [drawn(config, cell, config.seed + s) for s in range(SEEDS)]
    return go_back(config, cell, over_biases(modules, [BIASES[k] for k in places]), data(config))


def at_birth(config: GradientConfig, name: str, bias: float | None = None) -> Passes:
    """One cell exactly as PyTorch makes it (a tanh, both biases drawn), or with this forget bias; one seed."""
    cell, module = CELLS[name](), drawn(config, CELLS[name](), config.seed)
    members = [[weights(module)]] if bias is None else over_biases([module], [bias])
    return go_back(config, cell, members, data(config)[:1])


def chrono_sentences(config: GradientConfig) -> list[str]:
    """A sentence on each chosen cell that keeps a memory, with the biases of Tallec & Ollivier (2018)."""
    cells = [name for name in config.cells if cell_of(config, name).anatomy.keeper]
    return [chrono_sentence(config, name) for name in cells]


def chrono_sentence(config: GradientConfig, name: str) -> str:
    """What is left of the error at step 1, over all seeds."""
    config, cell = replace(config, loss_on="last"), cell_of(config, name)
    modules = [drawn(config, cell, config.seed + s) for s in range(SEEDS)]
    for s, module in enumerate(modules):
        initialise.chrono(module, config.seq_len, torch.Generator().manual_seed(config.seed + s))
    with one_thread():
        share = share_left(go_back(config, cell, [[weights(module) for module in modules]], data(config)))[0]
    spread = f"{digits(share.min())} to {digits(share.max())} over {SEEDS} seeds"
    return f"{cell.title}: ×{digits(share[0])} of the error reaches step 1 ({spread})."


def keeping(config: GradientConfig) -> tuple[Law, ...]:
    """Along an LSTM's memory a gradient is multiplied by f, at zero pre-activation but for the bias by σ(b)."""
    name = next((name for name in config.cells if "c" in cell_of(config, name).states), None)
    if name is None:
        return ()
    factors = 1 / (1 + np.exp(-np.array(BIASES)))
    return (Law("exact", name, "c", "σ(b)ᵀ⁻ᵗ, the gate's share", factors),)


def half_life(bias: float) -> str:
    """After how many steps half of what stood in the memory is left, for a gate at σ(b)."""
    keep = 1 / (1 + math.exp(-bias))
    steps = f"{math.log(0.5) / math.log(keep):.3g}"
    return f"A gate at σ(b) = {keep:.3g} halves the memory within {steps} step{'' if steps == '1' else 's'}."
