"""One pass forward and back, with torch's graph around the loss alone: the engine has a backward pass of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.cells.cell import Array
from rnnviz.engine.call import array_of
from rnnviz.engine.truncation import Truncation
from rnnviz.models.engine_view import EngineView, Run, States, refuse_transforms
from rnnviz.models.network import Network, Readout
from rnnviz.models.replacement import has_own_forward, plain_view_of, refuse_hooks
from rnnviz.models.sequences import Sequences

AUTOCAST = "Under torch.autocast a module computes in half precision, and the engine in float32 or float64: "


@dataclass(frozen=True, eq=False)
class ForwardPass:
    """A module that has gone forward, and can go back.

    Args:
        recurrent: the part that the engine runs.
        readout: what reads its h, if anything does.
        run: what it read.
        h: what the recurrent part gave, (T, B, P * directions).
        outputs: what the module gave, (T, B, ·), where the loss's graph begins.
    """

    recurrent: EngineView
    readout: Readout | None
    run: Run
    h: Array
    outputs: Tensor

    @property
    def given(self) -> Sequences:
        """The outputs in the form the module gives them."""
        return self.outputs if self.readout else self.run.form.restore(self.outputs)

    def gradients(
        self, loss: Tensor, parameters: Mapping[str, Tensor], tied: Mapping[str, str] = MappingProxyType({})
    ) -> dict[str, Array]:
        """∂L/∂(each of these parameters), by the module's names; what the loss takes of them directly is added.

        Args:
            loss: one number.
            parameters: by the module's names; each once.
            tied: the further names of parameters that have several, and for each the name among ``parameters``.
        """
        refuse_no_loss(loss)
        slope, *direct = torch.autograd.grad(loss, [self.outputs, *parameters.values()], allow_unused=True)
        own = self.backward(slope)
        for name, first in tied.items():
            own[first] = own[first] + own[name]
        pairs = zip(parameters, direct, strict=True)
        return {name: own[name] if more is None else own[name] + array_of(more) for name, more in pairs}

    @property
    def prefix(self) -> str:
        """What the module puts before the names of the recurrent part's parameters."""
        return "rnn." if self.readout else ""

    def weights(self) -> dict[str, Array]:
        """Copies of the parameters by the module's names; one that has several names stands under each."""
        mine = zip(self.recurrent.plan.names, self.recurrent.weights(), strict=True)
        copies = {f"{self.prefix}{name}": array_of(weight).copy() for name, weight in mine}
        others = self.readout.named_parameters(prefix="readout") if self.readout else ()
        return copies | {name: array_of(weight).copy() for name, weight in others}

    def backward(self, slope: Tensor | None) -> dict[str, Array]:
        """Go back from ∂L/∂(outputs), None where the loss has nothing of them; ∂L/∂(every parameter)."""
        grad_output = np.zeros(self.outputs.shape, self.h.dtype) if slope is None else array_of(slope)
        own: dict[str, Array] = {}
        if self.readout:
            grad_output, own = self.readout.backward(self.h, grad_output)
        self.run.call.backward(grad_output, [None] * len(self.recurrent.plan.cell.states), inputs=False)
        for name, gradient in zip(self.recurrent.plan.names, self.run.call.weight_gradients(), strict=True):
            own[f"{self.prefix}{name}"] = gradient
        return own


def parts(module: nn.Module) -> tuple[EngineView, Readout | None]:
    """What the engine runs of a module, and what reads its h, if anything does.

    Raises:
        TypeError: in one sentence, for a module that cannot be read, or does more than its class.
    """
    if not isinstance(module, Network):
        return plain_view_of(module), None
    if has_own_forward(module, Network):
        raise TypeError(f"{type(module).__name__} has a forward of its own, which only rnnviz.watch follows.")
    if not isinstance(module.readout, Readout) or has_own_forward(module.readout, Readout):
        raise TypeError(f"The readout of this network is a {type(module.readout).__name__}: only rnnviz.watch follows.")
    refuse_hooks(module)
    refuse_hooks(module.readout)
    return plain_view_of(module.rnn), module.readout


def refuse_no_loss(loss: object) -> None:
    """Refuse what is no loss of the outputs.

    Raises:
        TypeError: for something else than a tensor.
        ValueError: for more than one number, or one that the outputs have no part in.
    """
    if not isinstance(loss, Tensor):
        raise TypeError(f"The loss is a tensor with one number in it, such as y.square().mean(), not {shown(loss)}.")
    if loss.numel() != 1:
        raise ValueError(f"The loss has the shape {tuple(loss.shape)}; it is one number: take its mean() or sum().")
    if not loss.requires_grad:
        raise ValueError("The loss does not depend on the outputs: compute it from them, without detach() or .data.")


def shown(value: object) -> str:
    """What somebody returned instead."""
    return "None" if value is None else f"a {type(value).__name__}"


@contextmanager
def differentiable() -> Iterator[None]:
    """Within this block torch makes graphs, whatever the reader has switched off around it."""
    if torch.is_grad_enabled() and not torch.is_inference_mode_enabled():
        yield
        return
    with torch.inference_mode(mode=False), torch.enable_grad():
        yield


@contextmanager
def asking() -> Iterator[None]:
    """Within this block a module is asked something: nothing of torch's is afterwards other than before.

    Torch makes graphs; its global generator is drawn from as a call of the module would, and is then put back.

    Raises:
        TypeError: under a transform of ``torch.func``.
    """
    refuse_transforms()
    before = torch.get_rng_state()
    try:
        with differentiable():
            yield
    finally:
        if before.numpy().tobytes() != torch.get_rng_state().numpy().tobytes():  # who has not drawn leaves it to others
            torch.set_rng_state(before)


@torch.no_grad()
def forward_pass(
    module: nn.Module,
    x: Sequences,
    state: States | None = None,
    *,
    record: bool,
    truncation: Truncation | None = None,
) -> ForwardPass:
    """Go forward; with ``record`` the backward pass will keep what only a record needs.

    Raises:
        TypeError: for a module that does more than its class, by a forward of its own or by hooks, and under autocast.
    """
    if torch.is_autocast_enabled("cpu"):
        raise TypeError(AUTOCAST + 'switch it off around this call, by torch.autocast("cpu", enabled=False).')
    recurrent, readout = parts(module)
    x, states, run = recurrent.prepare(x, state, record=record, truncation=truncation)
    h = run.call.run_forward(x, states, recurrent.weights())
    outputs = torch.from_numpy(readout.logits(h) if readout else h).requires_grad_()
    return ForwardPass(recurrent, readout, run, h, outputs)
