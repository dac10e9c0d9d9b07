"""Many networks that differ in one setting, read and gone back through side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from rnnviz.cells import CELLS
from rnnviz.cells.cell import Array, Cell
from rnnviz.engine.forward import Columns
from rnnviz.engine.plan import Plan
from rnnviz.engine.stack import Stack
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.models import initialise
from rnnviz.models.recurrent import Recurrent

SEEDS = 5
"""Each picture's spread: the chosen seed and the four after it."""
SEQUENCES = 2
"""Sequences each network reads; what is shown is the root mean square over them."""
INPUTS = 8
"""Numbers a network reads at each step."""
ROOM = 200_000
"""Numbers of one step's pre-activations over time, at the most, in one chunk: bounds the memory of a run."""


@dataclass(frozen=True, eq=False)
class Passes:
    """What a family did on the way back. K values of the setting, S seeds, T steps."""

    norms: dict[str, Array]  # (K, S, T) by state: length of ∂L/∂state_t
    kept: Array | None  # (K, S) mean over the pass of the gate that keeps the memory; None: the cell has none


def cell_of(config: GradientConfig, name: str) -> Cell:
    """One of the chosen cells; only the Elman RNN has a choice of activation."""
    return CELLS[name](**({"activation": config.activation} if name == "elman" else {}))


def drawn(config: GradientConfig, cell: Cell, seed: int) -> Recurrent:
    """The recurrent part as PyTorch would draw it, in double precision.

    Short of double precision a gradient that vanished over 100 steps would be exactly zero.
    """
    generator = torch.Generator().manual_seed(seed)
    return Recurrent(cell, INPUTS, config.hidden_size, generator=generator, dtype=torch.float64)


def network(config: GradientConfig, cell: Cell, seed: int) -> Recurrent:
    """The recurrent part as it starts: each block of W_hh has spectral radius 1."""
    module, generator = drawn(config, cell, seed), torch.Generator().manual_seed(seed + 10_000)
    if config.initial == "orthogonal":
        initialise.orthogonal(module, generator)
    elif config.initial == "identity":
        initialise.identity(module)
    else:
        initialise.spectral_radius(module, 1.0)
    if cell.anatomy.keeper and config.forget_bias == "chrono":
        initialise.chrono(module, max(config.seq_len, 2), generator)
    elif cell.anatomy.keeper and config.forget_bias != "torch":
        initialise.forget_bias(module, float(config.forget_bias))
    return module


def weights(module: Recurrent) -> dict[str, Array]:
    """Torch's names without the layer's suffix."""
    return {name.removesuffix("_l0"): weight.detach().numpy() for name, weight in module.named_parameters()}


def over_biases(modules: list[Recurrent], biases: Sequence[float]) -> list[list[dict[str, Array]]]:
    """Copies of the weights of S networks for each of the K forget biases; where no gate keeps anything, all alike."""
    found = []
    for bias in biases:
        for module in modules:
            if module.plan.cell.anatomy.keeper:
                initialise.forget_bias(module, bias)
        found.append([{name: weight.copy() for name, weight in weights(module).items()} for module in modules])
    return found


def signals(config: GradientConfig, seed: int) -> tuple[Array, Array]:
    """What every cell reads and how it is asked: inputs (T, I, B), and a direction w (H,) of length 1.

    The loss is wᵀh, of the last step or summed over all: the same error enters every network, whatever its cell.
    """
    generator = np.random.default_rng(seed)
    direction = generator.standard_normal(config.hidden_size)
    x = config.inputs * generator.standard_normal((config.seq_len, INPUTS, SEQUENCES))  # a shorter one begins alike
    return x, direction / np.linalg.norm(direction)


def data(config: GradientConfig) -> list[tuple[Array, Array]]:
    """The signals of every seed of the spread."""
    return [signals(config, config.seed + s) for s in range(SEEDS)]


