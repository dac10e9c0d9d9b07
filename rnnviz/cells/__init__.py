"""Recurrent cells, one file each: pointwise maths and its derivative. A new file here is a new cell everywhere."""

from __future__ import annotations

from importlib import import_module
from inspect import isabstract
from pkgutil import iter_modules

from rnnviz.cells.adds_up import check
from rnnviz.cells.anatomy import Anatomy, Factor
from rnnviz.cells.cell import Block, Cell

__all__ = ["CELLS", "Anatomy", "Block", "Cell", "Factor"]

FIRST = ("elman", "lstm", "gru")  # the order in which they are taught; the others follow by name


def discover() -> dict[str, type[Cell]]:
    """Every cell of this folder by name. A file that does not import, or says what is not so, fails here, loudly."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    cells = {
        cell.name: cell
        for module in modules
        for cell in vars(module).values()
        if isinstance(cell, type) and issubclass(cell, Cell) and not isabstract(cell)
    }
    for cell in cells.values():
        check(cell())
    return {name: cells[name] for name in [*FIRST, *sorted(cells.keys() - set(FIRST))]}


CELLS = discover()
