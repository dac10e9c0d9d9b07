"""One pass forward and back through many networks side by side: how long the gradient is at each step.

A cell with two states, h and c, hands both to the next step: what is left of an error is the length of the gradient of
(h, c) together, ∂L/∂h_t and ∂L/∂c_t at fixed h_t, in which no path counts twice. h and c weigh alike by convention.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rnnviz.cells.cell import Array, Cell
from rnnviz.engine.forward import Columns
from rnnviz.engine.plan import Plan
from rnnviz.engine.stack import Stack
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.experiments.networks import INPUTS, SEQUENCES

ROOM = 200_000
"""Numbers of one step's pre-activations over time, at the most, in one chunk: bounds the memory of a run."""


@dataclass(frozen=True, eq=False)
class Passes:
    """What a family did on the way back. K values of the setting, S seeds, T steps."""

    norms: dict[str, Array]  # (K, S, T) by state: length of ∂L/∂state_t; the whole state's last, under "h" or "hc"
    arriving: Array  # (K, S, T) what of the whole state's gradient comes from later steps
    kept: Array | None  # (K, S) mean over the pass of the gate that keeps the memory; None: the cell has none

    @property
    def whole(self) -> Array:
        """(K, S, T): of all states together."""
        return list(self.norms.values())[-1]


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
    chunks = [measure(config, plan, chunk, signals) for chunk in in_chunks(members, config, cell)]
    return in_a_row(chunks)


def in_a_row(pieces: list[Passes]) -> Passes:
    """Neighbours of one family, one behind the other."""
    kept = [piece.kept for piece in pieces if piece.kept is not None]
    return Passes(
        {state: np.concatenate([piece.norms[state] for piece in pieces]) for state in pieces[0].norms},
        np.concatenate([piece.arriving for piece in pieces]),
        np.concatenate(kept) if kept else None,
    )


def share_left(passes: Passes) -> Array:
    """(K, S): the length at the first step, as a share of that at the last, of the whole state."""
    norms = passes.whole
    with np.errstate(divide="ignore", invalid="ignore"):
        shares: Array = norms[..., 0] / norms[..., -1]
    return shares


def in_chunks(
    members: list[list[dict[str, Array]]], config: GradientConfig, cell: Cell
) -> Iterator[list[list[dict[str, Array]]]]:
    """As many members at a time as there is room for."""
    each = len(members[0]) * SEQUENCES * config.seq_len * config.hidden_size * len(cell.blocks)
    size = max(1, ROOM // each)
    for start in range(0, len(members), size):
        yield members[start : start + size]


def measure(
    config: GradientConfig, plan: Plan, chunk: list[list[dict[str, Array]]], data: list[tuple[Array, Array]]
) -> Passes:
    """One chunk."""
    flat = [weights for seeds in chunk for weights in seeds]
    columns = Columns(config.seq_len, SEQUENCES, len(flat), np.dtype(np.float64))
    stack = Stack(plan, columns)
    stacked = {name: np.stack([weights[name] for weights in flat]) for name in flat[0]}
    x = np.concatenate([x for x, _ in data] * len(chunk), axis=2)
    stack.bind({"l0": stacked})
    h = stack.forward(x, {})
    outside = np.zeros_like(h)
    errors = np.concatenate([np.repeat(w[:, None], SEQUENCES, axis=1) for _, w in data] * len(chunk), axis=1)
    outside[-1 if config.loss_on == "last" else slice(None)] = errors
    stack.backward(outside, {}, inputs=False)
    shape = (config.seq_len, len(chunk), len(data), SEQUENCES)
    backward, cell = stack.parts["l0"].backward, plan.cell
    total, later = backward.total, {state: carried[1:] for state, carried in backward.carried.items()}
    gradients = {state: total[state] for state in cell.states}
    gradients["".join(cell.states)] = np.concatenate([total["h"], *(later[s] for s in cell.states if s != "h")], axis=1)
    norms = {name: over_sequences(lengths(gradient).reshape(shape)) for name, gradient in gradients.items()}
    arriving = lengths(np.concatenate([later[state] for state in cell.states], axis=1))
    return Passes(norms, over_sequences(arriving.reshape(shape)), kept(stack, cell, shape))


def lengths(gradient: Array) -> Array:
    """(T, H, N) -> (T, N). Scaled first: the square of 1e-200 is zero."""
    with np.errstate(all="ignore"):
        scale = np.abs(gradient).max(axis=1)
        safe = np.where((scale > 0) & np.isfinite(scale), scale, 1)
        norms: Array = np.sqrt(np.square(gradient / safe[:, None]).sum(1)) * safe
    return norms


def over_sequences(values: Array) -> Array:
    """(T, K, S, B) -> (K, S, T), the root mean square over the sequences."""
    with np.errstate(all="ignore"):
        scale = values.max(axis=-1, keepdims=True)
        safe = np.where((scale > 0) & np.isfinite(scale), scale, 1)
        means: Array = np.sqrt(np.square(values / safe).mean(-1)) * safe[..., 0]
    return means.transpose(1, 2, 0)


def kept(stack: Stack, cell: Cell, shape: tuple[int, ...]) -> Array | None:
    """Mean over steps, units and sequences of the factor on the old memory, (K, S)."""
    if cell.anatomy.keeper is None:
        return None
    factor = np.asarray(cell.anatomy.keeper.of(vars(stack.parts["l0"].forward.views)))
    mean: Array = factor.mean(axis=1).reshape(shape).mean(axis=(0, 3))
    return mean
