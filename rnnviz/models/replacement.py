"""Torch's own recurrent modules, run by the engine."""

from __future__ import annotations

from functools import lru_cache

from torch import jit, nn

from rnnviz.cells.cell import Cell
from rnnviz.cells.elman import Elman
from rnnviz.cells.gru import GRU
from rnnviz.cells.lstm import LSTM
from rnnviz.engine.plan import Plan
from rnnviz.engine.pool import Pool
from rnnviz.models.engine_view import EngineView, readable
from rnnviz.models.recurrent import Recurrent

READ = (nn.RNN, nn.LSTM, nn.GRU, Recurrent)
CELLS_OF_TORCH = {nn.RNNCell: "nn.RNN", nn.LSTMCell: "nn.LSTM", nn.GRUCell: "nn.GRU"}
MODES: dict[str, Cell] = {"RNN_TANH": Elman("tanh"), "RNN_RELU": Elman("relu"), "LSTM": LSTM(), "GRU": GRU()}
HOOKS = ("_forward_pre_hooks", "_forward_hooks", "_backward_pre_hooks", "_backward_hooks")


class Observer:
    """Whoever hooks itself to a module only to see what it does."""


def replace(module: nn.Module) -> Recurrent:
    """An exact replacement of an nn.RNN, nn.LSTM or nn.GRU, which shares its parameters.

    Raises:
        TypeError: in one sentence, for what cannot be read, or does more than its class: by a forward of its own, or by
            hooks.
    """
    view = plain_view_of(module)
    return module if isinstance(module, Recurrent) else Recurrent.around(view)


def plain_view_of(module: nn.Module) -> EngineView:
    """What the engine sees of a module that does what its class does.

    Raises:
        TypeError: in one sentence, for what cannot be read, or does more than its class.
    """
    view = view_of(module)
    refuse_own_forward(module)
    refuse_hooks(module)
    return view


def view_of(module: nn.Module) -> EngineView:
    """What the engine sees of a module.

    Raises:
        TypeError: in one sentence, for what cannot be read.
    """
    view = module.view if isinstance(module, Recurrent) else view_of_torchs(module)
    readable(view.weights()[0])
    return view


def view_of_torchs(module: nn.Module) -> EngineView:
    """What the engine sees of one of torch's own modules."""
    if isinstance(module, jit.ScriptModule):
        raise TypeError("A scripted module hides its Python side: give the nn.Module that was scripted.")
    if not isinstance(module, nn.RNN | nn.LSTM | nn.GRU):
        raise TypeError(f"Only nn.RNN, nn.LSTM, nn.GRU and rnnviz's own can be read, not {described(module)}")
    sizes = module.input_size, module.hidden_size, module.num_layers
    plan = plan_of(module.mode, sizes, module.bidirectional, module.bias, module.proj_size)
    parameters = module._parameters  # noqa: SLF001 -- the same for good, whatever the reader assigns later
    return EngineView(Pool(plan), parameters, module.batch_first, module.dropout, module.training)


@lru_cache(maxsize=256)
def plan_of(mode: str, sizes: tuple[int, int, int], bidirectional: bool, bias: bool, proj_size: int) -> Plan:
    """What a module of torch's is made of; one plan for all modules of the same sizes (I, H, layers)."""
    return Plan(MODES[mode], *sizes, bidirectional, bias, proj_size)


def described(module: object) -> str:
    """What somebody gave instead of a recurrent module, and what to give."""
    kind = type(module).__name__
    if not isinstance(module, nn.Module):
        return f"a {kind}."
    for cell, whole in CELLS_OF_TORCH.items():
        if isinstance(module, cell):
            return f"{kind}, which is one step: give an {whole} with its weights, under their names with _l0."
    held = [name for name, part in module.named_modules() if isinstance(part, READ)]
    return f"{kind}: give one that it holds, {', '.join(held)}." if held else f"{kind}."


def refuse_own_forward(module: nn.Module) -> None:
    """Refuse a recurrent module whose class, or which itself, computes in another way than the class it is made from.

    Raises:
        TypeError: in one sentence.
    """
    base = next(kind for kind in READ if isinstance(module, kind))
    if has_own_forward(module, base):
        kind = base.__name__ if base is Recurrent else f"nn.{base.__name__}"
        raise TypeError(
            f"{type(module).__name__} has a forward of its own, which the engine would pass over: "
            f"let a module of yours hold a plain {kind}, and give that one."
        )


def has_own_forward(module: nn.Module, base: type[nn.Module]) -> bool:
    """Whether a call of a module does something else than a call of the class that it is made from."""
    kind = type(module)
    return (kind.forward, kind.__call__) != (base.forward, base.__call__) or "forward" in vars(module)


def refuse_hooks(module: nn.Module) -> None:
    """Refuse a module that somebody's hooks may change.

    Raises:
        TypeError: in one sentence.
    """
    for kind in HOOKS:
        for hook in getattr(module, kind).values():
            if not isinstance(getattr(hook, "__self__", None), Observer):
                raise TypeError(
                    f"{type(module).__name__} has a hook of yours, {getattr(hook, '__name__', hook)}, which the engine "
                    "would pass over: remove it by its handle, or use rnnviz.watch, which follows hooks."
                )
