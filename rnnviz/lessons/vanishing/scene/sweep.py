"""A family of networks as a film: the length of the gradient at every step, for every value of one control."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from rnnviz.cells import CELLS
from rnnviz.cells.cell import Array
from rnnviz.lessons.vanishing.experiments.flow import Flow
from rnnviz.lessons.vanishing.experiments.passes import Passes
from rnnviz.stage.pack import pack

SYMBOLS = {
    "rho": "ρ",
    "bias": "b",
    "trained": "u",
    "seq_len": "T",
    "inputs": "strength",
    "activation": "φ",
    "initial": "W_hh",
}
LOWEST, HIGHEST = -16, 9
"""The chart's axis, decades: what leaves it is too small to change a weight, or too large to be of use."""
ZERO = -300.0
"""Stands for the logarithm of a gradient that is exactly zero."""


def sweep(flow: Flow, at: float | str, *, looks: Mapping[str, tuple[str, str]], main: bool) -> bytes:
    """Pack a family for the scene ``sweep``.

    Args:
        flow: the family.
        at: the control's value shown first.
        looks: by cell, the colour and the dashes of its lines, in CSS.
        main: the page's keys are this scene's, even when it has no focus, and it offers other settings to drag.
    """
    logs = {line: logarithms(flow.passes[line[0]].norms[line[1]]) for line in lines(flow)}
    stacked = np.stack(list(logs.values()), axis=1)  # K, lines, S, T
    carried = [carried_back(flow, passes) for passes in flow.passes.values()]
    arrays = {
        "carried": np.stack(carried, axis=1),
        "log": stacked[:, :, 0],
        "low": stacked.min(axis=2),
        "high": stacked.max(axis=2),
        "laws": np.array([np.log10(law.factors) for law in flow.laws]).reshape(-1, len(flow.values)),
    }
    offered = flow.config.settings()["dial"].titles if main else {}  # type: ignore[attr-defined]
    return pack(header(flow, looks) | axis(stacked) | {"at": at, "keys": main, "dials": offered}, arrays)


def carried_back(flow: Flow, passes: Passes) -> Array:
    """(K, T) of the chosen seed: logarithms of what each arrow carries into a step, the last one's from its loss."""
    if flow.config.loss_on == "last":
        return logarithms(passes.whole[:, 0])
    return logarithms(np.concatenate([passes.arriving[:, 0, :-1], passes.whole[:, 0, -1:]], axis=1))


def lines(flow: Flow) -> Iterator[tuple[str, str]]:
    """Every curve: a cell and one of its states, or all of them together, which comes last."""
    for cell, passes in flow.passes.items():
        yield from ((cell, state) for state in passes.norms)


def header(flow: Flow, looks: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """What is not numbers by the step."""
    config, drawn = flow.config, list(lines(flow))
    return {
        "T": config.seq_len,
        "setting": flow.setting,
        "symbol": SYMBOLS[flow.setting],
        "label": config.settings()[flow.setting].label,
        "values": flow.values,
        "names": [named(flow, value) for value in flow.values],
        "marks": marks(flow),
        "notes": flow.notes or [""] * len(flow.values),
        "lengths": flow.lengths or [config.seq_len] * len(flow.values),
        "held": held(flow),
        "single": config.loss_on == "last",
        "seeds": seeds_of(flow),
        "spoken": drawn.index((spoken(flow), whole_state(flow, spoken(flow)))),
        "lines": [
            {
                "name": f"{cell}.{state}",
                "cell": cell,
                "state": state,
                "of": state if len(state) == 1 else f"({', '.join(state)})",
                "whole": state == whole_state(flow, cell),
                "title": title(flow, cell),
                "hue": looks[cell][0],
                "dash": looks[cell][1],
            }
            for cell, state in drawn
        ],
        "laws": [{"name": law.name, "text": law.text, "line": drawn.index((law.cell, law.state))} for law in flow.laws],
    }


def whole_state(flow: Flow, cell: str) -> str:
    """The name of all states of a cell together."""
    return list(flow.passes[cell].norms)[-1]


def named(flow: Flow, value: float | str) -> str:
    """A value as the reader knows it."""
    titles = getattr(flow.config.settings()[flow.setting], "titles", {})
    return str(titles.get(value, value)) if isinstance(value, str) else f"{value:g}".replace("-", "−")


def marks(flow: Flow) -> list[dict[str, Any]]:
    """What is written under the control, and where: a place from 0 to K - 1."""
    if flow.marks:
        places = np.interp([value for value, _ in flow.marks], flow.values, range(len(flow.values)))  # type: ignore[arg-type]
        return [{"at": at, "text": text} for at, (_, text) in zip(places.tolist(), flow.marks, strict=True)]
    every = max(1, (len(flow.values) - 1) // 5)
    return [{"at": k, "text": named(flow, flow.values[k])} for k in range(0, len(flow.values), every)]


def title(flow: Flow, cell: str) -> str:
    """The cell, and the Elman RNN's activation."""
    named = flow.config.settings()["activation"].titles  # type: ignore[attr-defined]
    return (
        f"{CELLS[cell].title} ({named[flow.config.activation]})"
        if cell == "elman" and flow.setting != "activation"
        else CELLS[cell].title
    )


def held(flow: Flow) -> str:
    """What is the same in all these networks."""
    config, seeds = flow.config, seeds_of(flow)
    fixed = {"seed": f"seed {config.seed}", "seq_len": f"T = {config.seq_len}", "rho": f"ρ = {config.rho:g}"}
    fixed |= {"hidden_size": f"{config.hidden_size} hidden units in every cell", "inputs": "the same inputs"}
    moved = {flow.setting} | ({"rho"} if flow.setting == "trained" or flow.marks else set())
    same = ", ".join(text for name, text in fixed.items() if name not in moved)
    band = f"; band: {seeds} seeds, lowest to highest" if seeds > 1 else ""
    error = "the same error of length 1" + ("" if config.loss_on == "last" else " at every step")
    return f"Held constant: {same}, {error}. Line: the chosen seed{band}."


def reached(flow: Flow) -> str:
    """The part of a family that is there, in a few words."""
    return f"{SYMBOLS[flow.setting]} = {named(flow, flow.values[0])} to {named(flow, flow.values[-1])}"


def seeds_of(flow: Flow) -> int:
    """S: how many seeds every line is the first of."""
    return int(next(iter(flow.passes.values())).norms["h"].shape[1])


def spoken(flow: Flow) -> str:
    """The cell that the sentence above the picture is about: one that the control changes."""
    kept = [name for name in flow.passes if CELLS[name].anatomy.keeper]
    return kept[0] if flow.setting == "bias" and kept else next(iter(flow.passes))


def axis(logs: Array) -> dict[str, int]:
    """The chart's range, the same for the whole family: a place on it means the same number throughout."""
    seen = logs[(logs > ZERO) & np.isfinite(logs)]
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (-1.0, 1.0)
    return {"floor": max(LOWEST, min(-4, int(np.floor(low)))), "ceiling": min(HIGHEST, max(1, int(np.ceil(high))))}


def logarithms(norms: Array) -> Array:
    """log10, with a number of its own for exactly zero; what overflowed stands at the far end."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log10(norms)
    return np.nan_to_num(logs, nan=-ZERO, posinf=-ZERO, neginf=ZERO)
