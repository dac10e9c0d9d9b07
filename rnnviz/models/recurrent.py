"""A recurrent torch module for any cell, with torch's signature, names and numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from rnnviz.cells.cell import Array, Cell
from rnnviz.engine.call import DTYPES, Call
from rnnviz.engine.function import RecurrentFunction
from rnnviz.engine.plan import Plan
from rnnviz.engine.pool import Pool
from rnnviz.engine.truncation import Truncation
from rnnviz.models.sequences import Form, Sequences

States = Tensor | tuple[Tensor, ...]


@dataclass
class Run:
    """What one call read and gave, for whoever records it."""

    call: Call
    form: Form
    y: Tensor = field(init=False)  # T B P * directions, once the call has run


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
    def around(
        cls, parameters: dict[str, nn.Parameter | None], plan: Plan, *, batch_first: bool, dropout: float
    ) -> Recurrent:
        """A module whose parameters, by its names, are somebody else's, and stay so: the dictionary is shared."""
        module = cls.__new__(cls)
        nn.Module.__init__(module)
        module.arrange(plan, batch_first=batch_first, dropout=dropout)
        module._parameters = parameters  # noqa: SLF001 -- of this very class
        return module

    def arrange(self, plan: Plan, *, batch_first: bool, dropout: float) -> None:
        """Take everything but the parameters."""
        self.plan, self.pool, self.names = plan, Pool(plan), plan.names
        self.batch_first, self.dropout = batch_first, dropout

    def weights(self) -> list[Tensor]:
        """All parameters in the engine's order.

        Raises:
            TypeError: if one of them is made of others.
        """
        try:
            return [weight for name in self.names if (weight := self._parameters[name]) is not None]
        except KeyError as missing:
            raise TypeError(
                f"The weight {missing} is made of others, by a parametrisation or pruning: remove that first."
            ) from None

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
        x, states, run = self.prepare(x, state, record=record, truncation=truncation)
        if torch.is_grad_enabled():
            run.y, *last = RecurrentFunction.apply(run.call, x, *states, *self.weights())  # type: ignore[no-untyped-call]
        else:
            run.y, *last = run.call.forward(x, states, self.weights())
        last = [s.squeeze(1) for s in last] if run.form.single else last
        return run, last[0] if len(last) == 1 else tuple(last)

    def prepare(
        self,
        x: Sequences,
        state: States | None,
        *,
        record: bool,
        truncation: Truncation | None = None,
        generator: torch.Generator | None = None,
    ) -> tuple[Tensor, tuple[Tensor | None, ...], Run]:
        """What a call will read, (T, B, I) and states, and the call, which has not run yet.

        Dropout takes its random numbers from ``generator``, torch's global one if left out.
        """
        if truncation and self.plan.bidirectional:
            raise ValueError("A network that also reads from the end cannot be truncated: nothing comes last.")
        form = Form.of(x, batch_first=self.batch_first)
        x, states = form.time_first(x), self.initial_states(form, state)
        self.check(x, states)
        call = Call(
            self.pool,
            active=form.active(),
            masks=self.masks(form, x, generator) if self.dropout and self.training else None,
            record=record,
            truncation=truncation,
        )
        return x, states, Run(call, form)

    def check(self, x: Tensor, states: tuple[Tensor | None, ...]) -> None:
        """Refuse what the engine cannot compute with, and what NumPy would stretch or convert."""
        plan = self.plan
        if not x.numel():
            raise ValueError(f"Inputs of shape {tuple(x.shape)} are empty: give at least one step of one sequence.")
        readable(x)
        if x.shape[-1] != plan.input_size:
            raise ValueError(f"The inputs have {x.shape[-1]} features; this module reads {plan.input_size}.")
        for name, state in zip(plan.cell.states, states, strict=True):
            size = (len(plan.parts), x.shape[1], plan.state_size if name == "h" else plan.hidden_size)
            if state is not None and tuple(state.shape) != size:
                raise ValueError(f"The state {name} has shape {tuple(state.shape)}; these inputs need {size}.")
            if state is not None and (state.dtype, state.device) != (x.dtype, x.device):
                raise TypeError(f"The state {name} is {state.dtype} on {state.device}; the inputs are {x.dtype}.")

    def initial_states(self, form: Form, state: States | None) -> tuple[Tensor | None, ...]:
        """The states to start from, (layers * directions, B, ·) each."""
        names = self.plan.cell.states
        if state is None:
            return (None,) * len(names)
        states = (state,) if isinstance(state, Tensor) else state
        if len(states) != len(names):
            raise ValueError(f"This cell starts from {' and '.join(names)}, not from {len(states)} states.")
        for name, given in zip(names, states, strict=True):
            if not isinstance(given, Tensor):
                raise TypeError(f"The state {name} is a {type(given).__name__}: give a tensor, as by torch.as_tensor.")
        return tuple(s.unsqueeze(1) for s in states) if form.single else states

    def masks(self, form: Form, x: Tensor, generator: torch.Generator | None) -> list[Array | None]:
        """What dropout multiplies every layer's output by, (T, P * directions, B); nothing after the last."""
        width = self.plan.state_size * len(self.plan.directions)
        noise = [form.noise(1 - self.dropout, x, width, generator) for _ in range(self.plan.num_layers - 1)]
        return [*(factors.numpy().transpose(0, 2, 1) for factors in noise), None]


def readable(numbers: Tensor) -> None:
    """Refuse a tensor that the engine does not compute with, or whose numbers it cannot see."""
    if torch._C._are_functorch_transforms_active():  # noqa: SLF001 -- no other way
        raise TypeError(
            "A transform of torch.func hides the numbers from the engine: take gradients by backward() or "
            "torch.autograd.grad."
        )
    if numbers.device.type != "cpu":
        raise TypeError(f"The engine computes on the CPU, and this is on {numbers.device}: move it with .cpu().")
    if numbers.dtype not in DTYPES:
        raise TypeError(f"The engine computes in float32 or float64, not in {numbers.dtype}: convert with .float().")
