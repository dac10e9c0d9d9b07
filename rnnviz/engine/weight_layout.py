"""Where torch's weights stand in the one matrix the engine multiplies by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from rnnviz.cells.cell import Array, Cell
from rnnviz.engine.ops import Op, copied


@dataclass(frozen=True)
class LayerShape:
    """The sizes of one direction of one layer."""

    inputs: int  # I
    hidden: int  # H
    state: int  # P, the size of h: H unless the layer projects it
    bias: bool = True


@dataclass(frozen=True)
class Piece:
    """Rows of a torch weight and their place in the packed matrix."""

    weight: str  # "weight_ih"
    source: slice
    rows: slice
    columns: str  # "h", "x" or "1"


class WeightLayout:
    """One packed matrix (R, D) multiplies ``[h; x; 1]``: P rows of state, I of input, one for the biases.

    Its own rows are the cell's blocks in the cell's order, H each. A block with a reset gate has its recurrent part
    apart, ``u_n``, last.
    """

    def __init__(self, cell: Cell, shape: LayerShape) -> None:
        h, i = shape.state, shape.inputs
        blocks = [b.symbol for b in cell.blocks]
        recurrent = [f"u_{b.symbol}" if b.reset else b.symbol for b in cell.blocks if b.reads_h]
        names = [*"".join(cell.rows), *(row for row in recurrent if row not in blocks)]
        self.rows = {name: block(place, shape.hidden) for place, name in enumerate(names)}
        self.blocks = len(names)
        self.size = (self.blocks * shape.hidden, h + i + 1)
        self.columns = {"h": slice(0, h), "x": slice(h, h + i), "1": slice(h + i, h + i + 1)}
        self.reads_h = bool(recurrent)
        sides = [("weight_ih", blocks, "x"), ("weight_hh", recurrent, "h")]
        sides += [("bias_ih", blocks, "1"), ("bias_hh", recurrent, "1")] if shape.bias else []
        self.pieces = [
            piece
            for weight, rows, columns in sides
            for piece in merged(
                Piece(weight, block(k, shape.hidden), self.rows[r], columns) for k, r in enumerate(rows)
            )
        ]
        self.weights = {weight: self.shape_of(weight) for weight, rows, _ in sides if rows}
        self.sides = {columns: i for i, columns in enumerate(dict.fromkeys(c for _, rows, c in sides if rows))}
        self.owned = np.zeros((len(self.sides), self.blocks, len(self.weights)))  # 1 where a block is a weight's
        for piece in self.pieces:
            rows, place = piece.rows, list(self.weights).index(piece.weight)
            self.owned[self.sides[piece.columns], rows.start // shape.hidden : rows.stop // shape.hidden, place] = 1

    def shape_of(self, weight: str) -> tuple[int, ...]:
        """Shape of a weight as torch has it."""
        pieces = [piece for piece in self.pieces if piece.weight == weight]
        columns = self.columns[pieces[-1].columns]
        rows: int = pieces[-1].source.stop
        return (rows,) if weight.startswith("bias") else (rows, columns.stop - columns.start)

    def packing(self, weights: dict[str, Array], out: Array) -> list[Op]:
        """What fills a packed matrix (K, R, D) from torch's weights, (K, rows, ·). The two biases add up."""
        ops: list[Op] = []
        filled = np.zeros(self.size[0], bool)
        for piece in self.pieces:
            place, source = out[:, piece.rows, self.columns[piece.columns]], weights[piece.weight][:, piece.source]
            if piece.columns != "1":
                ops.append(copied(source, place))
            elif filled[piece.rows].any():
                ops.append(Op(np.add, (place[:, :, 0], source), place[:, :, 0]))
            else:
                ops.append(copied(source, place[:, :, 0]))
                filled[piece.rows] = True
        return ops

    def unpacking(self, packed: dict[str, Array], out: dict[str, Array]) -> list[Op]:
        """What takes torch's weights, or their gradients, (K, rows, ·), out of a packed matrix (K, R, ·) by sides."""
        ops: list[Op] = []
        for piece in self.pieces:
            source, place = packed[piece.columns][:, piece.rows], out[piece.weight][:, piece.source]
            ops.append(copied(source[:, :, 0] if piece.columns == "1" else source, place))
        return ops


def block(place: int, hidden: int) -> slice:
    """The rows of the block at this place."""
    return slice(place * hidden, (place + 1) * hidden)


def merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours in torch's weight that are neighbours in the packed matrix, too, as one piece."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and last.source.stop == piece.source.start and last.rows.stop == piece.rows.start:
            source, rows = slice(last.source.start, piece.source.stop), slice(last.rows.start, piece.rows.stop)
            joined[-1] = replace(last, source=source, rows=rows)
        else:
            joined.append(piece)
    return joined
