"""The run a visitor meets first, made before: ``python -m rnnviz.lessons.clipping.recorded`` makes it anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.pair import Frame, State, Terms, Theatre
from rnnviz.lessons.clipping.experiments.pair_training import rehearse

FILE = Path(__file__).with_name("recorded.npz")
CURVES = ("losses", "accuracies", "norms", "clipped", "cosines")
STANDS = ("weights", "x", "targets")


def save(run: Theatre, file: Path = FILE) -> None:
    """Write a run; the states as bytes, everything else as it is."""
    frames: dict[str, Any] = {name: np.stack([getattr(frame, name) for frame in run.frames]) for name in Frame._fields}
    frames["hidden"] = np.round(np.nan_to_num(frames["hidden"]).clip(-1, 1) * 127).astype(np.int8)  # as colours show
    frames |= {name: frames[name].astype(np.float32) for name in ("reach", "saturated", "stretch", "length")}
    notes = {
        "config": run.config.to_query(),
        "symbols": run.symbols,
        "answer": run.answer,
        "terms": run.terms,
        "generator": run.state.generator,
        "baseline": run.baseline,
        "chance": run.chance,
    }
    curves: dict[str, Any] = {name: getattr(run, name) for name in CURVES}
    stands = {name: getattr(run.state, name) for name in STANDS}
    np.savez_compressed(file, notes=np.array(json.dumps(notes)), **curves, **frames, **stands)


def load(file: Path = FILE) -> Theatre:
    """Read it back."""
    with np.load(file, allow_pickle=False) as stored:
        arrays = dict(stored)
    notes = json.loads(str(arrays["notes"]))
    arrays["hidden"] = arrays["hidden"].astype(np.float32) / 127
    columns = zip(*(arrays[name] for name in Frame._fields), strict=True)
    return Theatre(
        config=ClippingConfig.from_query(notes["config"])[0],
        symbols=tuple(notes["symbols"]),
        answer=notes["answer"],
        **{name: arrays[name] for name in CURVES},
        frames=[Frame(int(update), *rest) for update, *rest in columns],
        terms=[Terms(*terms) for terms in notes["terms"]],
        state=State(**{name: arrays[name] for name in STANDS}, generator=notes["generator"]),
        baseline=notes["baseline"],
        chance=notes["chance"],
    )


if __name__ == "__main__":
    save(rehearse(ClippingConfig()))
