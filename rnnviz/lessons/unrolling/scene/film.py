"""A training of a small network as a film: all that the stage draws, for every snapshot, in one block of bytes."""

from collections.abc import Mapping
from statistics import median_low
from typing import Any

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.lessons.unrolling.experiment import Unrolling, own_errors, probabilities
from rnnviz.stage.cell_header import describe
from rnnviz.stage.pack import pack


def film(run: Unrolling, *, update: int, opened: int, turn: int = 0) -> bytes:
    """Pack a run for the stage.

    Args:
        run: the training with its snapshots.
        update: updates of training shown first; the snapshot nearest to it is taken.
        opened: step whose cell is open at first, 1 to T; 0 opens none.
        turn: counts up when a stage that already shows the run is to look there again.
    """
    header = _header(run) | {"update": update, "opened": opened, "turn": turn}
    return pack(header, _arrays(run))


def _header(run: Unrolling) -> dict[str, Any]:
    task, reach = run.task, _reach(run)
    limits = {state: max(1.0, median_low(largest)) for state, largest in reach.items()}
    return {
        "T": task.seq_len,
        "H": run.config.hidden_size,
        "alphabet": task.alphabet,
        "inputs": task.inputs,
        "targets": task.targets,
        "baseline": task.baseline,
        "updates": run.updates,
        "losses": [loss if np.isfinite(loss) else None for loss in run.losses.tolist()],
        "stopped": run.blew_up_at,
        "cell": describe(run.cell),
        "limits": limits,
        "beyond": {state: max(reach[state]) > limit for state, limit in limits.items()},
    }


def _reach(run: Unrolling) -> dict[str, list[float]]:
    """The largest value of each state, in every snapshot.

    Their median gets full colour: one scale for the film, so that a colour means the same number in every snapshot,
    and one that a few exploded snapshots do not spoil.
    """
    states = run.layer.states
    return {state: [_largest(passes) for passes in states[state].swapaxes(0, 1)] for state in states}


def _largest(values: Array) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0.0))


def _arrays(run: Unrolling) -> Mapping[str, Array]:
    """All snapshots; arrays (S, T, ·), and the weights."""
    layer = run.layer
    groups = {"states": layer.states, "gates": layer.gates, "grads": layer.grads, "carried": layer.carried}
    values = {f"{group}.{name}": a.swapaxes(0, 1) for group, arrays in groups.items() for name, a in arrays.items()}
    cell_weights = {
        f"weights.{name.removeprefix('rnn.').removesuffix('_l0')}": w
        for name, w in run.weights.items()
        if name.startswith("rnn.")
    }
    return values | cell_weights | {"own": own_errors(run), "probabilities": probabilities(run)}
