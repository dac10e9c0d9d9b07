"""Record a reader's own training, from outside."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

import torch
from torch import Tensor, nn

from rnnviz.engine.call import array_of
from rnnviz.engine.function import graph_is_retained
from rnnviz.engine.threads import one_thread
from rnnviz.models.engine_view import Run
from rnnviz.models.forward_pass import AUTOCAST
from rnnviz.models.recurrent import Recurrent
from rnnviz.models.replacement import READ, Observer, refuse_own_forward, view_of
from rnnviz.records.recording import trace_of
from rnnviz.records.trace import Trace, numbered

LossScale = float | Callable[[], float]


@dataclass(repr=False)
class Watched:
    """What was seen of the recurrent modules of a model, while it was trained.

    Pass u is a module's u-th pass that went back, counted from 0: update u, if there is one pass an update. Of several
    passes that went back together, those of a loop over single steps for instance, the first to go forward comes first.
    """

    modules: dict[str, dict[int, Trace]] = field(default_factory=dict)  # by the module's name in the model

    def __repr__(self) -> str:
        seen = [f"{name or 'the model'}: {numbered(passes)}" for name, passes in self.modules.items()]
        return f"Watched({'; '.join(seen)})"

    @property
    def snapshots(self) -> dict[int, Trace]:
        """The passes recorded, if the model has one recurrent module only."""
        if len(self.modules) != 1:
            raise AttributeError(f"There are several: take modules[name], name one of {', '.join(self.modules)}.")
        return next(iter(self.modules.values()))


@contextmanager
def watch(model: nn.Module, every: int = 1, loss_scale: LossScale = 1.0) -> Iterator[Watched]:
    """Record the recurrent modules of a model while the reader trains it, at every so many updates.

    The training stays as it was, bit for bit: outputs pass through one node that changes nothing and sees the gradients
    come back. The pass is then gone through again by the engine, with what it read and with the weights as they were on
    the way forward. The loss is not seen, so ``Trace.loss`` is NaN. The reader's own hooks are followed; a pass that
    does not go back is not recorded, nor is, after a warning, one under autocast.

    Args:
        model: holds, or is, nn.RNN, nn.LSTM, nn.GRU or ``Recurrent`` modules.
        every: record all passes of the updates 0, every, 2 * every, ... An update is one backward pass that reaches the
            module; a pass that it reaches once more, through a retained graph, is still of the earlier one.
        loss_scale: what the loss is multiplied by before it goes back, by which the gradients are divided: a number, or
            who is to be asked for it on the way back, such as ``scaler.get_scale`` of a ``GradScaler``.

    Raises:
        TypeError: in one sentence, if there is nothing that can be read: no such module, one with a forward of its own,
            scripted, on another device; in a pass, if it has become so, or under a transform of ``torch.func``.
        ValueError: unless ``every`` is 1 or more.
        RuntimeError: in a backward pass that is to be differentiated again, with ``create_graph``.
    """
    if every < 1:
        raise ValueError(f"Of how many updates one is recorded is 1 or more, not {every}.")
    watched, handles = Watched(), []
    for name, module in recurrent_modules(model).items():
        watcher = Watcher(module, every, loss_scale, watched.modules.setdefault(name, {}))
        handles.append(module.register_forward_pre_hook(watcher.before, with_kwargs=True))
        handles.append(
            module.register_forward_hook(watcher.after, with_kwargs=True, prepend=True)
        )  # before the reader's
    try:
        yield watched
    finally:
        for handle in handles:
            handle.remove()


def recurrent_modules(model: nn.Module) -> dict[str, nn.Module]:
    """The recurrent modules of a model by name; each is checked to be readable."""
    modules: dict[str, nn.Module] = {n: m for n, m in model.named_modules() if isinstance(m, READ)}
    if not modules:
        view_of(model)  # says why it cannot be read
    for module in modules.values():
        view_of(module)
        refuse_own_forward(module)
    return modules


class Watcher(Observer):
    """Watches one module: what it reads, its outputs' gradients, and the random numbers of its dropout."""

    def __init__(self, module: nn.Module, every: int, loss_scale: LossScale, passes: dict[int, Trace]) -> None:
        self.module, self.every, self.loss_scale, self.passes = module, every, loss_scale, passes
        self.forwards = self.backs = self.updates = 0  # passes that went forward, that went back; how often any did
        self.under_way: WeakValueDictionary[int, Update] = WeakValueDictionary()
        self.random: torch.Generator | None = None
        self.weights: list[Tensor] = []  # where the engine reads them, for one pass at a time
        self.lock = Lock()

    def __deepcopy__(self, memo: dict[int, Any]) -> Watcher:
        return self  # a copy of the module takes its hooks along; they are to do nothing there

    def before(self, module: nn.Module, args: Any, kwargs: Any) -> None:  # noqa: ARG002 -- torch's signature
        """Keep the state of the random numbers that dropout is about to draw from."""
        drawing = module.dropout and module.training
        self.random = torch.Generator().set_state(torch.get_rng_state()) if drawing else None

    def after(self, module: nn.Module, args: Any, kwargs: Any, output: Any) -> Any:
        """Let the outputs through, by way of a node that observes their gradients."""
        y, last = output
        data = y if isinstance(y, Tensor) else y.data
        if module is not self.module or not (torch.is_grad_enabled() and data.requires_grad) or self.is_autocast():
            return output
        states = [last] if isinstance(last, Tensor) else list(last)
        data, *states = ObserveGradients.apply(self.passing(args, kwargs), data, *states)  # type: ignore[no-untyped-call]
        observed = data if isinstance(y, Tensor) else y._replace(data=data)
        return observed, states[0] if isinstance(last, Tensor) else tuple(states)

    def passing(self, args: Any, kwargs: Any) -> WatchedPass:
        """What goes forward now: copies of all it reads, which may be changed before it goes back."""
        names = ("x", "state") if isinstance(self.module, Recurrent) else ("input", "hx")
        given = dict(zip(names, args, strict=False)) | kwargs
        view = view_of(self.module)
        x, states, run = view.prepare(given[names[0]], given.get(names[1]), record=True, generator=self.random)
        self.forwards += 1
        weights = {name: weight.detach().clone() for name, weight in zip(view.plan.names, view.weights(), strict=True)}
        kept = [None if state is None else state.detach().clone() for state in states]
        return WatchedPass(self, self.forwards, run, x.detach().clone(), kept, weights)

    def is_autocast(self) -> bool:
        """Whether the module computes as the engine does not; if so, say so."""
        if isinstance(self.module, Recurrent) or not torch.is_autocast_enabled("cpu"):
            return False
        remedy = 'this pass is not recorded. Switch it off around the module, by torch.autocast("cpu", enabled=False).'
        warnings.warn(AUTOCAST + remedy, stacklevel=2)
        return True

    def update(self) -> Update:
        """The backward pass that is under way."""
        task = torch._C._current_graph_task_id()  # noqa: SLF001 -- no other way
        update = self.under_way.get(task)
        if update is None:
            update = self.under_way[task] = Update(self)
            torch.autograd.Variable._execution_engine.queue_callback(update.finish)  # noqa: SLF001
        return update

    def scale(self) -> float:
        """What the loss under way was multiplied by."""
        return float(self.loss_scale() if callable(self.loss_scale) else self.loss_scale)