def go_back(
    config: GradientConfig,
    cell: Cell,
    members: list[list[dict[str, Array]]],
    signals: list[tuple[Array, Array]],
) -> Passes:
    """Forward and back through K x S networks.

    Args:
        config: the lengths, sizes and inputs.
        cell: one for the family.
        members: K lists of S sets of weights, by torch's names.
        signals: what the s-th of each list reads, and how it is asked.
    """
    plan = Plan(cell, INPUTS, config.hidden_size)
    chunks = [measure(config, plan, part, signals) for part in parts(members, config, cell)]
    norms = {state: np.concatenate([norms[state] for norms, _ in chunks]) for state in cell.states}
    kept = [kept for _, kept in chunks if kept is not None]
    return Passes(norms, np.concatenate(kept) if kept else None)


def left(passes: Passes) -> Array:
    """(K, S): the length at the first step, as a share of that at the last."""
    norms = passes.norms["h"]
    found: Array = norms[..., 0] / norms[..., -1]
    return found


def parts(
    members: list[list[dict[str, Array]]], config: GradientConfig, cell: Cell
) -> Iterator[list[list[dict[str, Array]]]]:
    """As many members at a time as there is room for."""
    each = len(members[0]) * SEQUENCES * config.seq_len * config.hidden_size * len(cell.blocks)
    size = max(1, ROOM // each)
    for start in range(0, len(members), size):
        yield members[start : start + size]


def measure(
    config: GradientConfig, plan: Plan, part: list[list[dict[str, Array]]], data: list[tuple[Array, Array]]
) -> tuple[dict[str, Array], Array | None]:
    """One chunk: lengths (K, S, T) by state, and how far the keeping gate stood open, (K, S)."""
    flat = [weights for seeds in part for weights in seeds]
    columns = Columns(config.seq_len, SEQUENCES, len(flat), np.dtype(np.float64))
    stack = Stack(plan, columns)
    stacked = {name: np.stack([weights[name] for weights in flat]) for name in flat[0]}
    x = np.concatenate([x for x, _ in data] * len(part), axis=2)
    stack.bind({"l0": stacked})
    h = stack.forward(x, {})
    outside = np.zeros_like(h)
    asked = np.concatenate([np.repeat(w[:, None], SEQUENCES, axis=1) for _, w in data] * len(part), axis=1)
    outside[-1 if config.loss_on == "last" else slice(None)] = asked
    stack.backward(outside, {}, inputs=False)
    shape = (config.seq_len, len(part), len(data), SEQUENCES)
    total = stack.parts["l0"].backward.total
    norms = {state: typical(lengths(gradient).reshape(shape)) for state, gradient in total.items()}
    return norms, kept(stack, plan.cell, shape)


def lengths(gradient: Array) -> Array:
    """(T, H, N) -> (T, N). Scaled first: the square of 1e-200 is zero."""
    with np.errstate(all="ignore"):
        scale = np.abs(gradient).max(axis=1)
        safe = np.where((scale > 0) & np.isfinite(scale), scale, 1)
        found: Array = np.sqrt(np.square(gradient / safe[:, None]).sum(1)) * safe
    return found


def typical(values: Array) -> Array:
    """(T, K, S, B) -> (K, S, T), the root mean square over the sequences."""
    with np.errstate(all="ignore"):
        scale = values.max(axis=-1, keepdims=True)
        safe = np.where((scale > 0) & np.isfinite(scale), scale, 1)
        found: Array = np.sqrt(np.square(values / safe).mean(-1)) * safe[..., 0]
    return found.transpose(1, 2, 0)


def kept(stack: Stack, cell: Cell, shape: tuple[int, ...]) -> Array | None:
    """Mean over steps, units and sequences of the factor on the old memory, (K, S)."""
    if cell.anatomy.keeper is None:
        return None
    factor = np.asarray(cell.anatomy.keeper.of(vars(stack.parts["l0"].forward.views)))
    mean: Array = factor.mean(axis=1).reshape(shape).mean(axis=(0, 3))
    return mean
