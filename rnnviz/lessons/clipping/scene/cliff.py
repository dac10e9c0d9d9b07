"""The one-unit network's error surface, packed for the scene in which a ball is dropped on it."""

from __future__ import annotations

import numpy as np

from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments import cliff as experiment
from rnnviz.stage.pack import pack


def cliff(config: ClippingConfig) -> bytes:
    """Pack the surface; the ball's way is found in the browser, so that a drag needs no server."""
    error = experiment.surface()[2]
    settings = config.settings()
    header = {
        "w": experiment.W,
        "b": experiment.B,
        "start": experiment.START,
        "steps": experiment.STEPS,
        "target": experiment.TARGET,
        "paces": experiment.PACES,
        "beyond": experiment.BEYOND,
        "grain": experiment.GRAIN,
        "ball": {"w": config.w, "b": config.b, "pace": config.pace, "bound": config.bound},
        "rungs": {name: getattr(settings[name], "rungs", ()) for name in ("pace", "bound")},
        "highest": float(error.max()),
    }
    ends = [(w, *fold) for w in np.linspace(*experiment.W, 81) if (fold := experiment.folds(float(w)))]
    return pack(header, {"error": error.astype(np.float32), "folds": np.array(ends, np.float32)})
