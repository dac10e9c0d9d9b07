"""The way back, for the whole range of any one setting: whichever the visitor wants to drag."""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch

from rnnviz.cells.cell import Array
from rnnviz.config import BIASES, RADII, GradientConfig
from rnnviz.engine.threads import one_thread
from rnnviz.experiments.family import (
    SEEDS,
    Passes,
    Progress,
    cell_of,
    data,
    go_back,
    network,
    over_biases,
    share_of,
    signals,
    silent,
    weights,
)
from rnnviz.experiments.flow import Flow, Law
from rnnviz.experiments.gradient_flow import gradient_flow
from rnnviz.experiments.jacobians import STEEPEST
from rnnviz.pairing import pairs
from rnnviz.recurrent import Recurrent

LENGTHS = (2, *range(5, 101, 5))
RANGES: dict[str, tuple[Any, ...]] = {
    "rho": RADII,
    "seq_len": LENGTHS,
    "bias": BIASES,
    "inputs": GradientConfig.settings()["inputs"].rungs,  # type: ignore[attr-defined]
    "activation": tuple(GradientConfig.settings()["activation"].titles),  # type: ignore[attr-defined]
    "initial": tuple(GradientConfig.settings()["initial"].titles),  # type: ignore[attr-defined]
}


def dials(config: GradientConfig, progress: Progress = silent) -> Flow:
    """Go back through every network of the family that ``config.dial`` ranges over; all else is as configured."""
    if config.dial == "rho":
        return gradient_flow(config, progress)
    with one_thread():
        passes = {
            name: FAMILIES[config.dial](config, name, share_of(progress, done, len(config.cells)))
            for done, name in enumerate(config.cells)
        }
        lengths = LENGTHS if config.dial == "seq_len" else ()
        longest = replace(config, seq_len=LENGTHS[-1]) if lengths else config
        return Flow(longest, config.dial, RANGES[config.dial], passes, bounds(config), lengths=lengths)


def versions(config: GradientConfig) -> list[GradientConfig]:
    """The settings of each place of the control."""
    return [replace(config, **{config.dial: value}) for value in RANGES[config.dial]]


def member(config: GradientConfig, name: str, seed: int) -> Recurrent:
    """One network, at the configured spectral radius."""
    module = network(config, cell_of(config, name), seed)
    with torch.no_grad():
        for parameter, weight in module.named_parameters():
            if parameter.startswith("weight_hh"):
                weight.mul_(config.rho)
    return module


def one_by_one(config: GradientConfig, name: str, progress: Progress) -> Passes:
    """Networks that differ in their cell or in what they read: a pass for each."""
    places = versions(config)
    found = []
    for done, version in enumerate(places):
        seeds = [weights(member(version, name, config.seed + s)) for s in range(SEEDS)]
        found.append(go_back(version, cell_of(version, name), [seeds], data(version)).norms)
        progress((done + 1) / len(places))
    return Passes({state: np.concatenate([norms[state] for norms in found]) for state in found[0]}, None)


def by_weights(config: GradientConfig, name: str, progress: Progress) -> Passes:
    """Networks of one cell that read the same: all in one pass."""
    seeds = range(config.seed, config.seed + SEEDS)
    members = [[weights(member(version, name, seed)) for seed in seeds] for version in versions(config)]
    return go_back(config, cell_of(config, name), members, data(config), progress)


def by_bias(config: GradientConfig, name: str, progress: Progress) -> Passes:
    """The same, for the bias of the gate that keeps the memory."""
    modules = [member(config, name, config.seed + s) for s in range(SEEDS)]
    return go_back(config, cell_of(config, name), over_biases(modules), data(config), progress)


def by_length(config: GradientConfig, name: str, progress: Progress) -> Passes:
    """Sequences of 2 to 100 steps: the first k steps, with the loss on step k, are a row of the matrix of all pairs.

    Past its end a sequence has no gradient: zero.
    """
    longest = replace(config, seq_len=LENGTHS[-1], loss_on="last")
    found: dict[str, list[Array]] = {}
    for s in range(SEEDS):
        x, direction = signals(longest, config.seed + s)
        inputs = torch.tensor(x).permute(0, 2, 1).contiguous()
        error = partial(torch.matmul, other=torch.tensor(direction))
        by_state = pairs(member(longest, name, config.seed + s), inputs, error)["l0"]
        for state, lengths in by_state.items():
            found.setdefault(state, []).append(np.sqrt((lengths[[k - 1 for k in LENGTHS]] ** 2).mean(-1)))
        progress((s + 1) / SEEDS)
    return Passes({state: np.stack(rows, axis=1) for state, rows in found.items()}, None)


FAMILIES = {
    "seq_len": by_length,
    "bias": by_bias,
    "inputs": one_by_one,
    "activation": one_by_one,
    "initial": by_weights,
}


def bounds(config: GradientConfig) -> tuple[Law, ...]:
    """(σ_max γ) of the Elman RNN at each place of the control."""
    if "elman" not in config.cells or config.loss_on != "last":
        return ()
    modules = [(version, member(version, "elman", config.seed)) for version in versions(config)]
    largest = [float(np.linalg.norm(weights(m)["weight_hh"], 2)) * STEEPEST[v.activation] for v, m in modules]
    return (Law("bound", "elman", "h", "at most (σₘₐₓ γ)ᵀ⁻ᵗ", np.array(largest)),)
