"""A recurrent torch module for any cell, with torch's signature, names and numbers."""

from __future__ import annotations

import math

import torch
from torch import nn

from rnnviz.cells.cell import Cell
from rnnviz.engine.function import RecurrentFunction
from rnnviz.engine.plan import Plan
from rnnviz.engine.pool import Pool
from rnnviz.engine.truncation import Truncation
from rnnviz.models.engine_view import EngineView, Run, States
from rnnviz.models.sequences import Sequences


class Recurrent(nn.Module):
    """What nn.RNN, nn.LSTM and nn.GRU do, for every cell, with the engine inside.

    Parameters are named as torch names them (``weight_ih_l0``, ``bias_hh_l1_reverse``) and start as torch's do, from
    U(-1/sqrt(H), 1/sqrt(H)), drawn from ``generator``.

    Args:
        cell: e.g. ``LSTM()``.
        input_size: I.
        hidden_size: H.
        num_layers: cells on top of each other.
        bias: whether there are bias vectors.
        batch_first: whether inputs and outputs are (B, T, ·).
        dropout: probability, between layers, while training.
        bidirectional: whether each layer also reads from the end.
        proj_size: P, the size h is projected to, 0 for none.
        generator: where the first weights come from.
        dtype: ``torch.float32`` or ``torch.float64``.

    Raises:
        ValueError: for a size or probability that makes no sense.
    """

    def __init__(
        self,
        cell: Cell,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        generator: torch.Generator | None = None,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        if not 0 <= dropout <= 1:
            raise ValueError(f"dropout is a probability, from 0 to 1, not {dropout}.")
        super().__init__()
        plan = Plan(cell, input_size, hidden_size, num_layers, bidirectional, bias, proj_size)
        self.arrange(plan, batch_first=batch_first, dropout=dropout)
        bound = 1 / math.sqrt(hidden_size)
        for part, shapes in self.plan.weights.items():
            for name, shape in shapes.items():
                weight = torch.empty(shape, dtype=dtype).uniform_(-bound, bound, generator=generator)
                self.register_parameter(f"{name}_{part}", nn.Parameter(weight))

    @classmethod
    def around(cls, view: EngineView) -> Recurrent:
        """A module whose parameters, by its names, are somebody else's, and stay so: the dictionary is shared."""
        module = cls.__new__(cls)
        nn.Module.__init__(module)
        module.arrange(view.plan, batch_first=view.batch_first, dropout=view.dropout)
        module._parameters = view.parameters  # noqa: SLF001 -- of this very class
        module.training = view.training
        return module

    def arrange(self, plan: Plan, *, batch_first: bool, dropout: float) -> None:
        """Take everything but the parameters."""
        self.plan, self.pool = plan, Pool(plan)
        self.batch_first, self.dropout = batch_first, dropout

    @property
    def view(self) -> EngineView:
        """What the engine sees of this module, as it is now."""
        return EngineView(self.pool, self._parameters, self.batch_first, self.dropout, self.training)

    def forward(self, x: Sequences, state: States | None = None) -> tuple[Sequences, States]:
        """Read every step.

        Args:
            x: (T, B, I), (B, T, I) if ``batch_first``, (T, I), or a PackedSequence.
            state: (layers * directions, B, P) for h, or a tuple with c, (layers * directions, B, H).

        Returns:
            h of the last layer in the form of x, (T, B, P * directions), and every direction's last states.

        Raises:
            TypeError: for numbers the engine does not compute with: on another device, or of other or mixed types.
            ValueError: for inputs or states of another size, or inputs that are empty.
        """
        run, last = self.run(x, state)
        return run.form.restore(run.y), last

    def run(
        self,
        x: Sequences,
        state: States | None = None,
        *,
        record: bool = False,
        truncation: Truncation | None = None,
    ) -> tuple[Run, States]:
        """Read every step; return the call, which keeps what happened, and every direction's last states.

        Args:
            x: inputs, in a form that ``forward`` takes.
            state: where to start, in a form that ``forward`` takes.
            record: the backward pass will keep what only a record needs.
            truncation: how far the backward pass goes; a gradient on the last states is left out then.
        """
        view = self.view
        x, states, run = view.prepare(x, state, record=record, truncation=truncation)
        if torch.is_grad_enabled():
            run.y, *last = RecurrentFunction.apply(run.call, x, *states, *view.weights())  # type: ignore[no-untyped-call]
        else:
            run.y, *last = run.call.forward(x, states, view.weights())
        last = [s.squeeze(1) for s in last] if run.form.single else last
        return run, last[0] if len(last) == 1 else tuple(last)
