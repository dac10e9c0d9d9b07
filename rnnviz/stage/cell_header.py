"""What a scene's header says of a cell, so that its inside can be drawn and its sums spelled out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rnnviz.cells.anatomy import Anatomy, Factor
from rnnviz.cells.cell import Block, Cell
from rnnviz.stage.mathml import mathml


def describe(cell: Cell) -> dict[str, Any]:
    """What the stage must know of a cell: nothing here is written for one cell, and nothing is left to be parsed."""
    return {
        "title": cell.title,
        "states": cell.states,
        "blocks": [block_header(block) for block in cell.blocks],
        "anatomy": anatomy_header(cell.anatomy),
        "equations": [mathml(tex) for tex in (*(block.tex for block in cell.blocks), *cell.update)],
    }


def block_header(block: Block) -> dict[str, Any]:
    """A gate or candidate. A peephole ``sees`` a state, a step ``ago`` (1) or now (0)."""
    named = ("symbol", "name", "activation", "reads_h", "reset", "peephole")
    sees = {"state": block.sees.removesuffix("_prev"), "ago": int(block.sees.endswith("_prev"))}
    return {name: getattr(block, name) for name in named} | {"sees": sees}


def anatomy_header(anatomy: Anatomy) -> dict[str, Any]:
    """What makes the memory, and what reveals it."""
    factors = {name: factor_header(getattr(anatomy, name)) for name in ("keep", "write", "reveal")}
    return {name: getattr(anatomy, name) for name in ("memory", "new", "squash", "adds_up")} | factors


def factor_header(factor: Factor | None) -> dict[str, Any] | None:
    """A factor, and what is done to its gate on the way to a × sign."""
    if factor is None:
        return None
    sign = "1 −" if factor.complement else factor.divisor.replace("/", "÷").strip()
    return asdict(factor) | {"sign": sign}
