"""Recurrent networks, seen through: every state, gate and gradient of a real training, exactly.

Reading order: ``cells`` (the equations), ``engine`` (one pass forward and back through time), ``models`` (torch
modules), ``records`` (what is recorded, and how), ``training``, ``tasks``; and what can be asked of a pass:
``analysis``.
"""

from importlib import import_module
from typing import Any

# Where each public name lives. torch takes a second to import, so nothing is imported before it is asked for.
PUBLIC = {
    "CELLS": "cells",
    "History": "records.trace",
    "LayerTrace": "records.trace",
    "Network": "models.network",
    "Recurrent": "models.recurrent",
    "Settings": "training.settings",
    "Trace": "records.trace",
    "Training": "training.train",
    "clip": "training.clip",
    "influence": "analysis.pairs",
    "jacobians": "analysis.jacobians",
    "load": "records.storage",
    "pairs": "analysis.pairs",
    "record": "records.recording",
    "record_family": "training.family",
    "replace": "models.replacement",
    "rows": "records.tidy",
    "save": "records.storage",
    "train": "training.train",
    "train_family": "training.family",
    "truncate": "analysis.truncation_error",
    "watch": "records.watching",
}

__all__ = list(PUBLIC)


def __getattr__(name: str) -> Any:
    if name not in PUBLIC:
        raise AttributeError(f"rnnviz has no {name!r}; it has {', '.join(PUBLIC)}.")
    return getattr(import_module(f"rnnviz.{PUBLIC[name]}"), name)
