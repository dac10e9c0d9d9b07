"""The way back, for the whole range of any one setting: whichever the visitor wants to drag."""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from rnnviz.cells.activations import STEEPEST
from rnnviz.cells.cell import Array
from rnnviz.lessons.vanishing.config import BIASES, RADII, GradientConfig
from rnnviz.lessons.vanishing.experiments.flow import Flow, Law
from rnnviz.lessons.vanishing.experiments.networks import SEEDS, at_radius, cell_of, data, over_biases, weights
from rnnviz.lessons.vanishing.experiments.passes import Passes, go_back, in_a_row
from rnnviz.lessons.vanishing.experiments.pieces import by_pieces
from rnnviz.lessons.vanishing.experiments.radii import over_radii
from rnnviz.work.slices import Work

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
        config = replace(config, seq_len=LENGTHS[-1], loss_on="last")
    return by_pieces(partial(unmeasured, config), partial(MEASURES[config.dial], config))


def unmeasured(config: GradientConfig) -> Flow:
    """The family without its passes."""
    values = RANGES[config.dial]
    return Flow(config, config.dial, values, {}, bounds(config), lengths=values if config.dial == "seq_len" else ())


def versions(config: GradientConfig) -> list[GradientConfig]:
    """The settings of each place of the control."""
    return [replace(config, **{config.dial: value}) for value in RANGES[config.dial]]


def one_by_one(config: GradientConfig, name: str, places: range) -> Passes:
    """Networks that differ in their cell or in what they read: a pass for each."""
    by_place = []
    for version in versions(config)[places.start : places.stop]:
        seeds = [weights(at_radius(version, name, config.seed + s)) for s in range(SEEDS)]
        by_place.append(go_back(version, cell_of(version, name), [seeds], data(version)))
    return in_a_row(by_place)


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


def by_length(config: GradientConfig, name: str, places: range) -> Passes:
    """Networks that read sequences of other lengths, a pass for each. Past its end a sequence has no gradient: zero."""
    passes = [one_by_one(config, name, range(k, k + 1)) for k in places]
    return in_a_row(
        [
            replace(one, norms={s: padded(n) for s, n in one.norms.items()}, arriving=padded(one.arriving))
            for one in passes
        ]
    )


def padded(lengths: Array) -> Array:
    """(1, S, T) with zeros up to the longest sequence."""
    return np.pad(lengths, ((0, 0), (0, 0), (0, LENGTHS[-1] - lengths.shape[2])))


MEASURES = {
    "bias": by_bias,
    "inputs": one_by_one,
    "activation": one_by_one,
    "initial": by_weights,
    "seq_len": by_length,
}


def bounds(config: GradientConfig) -> tuple[Law, ...]:
    """(σ_max γ) of the Elman RNN at each place of the control."""
    if "elman" not in config.cells or config.loss_on != "last":
        return ()
    modules = [(version, at_radius(version, "elman", config.seed)) for version in versions(config)]
    largest = [float(np.linalg.norm(weights(m)["weight_hh"], 2)) * STEEPEST[v.activation] for v, m in modules]
    return (Law("bound", "elman", "h", "at most (σₘₐₓ γ)ᵀ⁻ᵗ", np.array(largest)),)
