"""Recurrent networks, seen through: every state, gate and gradient of a real training, exactly.

Reading order: ``cells`` (the equations), ``engine`` (one pass forward and back through time), ``network``, ``trace``
(what is recorded), ``recording``, ``training``, ``watching``.
"""

from importlib import import_module
from typing import Any

# Where each public name lives. torch takes a second to import, so nothing is imported before it is asked for.
PUBLIC = {
    "CELLS": "cells",
    "History": "trace",
    "LayerTrace": "trace",
    "Network": "network",
    "Recurrent": "recurrent",
    "Settings": "training",
    "Trace": "trace",
    "Training": "training",
    "clip": "training",
    "record": "recording",
    "replace": "replacement",
    "train": "training",
    "watch": "watching",
}

__all__ = list(PUBLIC)


def __getattr__(name: str) -> Any:
    if name not in PUBLIC:
        raise AttributeError(f"rnnviz has no {name!r}; it has {', '.join(PUBLIC)}.")
    return getattr(import_module(f"rnnviz.{PUBLIC[name]}"), name)
