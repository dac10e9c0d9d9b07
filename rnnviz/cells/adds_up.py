"""Does a cell do what it says of itself? The screen adds up a cell's sums from its blocks and its anatomy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace

import numpy as np

from rnnviz.cells.activations import ACTIVATIONS
from rnnviz.cells.anatomy import Anatomy
from rnnviz.cells.cell import Array, Block, Cell

UNITS, SEQUENCES = 5, 7  # of the one step that is tried
EXACT = 1e-9  # rounding is far below, a wrong sign or gate far above


def check(cell: Cell) -> None:
    """Try one step on random numbers, and compare every block and state with what the screen would say of it.

    Raises:
        ValueError: if the cell's blocks or its anatomy name what there is not, or do not add up to what it computes.
    """
    for role, name in missing(cell):
        raise ValueError(f"{cell.title} has no {name!r}, which it names as {role}.")
    arrays = one_step(cell, np.random.default_rng(0))
    asked = {block.symbol: arrays[f"a_{block.symbol}"].copy() for block in cell.blocks}
    cell.step(SimpleNamespace(**arrays))
    said = {block.symbol: activated(block, asked[block.symbol], arrays) for block in cell.blocks}
    for name, value in {**said, **states(cell.anatomy, arrays)}.items():
        off = np.abs(arrays[name] - value).max()
        if not off < EXACT:
            raise ValueError(
                f"{cell.title} computes another {name} than its blocks and its anatomy say, off by {off:.2g}. Correct "
                "them; or say adds_up=False, if its memory is no sum of what is kept and what is written."
            )


def kept(anatomy: Anatomy, arrays: Mapping[str, Array]) -> Array | float:
    """What is left of the memory before the step."""
    return 0.0 if anatomy.keep is None else anatomy.keep.of(arrays) * arrays[f"{anatomy.memory}_prev"]


def written(anatomy: Anatomy, arrays: Mapping[str, Array]) -> Array:
    """What the candidate adds to it."""
    return anatomy.write.of(arrays) * arrays[anatomy.new]


def states(anatomy: Anatomy, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The states that the screen adds up or reveals, by name."""
    by_name = {anatomy.memory: kept(anatomy, arrays) + written(anatomy, arrays)} if anatomy.adds_up else {}
    if anatomy.reveal:
        by_name["h"] = anatomy.reveal.of(arrays) * squashed(anatomy.squash, arrays[anatomy.memory])
    return by_name


def activated(block: Block, a: Array, arrays: Mapping[str, Array]) -> Array:
    """A block's activation: its weighted sum, what its reset gate lets in and its peephole shows, squashed."""
    if block.reset:
        a = a + arrays[block.reset] * arrays[f"u_{block.symbol}"]
    if block.peephole:
        a = a + arrays[block.peephole] * arrays[block.sees]
    return squashed(block.activation, a)


def squashed(activation: str, a: Array) -> Array:
    """The activation of each number, in a new array."""
    out = np.empty_like(a)
    ACTIVATIONS[activation](a, out)
    return out


def missing(cell: Cell) -> Iterator[tuple[str, str]]:
    """What a cell names and does not have: its role, and the name."""
    known = {block.symbol for block in cell.blocks}
    known |= {*cell.states, *(f"{state}_prev" for state in cell.states), *ACTIVATIONS}
    return ((role, name) for role, name in named(cell) if name not in known)


def named(cell: Cell) -> Iterator[tuple[str, str]]:
    """Roles, and what plays them."""
    anatomy = cell.anatomy
    yield from (
        ("its memory", anatomy.memory),
        ("its candidate", anatomy.new),
        ("a squashing function", anatomy.squash),
    )
    factors = {"what is kept": anatomy.keep, "what is written": anatomy.write, "what is revealed": anatomy.reveal}
    yield from ((role, gate) for role, f in factors.items() if f for gate in (f.gate, *f.among) if gate)
    for block in cell.blocks:
        yield "a squashing function", block.activation
        yield "what a peephole sees", block.sees if block.peephole else anatomy.memory
        yield "a reset gate", block.reset or block.symbol


def one_step(cell: Cell, generator: np.random.Generator) -> dict[str, Array]:
    """Every array that a step may name, (H, N): random where it reads, NaN where it has to write first."""

    def drawn(blocks: int = 1) -> Array:
        return generator.standard_normal((blocks * UNITS, SEQUENCES))

    arrays: dict[str, Array] = {}
    for group in cell.rows:
        for prefix, rows in (("a_", drawn(len(group))), ("", drawn(len(group)) * np.nan)):
            parts = np.split(rows, len(group))  # views
            arrays |= {f"{prefix}{group}": rows} | {f"{prefix}{s}": part for s, part in zip(group, parts, strict=True)}
    arrays |= {f"u_{block.symbol}": drawn() for block in cell.blocks if block.reset}
    arrays |= {block.peephole: drawn() for block in cell.blocks if block.peephole}
    arrays |= {f"{state}_prev": drawn() for state in cell.states}
    return arrays | {name: drawn() * np.nan for name in (*cell.states, *cell.kept, "scratch")}
