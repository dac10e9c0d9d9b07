"""Record a reader's own training, from outside."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from typing import Any

import torch
from torch import Tensor, nn

from rnnviz.engine.call import array_of
from rnnviz.engine.function import graph_is_retained
from rnnviz.engine.threads import one_thread
from rnnviz.models.recurrent import Recurrent, Run
from rnnviz.models.replacement import replace
from rnnviz.records.recording import trace_of
from rnnviz.records.trace import Trace


@dataclass
class Watched:
    """What was seen of the recurrent modules of a model, while it was trained.

    Pass u is a module's u-th pass that went forward and back, counted from 0: update u, if there is one pass an update.
    """

    modules: dict[str, dict[int, Trace]] = field(default_factory=dict)  # by the module's name in the model

    @property
    def snapshots(self) -> dict[int, Trace]:
        """The passes recorded, if the model has one recurrent module only."""
        if len(self.modules) != 1:
            raise AttributeError(f"There are several: take modules[name], name one of {', '.join(self.modules)}.")
        return next(iter(self.modules.values()))


@contextmanager
def watch(model: nn.Module, every: int = 1) -> Iterator[Watched]:
    """Record every so many passes of the recurrent modules of a model while the reader trains it.

    The training stays as it was, bit for bit: outputs pass through one node that changes nothing and sees the gradients
    come back. The pass is then gone through again by the engine. The loss is not seen, so ``Trace.loss`` is NaN.

    Args:
        model: holds, or is, nn.RNN, nn.LSTM, nn.GRU or ``Recurrent`` modules.
        every: record passes 0, every, 2 * every, ...

    Raises:
        TypeError: in one sentence, if there is nothing that can be read: no such module, scripted, on another device.
        ValueError: unless ``every`` is 1 or more.
    """
    if every < 1:
        raise ValueError(f"Of how many passes one is recorded is 1 or more, not {every}.")
    watched, handles = Watched(), []
    for name, module in recurrent_modules(model).items():
        watcher = Watcher(module, every, watched.modules.setdefault(name, {}))
        handles.append(module.register_forward_pre_hook(watcher.before, with_kwargs=True))
        handles.append(module.register_forward_hook(watcher.after, with_kwargs=True))
    try:
        yield watched
    finally:
        for handle in handles:
            handle.remove()


def recurrent_modules(model: nn.Module) -> dict[str, nn.Module]:
    """The recurrent modules of a model by name; each is checked to be readable."""
    modules: dict[str, nn.Module] = {
        n: m for n, m in model.named_modules() if isinstance(m, nn.RNN | nn.LSTM | nn.GRU | Recurrent)
    }
    if not modules:
        replace(model)  # says why it cannot be read
    for module in modules.values():
        replace(module)
    return modules


class Watcher:
    """Watches one module: what it reads, its outputs' gradients, and the random numbers of its dropout."""

    def __init__(self, module: nn.Module, every: int, passes: dict[int, Trace]) -> None:
        self.module, self.every, self.passes = module, every, passes
        self.twin = replace(module)
        self.count = 0
        self.random: torch.Generator | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> Watcher:
        return self  # a copy of the module takes its hooks along; they are to do nothing there

    def before(self, module: nn.Module, args: Any, kwargs: Any) -> None:  # noqa: ARG002 -- torch's signature
        """Keep the state of the random numbers that dropout is about to draw from."""
        drawing = self.twin.dropout and module.training
        self.random = torch.Generator().set_state(torch.get_rng_state()) if drawing else None

    def after(self, module: nn.Module, args: Any, kwargs: Any, output: Any) -> Any:
        """Let the outputs through, by way of a node that observes their gradients."""
        y, last = output
        data = y if isinstance(y, Tensor) else y.data
        if module is not self.module or not (torch.is_grad_enabled() and data.requires_grad):
            return output
        self.count += 1
        if (self.count - 1) % self.every:
            return output
        given = dict(zip(self.names, args, strict=False)) | kwargs
        x, state = given[self.names[0]], given.get(self.names[1])
        self.twin.training = module.training
        seen = WatchedPass(self, self.count - 1, *self.twin.prepare(x, state, record=True, generator=self.random))
        data, *states = ObserveGradients.apply(seen, data, *([last] if isinstance(last, Tensor) else last))  # type: ignore[no-untyped-call]
        observed = data if isinstance(y, Tensor) else y._replace(data=data)
        return observed, states[0] if isinstance(last, Tensor) else tuple(states)

    @property
    def names(self) -> tuple[str, str]:
        """What the module calls its inputs and its states."""
        return ("x", "state") if isinstance(self.module, Recurrent) else ("input", "hx")


class ObserveGradients(torch.autograd.Function):
    """Changes nothing; sees the gradients of a module's outputs come back.

    The outputs are copies, so that they can be changed in place. (A hook on them would hold the graph that holds it.)
    """

    @staticmethod
    def forward(ctx: Any, seen: WatchedPass, *outputs: Tensor) -> tuple[Tensor, ...]:
        """Let the outputs through."""
        ctx.seen = seen
        ctx.set_materialize_grads(False)
        return tuple(output.clone() for output in outputs)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        """Let the gradients through."""
        ctx.seen.record(gradients)
        return (None, *gradients)


@dataclass
class WatchedPass:
    """One pass of a watched module: what it read, to be gone through again."""

    watcher: Watcher
    number: int
    x: Tensor
    state: tuple[Tensor | None, ...]
    run: Run
    gradients: Sequence[Tensor | None] = ()  # of the outputs, from earlier passes back through a retained graph

    @torch.no_grad()
    def record(self, gradients: Sequence[Tensor | None]) -> None:
        """Go forward as the module did, and back from the gradients that reached its outputs.

        A retained graph can send gradients more than once; the record is of all of them together.
        """
        gradients = list(map(sum_of, gradients, self.gradients)) if self.gradients else gradients
        self.gradients = gradients if graph_is_retained() else ()
        form, run = self.run.form, Run(replaced(self.run.call), self.run.form)
        with one_thread():
            y = torch.from_numpy(run.call.run_forward(self.x, self.state, self.watcher.twin.weights()))
            grad_output, *ends = gradients
            ends = [end if end is None or not form.single else end.unsqueeze(1) for end in ends]
            run.call.backward(
                None if grad_output is None else array_of(form.time_first(grad_output)), ends, inputs=False
            )
            run.call.weight_gradients()
            self.watcher.passes[self.number] = trace_of(self.watcher.module, run, form.restore(y), math.nan)


def sum_of(one: Tensor | None, other: Tensor | None) -> Tensor | None:
    """The sum of gradients, None being none."""
    if one is None or other is None:
        return other if one is None else one
    return one + other
