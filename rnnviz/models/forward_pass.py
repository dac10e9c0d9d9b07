"""One pass forward and back, with torch's graph around the loss alone: the engine has a backward pass of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.cells.cell import Array
from rnnviz.engine.call import array_of
from rnnviz.engine.truncation import Truncation
from rnnviz.models.network import Network, Readout
from rnnviz.models.recurrent import Recurrent, Run, States
from rnnviz.models.replacement import replace
from rnnviz.models.sequences import Sequences


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

    recurrent: Recurrent
    readout: Readout | None
    run: Run
    h: Array
    outputs: Tensor

    @property
    def given(self) -> Sequences:
        """The outputs in the form the module gives them."""
        return self.outputs if self.readout else self.run.form.restore(self.outputs)

    def gradients(self, loss: Tensor, parameters: Mapping[str, Tensor]) -> dict[str, Array]:
        """∂L/∂(each of these parameters), by the module's names; what the loss takes of them directly is added."""
        slope, *direct = torch.autograd.grad(loss, [self.outputs, *parameters.values()], allow_unused=True)
        own = self.backward(slope)
        pairs = zip(parameters, direct, strict=True)
        return {name: own[name] if more is None else own[name] + array_of(more) for name, more in pairs}

    def backward(self, slope: Tensor | None) -> dict[str, Array]:
        """Go back from ∂L/∂(outputs), None where the loss has nothing of them; ∂L/∂(every parameter)."""
        grad_output = np.zeros(self.outputs.shape, self.h.dtype) if slope is None else array_of(slope)
        own: dict[str, Array] = {}
        if self.readout:
            grad_output, own = self.readout.backward(self.h, grad_output)
        self.run.call.backward(grad_output, [None] * len(self.recurrent.plan.cell.states), inputs=False)
        prefix = "rnn." if self.readout else ""
        for name, gradient in zip(self.recurrent.names, self.run.call.weight_gradients(), strict=True):
            own[f"{prefix}{name}"] = gradient
        return own


@contextmanager
def differentiable() -> Iterator[None]:
    """Within this block torch makes graphs, whatever the reader has switched off around it."""
    with torch.inference_mode(mode=False), torch.enable_grad():
        yield


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
        TypeError: for a network whose class computes its logits in another way.
    """
    if isinstance(module, Network) and type(module).forward is not Network.forward:
        raise TypeError(f"{type(module).__name__} has a forward of its own, which only rnnviz.watch follows.")
    recurrent = module.rnn if isinstance(module, Network) else replace(module)
    readout = module.readout if isinstance(module, Network) else None
    x, states, run = recurrent.prepare(x, state, record=record, truncation=truncation)
    h = run.call.run_forward(x, states, recurrent.weights())
    outputs = torch.from_numpy(readout.logits(h) if readout else h).requires_grad_()
    return ForwardPass(recurrent, readout, run, h, outputs)
