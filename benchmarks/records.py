"""What the public calls cost beside torch's own pass: python -m benchmarks.records [seconds per measurement].

Each ratio is of medians of interleaved runs, in seconds of the processor, with torch on one thread. "plain" is torch's
own module with the same loss, forward and backward, which records nothing; "record" is ``rnnviz.record`` as a reader
calls it, from the module to the finished trace.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

import rnnviz
from benchmarks.engine import MODULES, SMALL, geomean, interleaved


def passes(module: nn.Module, x: Tensor, slope: Tensor) -> tuple[Callable[[], object], Callable[[], object]]:
    """The same pass, by torch and recorded."""

    def loss(y: Tensor) -> Tensor:
        return (y * slope).sum()

    def plain() -> None:
        module.zero_grad()
        loss(module(x)[0]).backward()

    return plain, lambda: rnnviz.record(module, x, loss)


def main() -> None:
    """A row for each size, and what they come to."""
    torch.set_num_threads(1)
    print(f"{'T':>4} {'B':>3} {'H':>3}   plain ms   record/plain")
    for name, goal in (("lstm", 1.0), ("gru", 0.2), ("elman", 0.3)):
        ratios = []
        for steps, batch, hidden in SMALL:
            x, slope = torch.randn(steps, batch, hidden), torch.randn(steps, batch, hidden)
            plain, recorded = interleaved(*passes(MODULES[name](hidden, hidden), x, slope))
            ratios.append(recorded / plain)
            print(f"{steps:4} {batch:3} {hidden:3} {plain * 1e3:10.2f}   {ratios[-1]:12.2f}   {name}", flush=True)
        print(f"{name}: record/plain {geomean(ratios):.2f} (goal {goal}), worst {max(ratios):.2f}")


if __name__ == "__main__":
    main()
