"""Where torch's weights stand in the one matrix the engine multiplies by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.cells.cell import Array, Cell


@dataclass(frozen=True)
class Shape:
    """The sizes of one direction of one layer."""

    inputs: int  # I
    hidden: int  # H
    state: int  # P, the size of h: H unless the layer projects it
    bias: bool = True


@dataclass(frozen=True)
class Piece:
    """A block of one torch weight and its place in the packed matrix."""

    weight: str  # "weight_ih"
    source: slice  # rows of the torch weight
    rows: slice
    columns: slice


class Layout:
    """One packed matrix (R, D) multiplies ``[h; x; 1]``: P rows of state, I of input, one for the biases.

    Its own rows are the cell's blocks in the cell's order, H each. A block with a reset gate has its recurrent part
    apart, ``u_n``, last.
    """

    def __init__(self, cell: Cell, shape: Shape) -> None:
        h, i = shape.state, shape.inputs
        recurrent = {b.symbol: f"u_{b.symbol}" if b.reset else b.symbol for b in cell.blocks if b.reads_h}
        names = ["".join(cell.rows), *(u for symbol, u in recurrent.items() if u != symbol)]
        self.names = (*names[0], *names[1:])
        self.rows = {name: self.block(index, shape.hidden) for index, name in enumerate(self.names)}
        self.size = (len(self.names) * shape.hidden, h + i + 1)
        self.columns = {"h": slice(0, h), "x": slice(h, h + i), "1": slice(h + i, h + i + 1)}
        self.reads_h = bool(recurrent)
        self.pieces = [
            Piece(f"{kind}_{side}", self.block(index, shape.hidden), self.rows[row], self.columns[column])
            for kind, column_of in (("weight", {"ih": "x", "hh": "h"}), ("bias", {"ih": "1", "hh": "1"}))
            if kind == "weight" or shape.bias
            for side, rows in (("ih", [b.symbol for b in cell.blocks]), ("hh", list(recurrent.values())))
            for index, row in enumerate(rows)
            for column in (column_of[side],)
        ]
        self.weights = tuple(dict.fromkeys(piece.weight for piece in self.pieces))

    @staticmethod
    def block(index: int, hidden: int) -> slice:
        """The rows of the block at this place."""
        return slice(index * hidden, (index + 1) * hidden)

    def torch_shape(self, weight: str) -> tuple[int, ...]:
        """Shape of a weight as torch has it."""
        pieces = [piece for piece in self.pieces if piece.weight == weight]
        rows, columns = pieces[-1].source.stop, pieces[0].columns
        return (rows,) if columns is self.columns["1"] else (rows, columns.stop - columns.start)

    def pack(self, weights: dict[str, Array], out: Array) -> None:
        """Fill the packed matrix (K, R, D) from torch's weights, (K, rows, ·). The two biases add up."""
        out[:, :, self.columns["1"]] = 0
        for piece in self.pieces:
            place, weight = out[:, piece.rows, piece.columns], weights[piece.weight][:, piece.source]
            if piece.columns is self.columns["1"]:
                place[:, :, 0] += weight
            else:
                place[:] = weight

    def unpack(self, packed: Array) -> dict[str, Array]:
        """Torch's weights, or their gradients, from the packed matrix (K, R, D)."""
        found: dict[str, list[Array]] = {name: [] for name in self.weights}
        for piece in self.pieces:
            part = packed[:, piece.rows, piece.columns]
            found[piece.weight].append(part[:, :, 0] if piece.columns is self.columns["1"] else part)
        return {name: np.concatenate(parts, axis=1) for name, parts in found.items()}

    def norms(self, squares: dict[str, Array]) -> dict[str, Array]:
        """Norm of each torch weight from the squares summed over the columns of h, x and 1: (..., R) each."""
        total: dict[str, Array] = {}
        for piece in self.pieces:
            column = next(name for name, columns in self.columns.items() if columns is piece.columns)
            part = squares[column][..., piece.rows].sum(-1)
            total[piece.weight] = total[piece.weight] + part if piece.weight in total else part
        return {name: np.sqrt(square) for name, square in total.items()}
