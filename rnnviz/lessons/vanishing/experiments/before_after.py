"""Does training open the path? The gradient's way back through networks that learn to recall their first symbol."""

from collections.abc import Iterator

import numpy as np
import torch
from torch.nn import functional as F

from rnnviz.cells.cell import Array
from rnnviz.engine.threads import one_thread
from rnnviz.lessons.vanishing.config import TRAINED, GradientConfig
from rnnviz.lessons.vanishing.experiments.flow import Flow
from rnnviz.lessons.vanishing.experiments.passes import INPUTS, SEQUENCES, Passes, cell_of, go_back, network, signals
from rnnviz.models.network import Network
from rnnviz.tasks.memory import Batch
from rnnviz.tasks.recall import Recall
from rnnviz.training.settings import Settings
from rnnviz.training.train import Training

BATCH = 32
SETTINGS = Settings(lr=0.01, max_norm=1.0)
"""Adam."""


class Learner:
    """One network that learns to recall, from where the family's member with ρ = 1 stands."""

    def __init__(self, config: GradientConfig, name: str, batch: Batch) -> None:
        self.cell, self.batch = cell_of(config, name), batch
        generator = torch.Generator().manual_seed(config.seed)
        self.network = Network(self.cell, INPUTS, config.hidden_size, len(Recall.classes), generator=generator)
        self.network.rnn.load_state_dict(network(config, self.cell, config.seed).state_dict())
        wanted = torch.from_numpy(batch.targets[0])
        self.training = Training(
            self.network, torch.from_numpy(batch.x), lambda logits: F.cross_entropy(logits[-1], wanted), SETTINGS
        )

    def learn(self, updates: int) -> None:
        """Go on for so many updates."""
        if updates:
            self.training.run(updates)

    @property
    def recalls(self) -> float:
        """Share of the batch's keys that it names."""
        with torch.no_grad():
            guesses = self.network(torch.from_numpy(self.batch.x))[-1].argmax(-1).numpy()
        return float((guesses == self.batch.targets[0]).mean())

    def weights(self) -> dict[str, Array]:
        """The recurrent part's weights as they are, in double precision, by torch's names."""
        named = self.network.rnn.named_parameters()
        return {name.removesuffix("_l0"): weight.detach().numpy().astype(np.float64) for name, weight in named}


def before_after(config: GradientConfig) -> Iterator[Flow]:
    """Train, and look at the way back after every mark of ``TRAINED``."""
    course = Course(config)
    yield course.flow()
    while not course.over:
        course.advance()
        yield course.flow()


class Course:
    """The training of all chosen cells side by side, from one mark of ``TRAINED`` to the next.

    It can be left after any mark and gone on with: what was reached stays.
    """

    def __init__(self, config: GradientConfig) -> None:
        self.config = config
        self.batch = Recall(config.seq_len).batch(BATCH, np.random.default_rng(config.seed))
        self.learners = {name: Learner(config, name, self.batch) for name in config.cells}
        self.members: dict[str, list[list[dict[str, Array]]]] = {name: [] for name in config.cells}
        self.notes: list[str] = []
        self.advance()

    @property
    def reached(self) -> int:
        """Updates behind us."""
        return TRAINED[len(self.notes) - 1]

    @property
    def over(self) -> bool:
        """Whether the last mark is reached."""
        return len(self.notes) == len(TRAINED)

    def advance(self) -> None:
        """Train to the next mark, and keep what is there."""
        mark = len(self.notes)
        parts = []
        for name, learner in self.learners.items():
            learner.learn(TRAINED[mark] - (TRAINED[mark - 1] if mark else 0))
            self.members[name].append([learner.weights()])
            parts.append(f"{learner.cell.title} recalls {learner.recalls:.0%}")
        self.notes.append("; ".join(parts) + f" (a guess: {Recall(self.config.seq_len).chance:.0%}).")

    def flow(self) -> Flow:
        """Send the same error of length 1 back through every network kept, on sequences of the task."""
        values = tuple(map(float, TRAINED[: len(self.notes)]))
        passes = {name: self.through(name) for name in self.members}
        marks = tuple((value, f"{value:g}") for value in values)
        share = self.reached / TRAINED[-1]
        return Flow(self.config, "trained", values, passes, (), marks, tuple(self.notes), share=share)

    def through(self, name: str) -> Passes:
        """One cell: K marks, one seed."""
        sequences = self.batch.x[:, :SEQUENCES].transpose(0, 2, 1).astype(np.float64)
        _, direction = signals(self.config, self.config.seed)
        with one_thread():
            return go_back(self.config, cell_of(self.config, name), self.members[name], [(sequences, direction)])
