"""Record a reader's own training, from outside."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from rnnviz.engine.function import Call
from rnnviz.engine.threads import one_thread
from rnnviz.recording import trace_of
from rnnviz.recurrent import Recurrent, Run, States, check
from rnnviz.replacement import replace
from rnnviz.sequences import Form, Sequences
from rnnviz.trace import Trace


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
    for name, module in found(model).items():
        watcher = Watcher(module, every, watched.modules.setdefault(name, {}))
        handles.append(module.register_forward_pre_hook(watcher.before, with_kwargs=True))
        handles.append(module.register_forward_hook(watcher.after, with_kwargs=True))
    try:
        yield watched
    finally:
        for handle in handles:
            handle.remove()


def found(model: nn.Module) -> dict[str, nn.Module]:
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
        self.random: Tensor | None = None

    def before(self, module: nn.Module, args: Any, kwargs: Any) -> None:  # noqa: ARG002 -- torch's signature
        """Keep the state of the random numbers that dropout is about to draw from."""
        self.random = torch.get_rng_state() if self.twin.dropout and module.training else None

    def after(self, module: nn.Module, args: Any, kwargs: Any, output: Any) -> Any:  # noqa: ARG002 -- torch's signature
        """Let the outputs through, marked."""
        y, last = output
        data = y if isinstance(y, Tensor) else y.data
        if not (torch.is_grad_enabled() and data.requires_grad):
            return output
        self.count += 1
        if (self.count - 1) % self.every:
            return output
        given = dict(zip(self.names, args, strict=False)) | kwargs
        seen = Pass(self, self.count - 1, given[self.names[0]], given.get(self.names[1]))
        states = (last,) if isinstance(last, Tensor) else last
        data, *states = Mark.apply(seen, data, *states)  # type: ignore[no-untyped-call]
        marked = data if isinstance(y, Tensor) else y._replace(data=data)
        return marked, states[0] if isinstance(last, Tensor) else tuple(states)

    @property
    def names(self) -> tuple[str, str]:
        """What the module calls its inputs and its states."""
        return ("x", "state") if isinstance(self.module, Recurrent) else ("input", "hx")


class Mark(torch.autograd.Function):
    """Changes nothing; sees the gradients of a module's outputs come back."""

    @staticmethod
    def forward(ctx: Any, seen: Pass, *outputs: Tensor) -> tuple[Tensor, ...]:
        """Let the outputs through."""
        ctx.seen = seen
        ctx.set_materialize_grads(False)
        return tuple(output.view_as(output) for output in outputs)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        """Let the gradients through."""
        ctx.seen.record(*gradients)
        return (None, *gradients)


@dataclass
class Pass:
    """One pass of a watched module: what it read, to be gone through again."""

    watcher: Watcher
    number: int
    x: Sequences
    state: States | None
    random: Tensor | None = None

    def __post_init__(self) -> None:
        self.random = self.watcher.random

    @torch.no_grad()
    def record(self, outside: Tensor | None, *finals: Tensor | None) -> None:
        """Go forward as the module did, and back from the gradients that reached its outputs."""
        twin, training = self.watcher.twin, self.random is not None
        form = Form.of(self.x, batch_first=twin.batch_first)
        x = form.time_first(self.x)
        check(x)
        random = torch.Generator().set_state(self.random) if self.random is not None else None
        call = Call(
            twin.pool, active=form.active(), masks=twin.masks(form, x, training=training, generator=random), record=True
        )
        with one_thread():
            y = torch.from_numpy(call.read(x, twin.given(form, self.state), twin.weights()))
            ends = [end if end is None or not form.single else end.unsqueeze(1) for end in finals]
            call.backward(None if outside is None else form.time_first(outside).numpy(), ends, inputs=False)
            call.weight_gradients()
            run = Run(call, form)
            self.watcher.passes[self.number] = trace_of(self.watcher.module, run, form.restore(y), math.nan)
