"""What the engine sees of a recurrent module, and what it refuses."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from rnnviz.cells.cell import Array
from rnnviz.engine.call import DTYPES, Call
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


@dataclass(frozen=True, eq=False)
class EngineView:
    """What the engine needs of a recurrent module: its buffers, its parameters by name, its options as they are now."""

    pool: Pool
    parameters: dict[str, nn.Parameter | None]
    batch_first: bool
    dropout: float
    training: bool

    @property
    def plan(self) -> Plan:
        """What the module is made of."""
        return self.pool.plan

    def weights(self) -> list[Tensor]:
        """All parameters in the engine's order.

        Raises:
            TypeError: if one of them is made of others.
        """
        try:
            return [weight for name in self.plan.names if (weight := self.parameters[name]) is not None]
        except KeyError as missing:
            raise TypeError(
                f"The weight {missing} is made of others, by a parametrisation or pruning: remove that first."
            ) from None

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


def refuse_transforms() -> None:
    """Refuse to run where torch hides the numbers of its tensors.

    Raises:
        TypeError: under a transform of ``torch.func``.
    """
    if torch._C._are_functorch_transforms_active():  # noqa: SLF001 -- no other way
        raise TypeError(
            "A transform of torch.func hides the numbers from the engine: take gradients by backward() or "
            "torch.autograd.grad."
        )


def readable(numbers: Tensor) -> None:
    """Refuse a tensor that the engine does not compute with, or whose numbers it cannot see."""
    refuse_transforms()
    if numbers.device.type != "cpu":
        raise TypeError(f"The engine computes on the CPU, and this is on {numbers.device}: move it with .cpu().")
    if numbers.dtype not in DTYPES:
        raise TypeError(f"The engine computes in float32 or float64, not in {numbers.dtype}: convert with .float().")
