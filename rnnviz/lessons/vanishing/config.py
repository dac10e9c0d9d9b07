"""What a visitor can choose while the error travels back."""

from dataclasses import dataclass

from rnnviz.cells import CELLS
from rnnviz.config.base import Config
from rnnviz.config.kinds import Choice, Ladder, Seed, Several, Whole, setting

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
            titles={name: cell.title for name, cell in CELLS.items()},
            help="Side by side: same inputs, same seed, same number of hidden units.",
        ),
    )
    activation: str = setting(
        "tanh",
        Choice(
            label="Activation",
            titles={"tanh": "tanh", "relu": "ReLU", "sigmoid": "sigmoid", "identity": "identity"},
            help="The curve that bends the Elman RNN's sum into its new state.",
            cell_option=True,
        ),
    )
    initial: str = setting(
        "orthogonal",
        Choice(
            label="Recurrent weights",
            titles={"orthogonal": "orthogonal", "torch": "PyTorch's", "identity": "identity"},
            help="Each block of W_hh starts as this matrix, scaled to the spectral radius ρ.",
        ),
    )
    forget: str = setting(
        "torch",
        Choice(
            label="Forget bias",
            titles={"torch": "PyTorch's, near 0", "1": "1", "3": "3", "chrono": "chrono"},
            help="The bias of the gate that keeps the memory; chrono draws it for memories of 1 to T steps.",
        ),
    )
    seq_len: int = setting(50, Whole(label="Sequence length", low=2, high=100, help="Steps the error travels back."))
    hidden_size: int = setting(
        16, Whole(label="Hidden units", low=1, high=32, help="Numbers in each network's memory.")
    )
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
    look: str = setting(
        "elman",
        Choice(
            label="Look into",
            titles={name: cell.title for name, cell in CELLS.items()},
            help="The cell that the sections below take apart.",
            view=True,
        ),
    )
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
    seed: int = setting(
        1, Seed(label="Seed", low=0, high=9999, help="Same seed, same weights and inputs, same numbers.")
    )

    @property
    def learner(self) -> str:
        """The chosen cell that the question on training is about: the LSTM, or else the first."""
        return "lstm" if "lstm" in self.cells else self.cells[0]

    def heeds(self, name: str) -> bool:
        """Say whether any of the chosen cells takes this setting."""
        if name == "forget":
            return any(CELLS[cell].anatomy.keeper for cell in self.cells)
        if name == "initial":
            return any(block.reads_h for cell in self.cells for block in CELLS[cell]().blocks)
        return name != "activation" or "elman" in self.cells
