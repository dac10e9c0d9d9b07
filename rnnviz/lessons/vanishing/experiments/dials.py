"""The way back, for the whole range of any one setting: whichever the visitor wants to drag."""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch

from rnnviz.analysis.pairs import pairs
from rnnviz.cells.activations import STEEPEST
from rnnviz.cells.cell import Array
from rnnviz.engine.threads import one_thread
from rnnviz.lessons.vanishing.config import BIASES, RADII, GradientConfig
from rnnviz.lessons.vanishing.experiments.flow import Flow, Law
from rnnviz.lessons.vanishing.experiments.networks import SEEDS, at_radius, cell_of, data, over_biases, signals, weights
from rnnviz.lessons.vanishing.experiments.passes import Passes, go_back
from rnnviz.lessons.vanishing.experiments.pieces import by_pieces
from rnnviz.lessons.vanishing.experiments.radii import over_radii
from rnnviz.work.slices import Slice, Work

LENGTHS = (2, *range(5, 101, 5))
RANGES: dict[str, tuple[Any, ...]] = {
    "rho": RADII,
    "seq_len": LENGTHS,
    "bias": BIASES,
    "inputs": GradientConfig.settings()["inputs"].rungs,  # type: ignore[attr-defined]
    "activation": tuple(GradientConfig.settings()["activation"].titles),  # type: ignore[attr-defined]
    "initial": tuple(GradientConfig.settings()["initial"].titles),  # type: ignore[attr-defined]
}


def dials(config: GradientConfig) -> Work[Any, Flow]:
    """Go back through every network of the family that ``config.dial`` ranges over; all else is as configured."""
    if config.dial == "rho":
        return over_radii(config)
    if config.dial == "seq_len":
        return over_lengths(replace(config, seq_len=LENGTHS[-1], loss_on="last"))
    return by_pieces(partial(unmeasured, config), partial(MEASURES[config.dial], config))


def unmeasured(config: GradientConfig) -> Flow:
    """The family without its passes."""
    return Flow(config, config.dial, RANGES[config.dial], {}, bounds(config))


def versions(config: GradientConfig) -> list[GradientConfig]:
    """The settings of each place of the control."""
    return [replace(config, **{config.dial: value}) for value in RANGES[config.dial]]


def one_by_one(config: GradientConfig, name: str, places: range) -> Passes:
    """Networks that differ in their cell or in what they read: a pass for each."""
    by_place = []
    for version in versions(config)[places.start : places.stop]:
        seeds = [weights(at_radius(version, name, config.seed + s)) for s in range(SEEDS)]
        by_place.append(go_back(version, cell_of(version, name), [seeds], data(version)).norms)
    return Passes({state: np.concatenate([norms[state] for norms in by_place]) for state in by_place[0]}, None)


def by_weights(config: GradientConfig, name: str, places: range) -> Passes:
    """Networks of one cell that read the same: all in one pass."""
    chosen = versions(config)[places.start : places.stop]
    seeds = range(config.seed, config.seed + SEEDS)
    members = [[weights(at_radius(version, name, seed)) for seed in seeds] for version in chosen]
    return go_back(config, cell_of(config, name), members, data(config))


def by_bias(config: GradientConfig, name: str, places: range) -> Passes:
    """Networks of one cell that differ in the bias of the gate that keeps the memory: all in one pass."""
    modules = [at_radius(config, name, config.seed + s) for s in range(SEEDS)]
    return go_back(config, cell_of(config, name), over_biases(modules, [BIASES[k] for k in places]), data(config))


MEASURES = {"bias": by_bias, "inputs": one_by_one, "activation": one_by_one, "initial": by_weights}


def over_lengths(config: GradientConfig) -> Work[Flow, Flow]:
    """Sequences of 2 to 100 steps, one seed after the other.

    The first k steps, with the loss on step k, are a row of the matrix of all pairs. Past its end a sequence has no
    gradient: zero.
    """
    return Work(partial(no_lengths, config), next_seed)


def no_lengths(config: GradientConfig) -> Flow:
    """The family of lengths without its passes."""
    return Flow(config, "seq_len", LENGTHS, {}, bounds(config), lengths=LENGTHS, share=0.0)


def next_seed(flow: Flow, _units: int | None = None) -> Slice[Flow, Flow]:
    """All lengths for one more seed."""
    seed = round(flow.share * SEEDS)
    with one_thread():
        new = {name: by_length(flow.config, name, flow.config.seed + seed) for name in flow.config.cells}
    passes = {name: with_seed(flow.passes.get(name), norms) for name, norms in new.items()}
    grown = replace(flow, passes=passes, share=(seed + 1) / SEEDS)
    return Slice(grown, grown, grown.share)


def by_length(config: GradientConfig, name: str, seed: int) -> dict[str, Array]:
    """One cell, one seed: (K, T) for each state."""
    x, direction = signals(config, seed)
    inputs = torch.tensor(x).permute(0, 2, 1).contiguous()
    error = partial(torch.matmul, other=torch.tensor(direction))
    by_state = pairs(at_radius(config, name, seed), inputs, error)["l0"]
    rows = [length - 1 for length in LENGTHS]
    return {state: np.sqrt((lengths[rows] ** 2).mean(-1)) for state, lengths in by_state.items()}


def with_seed(passes: Passes | None, norms: dict[str, Array]) -> Passes:
    """Lengths (K, S, T) by state, with those (K, T) of one more seed."""
    new = {state: lengths[:, None] for state, lengths in norms.items()}
    return Passes({s: np.concatenate([passes.norms[s], n], axis=1) if passes else n for s, n in new.items()}, None)


def bounds(config: GradientConfig) -> tuple[Law, ...]:
    """(σ_max γ) of the Elman RNN at each place of the control."""
    if "elman" not in config.cells or config.loss_on != "last":
        return ()
    modules = [(version, at_radius(version, "elman", config.seed)) for version in versions(config)]
    largest = [float(np.linalg.norm(weights(m)["weight_hh"], 2)) * STEEPEST[v.activation] for v, m in modules]
    return (Law("bound", "elman", "h", "at most (σₘₐₓ γ)ᵀ⁻ᵗ", np.array(largest)),)
