"""What a visitor can choose while the error travels back."""

from dataclasses import dataclass

from rnnviz.cells import CELLS
from rnnviz.config.base import Config
from rnnviz.config.kinds import Choice, Ladder, Several, setting
from rnnviz.config.vocabulary import CELL_TITLES, word

RADII = tuple(round(0.3 ** (1 - k / 28) if k < 28 else 1.7 ** ((k - 28) / 12), 3) for k in range(41))
"""Spectral radii from 0.3 to 1.7, each about 4.5 % above the one before; 1 is one of them."""
BIASES = tuple(k / 4 for k in range(-8, 25))
"""Forget biases from -2 to 6."""
TRAINED = (0, 3, 10, 20, 30, 50, 100, 200, 300)
"""Updates of training after which the gradient is looked at again."""


@dataclass(frozen=True)
class GradientConfig(Config):
    """How far back the error reaches: the networks compared, how they start, what they read, where we look."""

    cells: tuple[str, ...] = setting(
        ("elman", "lstm", "gru"),
        Several(
            label="Cells",
            titles=CELL_TITLES,
            help="Side by side: same inputs, same seed, same number of hidden units.",
        ),
    )
    activation: str = word("activation", "tanh")
    initial: str = word("initial", "orthogonal")
    forget_bias: str = word("forget_bias", "torch")
    seq_len: int = word("seq_len", 50, high=100)
    hidden_size: int = word("hidden_size", 16, high=32)
    inputs: float = setting(
        0.3,
        Ladder(
            label="Input strength",
            rungs=(0.0, 0.1, 0.3, 1.0, 3.0, 10.0),
            help="Standard deviation of the random inputs; strong inputs push units into saturation.",
        ),
    )
    loss_on: str = setting(
        "last",
        Choice(
            label="Loss on",
            titles={"last": "the last step", "every": "every step"},
            help="Where the error enters the chain.",
        ),
    )
    dial: str = setting(
        "rho",
        Choice(
            label="Drag",
            titles={
                "rho": "spectral radius",
                "seq_len": "length",
                "bias": "forget bias",
                "inputs": "input strength",
                "activation": "activation",
                "initial": "weights",
            },
            help="Which setting the slider moves, over its whole range at once.",
        ),
    )
    cell: str = word("cell", "elman", label="Look into", help="The cell that the sections below take apart.", view=True)
    rho: float = setting(
        1.0, Ladder(label="Spectral radius", rungs=RADII, view=True, help="Largest |eigenvalue| of each block of W_hh.")
    )
    bias: float = setting(
        0.0, Ladder(label="Forget bias", rungs=BIASES, view=True, help="Bias of the gate that keeps the memory.")
    )
    trained: float = setting(
        0.0,
        Ladder(
            label="Updates of training",
            rungs=tuple(map(float, TRAINED)),
            view=True,
            help="0 shows the networks as they start.",
        ),
    )
    seed: int = word("seed", 1)

    @property
    def learner(self) -> str:
        """The chosen cell that the question on training is about: the LSTM, or else the first."""
        return "lstm" if "lstm" in self.cells else self.cells[0]

    def uses(self, name: str) -> bool:
        """Say whether any of the chosen cells takes this setting."""
        if name == "forget_bias":
            return any(CELLS[cell].anatomy.keeper for cell in self.cells)
        if name == "initial":
            return any(block.reads_h for cell in self.cells for block in CELLS[cell]().blocks)
        return name != "activation" or "elman" in self.cells