@dataclass(eq=False)
class Update:
    """One backward pass, and the passes of a module that it reached; only torch holds it, until it is over."""

    watcher: Watcher
    reached: list[WatchedPass] = field(default_factory=list)

    @torch.no_grad()
    def finish(self) -> None:
        """Number the passes as they went forward, and record them, if this update is one to be recorded."""
        watcher = self.watcher
        new = sorted((one for one in self.reached if one.number is None), key=lambda one: one.forwards)
        for one in new:
            one.number, one.wanted = watcher.backs, watcher.updates % watcher.every == 0
            watcher.backs += 1
        watcher.updates += bool(new)
        for one in new + [one for one in self.reached if one not in new]:
            if one.wanted:
                one.record()


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
        if torch.is_grad_enabled():
            raise RuntimeError(
                "rnnviz.watch cannot follow a gradient that is to be differentiated again (create_graph=True): "
                "make that pass outside of its block."
            )
        seen: WatchedPass | None = ctx.seen
        if not graph_is_retained():
            ctx.seen = None  # whoever keeps the loss does not keep what the pass read
        if seen:
            seen.arrive(gradients)
        return (None, *gradients)


@dataclass(eq=False)
class WatchedPass:
    """One pass of a watched module: what it read, to be gone through again."""

    watcher: Watcher
    forwards: int  # the how manieth of the module to go forward
    run: Run
    x: Tensor  # T B I
    states: Sequence[Tensor | None]
    weights: dict[str, Tensor]
    number: int | None = None  # the how manieth to go back, from 0
    wanted: bool = False
    gradients: Sequence[Tensor | None] = ()  # of the outputs; of all backward passes through a retained graph together

    def arrive(self, gradients: Sequence[Tensor | None]) -> None:
        """Gradients of the outputs came back."""
        scaled = list(map(partial(divided, by=self.watcher.scale()), gradients))
        self.gradients = list(map(sum_of, scaled, self.gradients)) if self.gradients else scaled
        self.watcher.update().reached.append(self)

    def record(self) -> None:
        """Go forward as the module did, and back from the gradients that reached its outputs."""
        run, watcher = Run(self.run.call.again(), self.run.form), self.watcher
        with one_thread(), watcher.lock:
            y = torch.from_numpy(run.call.run_forward(self.x, self.states, self.readable_weights()))
            grad_output, *ends = self.gradients
            ends = [end if end is None or not run.form.single else end.unsqueeze(1) for end in ends]
            run.call.backward(
                None if grad_output is None else array_of(run.form.time_first(grad_output)), ends, inputs=False
            )
            run.call.weight_gradients()
            weights = {name: weight.numpy() for name, weight in self.weights.items()}
            watcher.passes[self.number or 0] = trace_of(weights, run, run.form.restore(y), math.nan)

    def readable_weights(self) -> list[Tensor]:
        """The weights of this pass where the engine reads those of all passes: so its buffers stay bound to them."""
        mine, place = list(self.weights.values()), self.watcher.weights
        if [(one.shape, one.dtype) for one in mine] != [(one.shape, one.dtype) for one in place]:
            self.watcher.weights = [one.clone() for one in mine]
        else:
            for one, other in zip(place, mine, strict=True):
                one.copy_(other)
        return self.watcher.weights


def divided(gradient: Tensor | None, by: float) -> Tensor | None:
    """The gradient of a loss that was multiplied."""
    return gradient if gradient is None or by == 1 else gradient / by


def sum_of(one: Tensor | None, other: Tensor | None) -> Tensor | None:
    """The sum of gradients, None being none."""
    if one is None or other is None:
        return other if one is None else one
    return one + other
