"""What truncated backpropagation through time leaves out, measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from torch import nn

from rnnviz.cells.cell import Array
from rnnviz.engine.threads import one_thread
from rnnviz.engine.truncation import Truncation
from rnnviz.models.engine_view import States
from rnnviz.models.forward_pass import asking, forward_pass
from rnnviz.models.sequences import Sequences
from rnnviz.records.recording import Loss


@dataclass(frozen=True, eq=False, repr=False)
class Truncated:
    """The gradient of truncated BPTT beside the whole one. Where dropout draws, both saw the same numbers."""

    gradient: dict[str, Array]  # by torch's names; a parameter that has several stands under the first
    whole: dict[str, Array]
    cosine: float  # between the two
    ratio: float  # of their lengths, truncated to whole
    cut: Annotated[dict[str, dict[str, Array]], "chunks B"]  # by direction and state: lengths of what was dropped

    def __repr__(self) -> str:
        return f"Truncated(cosine {self.cosine:.6g}, ratio {self.ratio:.6g}, of {len(self.whole)} parameters)"


def truncate(
    module: nn.Module,
    x: Sequences,
    loss_fn: Loss,
    *,
    window: int,
    stride: int | None = None,
    state: States | None = None,
) -> Truncated:
    """Compare the gradient of truncated BPTT with the whole one.

    After every ``stride`` steps (``window`` if left out) their losses go back ``window`` steps. What arrives at the
    step before is dropped there; its length is in ``cut``, for each chunk of losses and each sequence.

    Raises:
        ValueError: unless 1 <= stride <= window, or if the module is bidirectional.
    """
    truncation = Truncation(window, stride or window)
    with one_thread():
        whole, _ = gradient(module, x, loss_fn, state, None)
        part, cut = gradient(module, x, loss_fn, state, truncation)
    a, b = (np.concatenate([g.ravel() for g in gs.values()]).astype(np.float64) for gs in (part, whole))
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    cosine = float(a @ b / (lengths[0] * lengths[1])) if all(lengths) else float("nan")
    return Truncated(part, whole, cosine, float(lengths[0] / lengths[1]) if lengths[1] else float("nan"), cut)


@asking()
def gradient(
    module: nn.Module, x: Sequences, loss_fn: Loss, state: States | None, truncation: Truncation | None
) -> tuple[dict[str, Array], dict[str, dict[str, Array]]]:
    """The gradient of every parameter, and what was cut off."""
    forward = forward_pass(module, x, state, record=False, truncation=truncation)
    named = {name: p for name, p in module.named_parameters() if p.requires_grad}
    first = {parameter: name for name, parameter in named.items()}
    tied = {n: first[p] for n, p in module.named_parameters(remove_duplicate=False) if first.get(p, n) != n}
    return forward.gradients(loss_fn(forward.given), named, tied), forward.run.call.cut
