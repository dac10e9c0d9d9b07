"""What a recurrent module is made of: its cell, its sizes, its layers and directions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from rnnviz.cells.cell import Cell
from rnnviz.engine.forward import equations
from rnnviz.engine.weight_layout import LayerShape, WeightLayout


@dataclass(frozen=True)
class Plan:
    """What a recurrent module is made of.

    Raises:
        ValueError: for a size that makes no sense.
    """

    cell: Cell
    input_size: int
    hidden_size: int
    num_layers: int = 1
    bidirectional: bool = False
    bias: bool = True
    proj_size: int = 0

    def __post_init__(self) -> None:
        for name in ("input_size", "hidden_size", "num_layers"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is 1 or more, not {getattr(self, name)}.")
        if not 0 <= self.proj_size < self.hidden_size:
            raise ValueError(f"proj_size is below hidden_size, {self.hidden_size}, or 0, not {self.proj_size}.")
        if self.proj_size and "h_prev" in equations(self.cell).names:
            raise ValueError(
                f"{self.cell.title} carries its memory in h, which a projection would cut: leave proj_size out."
            )

    @property
    def state_size(self) -> int:
        """P: the size of h."""
        return self.proj_size or self.hidden_size

    @cached_property
    def directions(self) -> tuple[str, ...]:
        """Torch's suffixes."""
        return ("", "_reverse") if self.bidirectional else ("",)

    @cached_property
    def parts(self) -> dict[str, LayerShape]:
        """Each direction of each layer by torch's suffix: "l0", "l0_reverse", "l1", ..."""
        wide = self.state_size * len(self.directions)
        return {
            f"l{layer}{direction}": LayerShape(
                wide if layer else self.input_size, self.hidden_size, self.state_size, bias=self.bias
            )
            for layer in range(self.num_layers)
            for direction in self.directions
        }

    @cached_property
    def weights(self) -> dict[str, dict[str, tuple[int, ...]]]:
        """Shape of every weight by part and by torch's name without the suffix, in torch's order."""
        return {part: self.weights_of(shape) for part, shape in self.parts.items()}

    @cached_property
    def names(self) -> list[str]:
        """The name of every weight, in torch's order."""
        return [f"{name}_{part}" for part, names in self.weights.items() for name in names]

    def weights_of(self, shape: LayerShape) -> dict[str, tuple[int, ...]]:
        """Shape of every weight of one part."""
        layout = WeightLayout(self.cell, shape)
        shapes = layout.weights | {block.peephole: (shape.hidden,) for block in self.cell.blocks if block.peephole}
        return shapes | ({"weight_hr": (shape.state, shape.hidden)} if self.proj_size else {})
