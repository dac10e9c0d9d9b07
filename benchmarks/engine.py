"""What recording everything costs: python -m benchmarks.engine [seconds per measurement] [seconds per turn].

Every row is the median of interleaved runs, on one thread, in seconds of the processor: what a busy neighbour takes
does not count. "plain" is torch's own module, forward and backward, which
records nothing; "loop" the Python loop with retain_grad on all states and gates and a copy of the weights per step.
"traced" computes the full trace inside autograd; "copied" also copies it out of the buffers into a record.
"""

import sys
import time
from collections.abc import Callable
from itertools import product

import numpy as np
import torch
from torch import nn

import rnnviz
import rnnviz.records.watching
from rnnviz.cells import CELLS
from rnnviz.engine.layer_traces import layer_traces
from rnnviz.engine.threads import one_thread
from rnnviz.lessons.unrolling.config import RunConfig
from rnnviz.lessons.unrolling.experiment import unroll
from tests.engine import loops

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 0.5
TURN = float(sys.argv[2]) if len(sys.argv) > 2 else 0.005
MODULES = {"lstm": nn.LSTM, "gru": nn.GRU, "elman": nn.RNN}
SMALL = list(product((10, 25, 100), (1, 8, 32), (8, 32)))


def interleaved(*calls: Callable[[], object]) -> list[float]:
    """Median seconds of each. They take turns of a few milliseconds, so that a busy neighbour disturbs all alike.

    A turn repeats its call, as a training does, after one that does not count: it finds the others' data in the caches.
    """
    counts = [repeats(call) for call in calls]
    times: list[list[float]] = [[] for _ in calls]
    end = time.process_time() + SECONDS
    while time.process_time() < end or len(times[0]) < 5:
        for call, count, taken in zip(calls, counts, times, strict=True):
            call()
            start = time.process_time()
            for _ in range(count):
                call()
            taken.append((time.process_time() - start) / count)
    return [float(np.median(taken)) for taken in times]


def repeats(call: Callable[[], object]) -> int:
    """How often a call fits into a turn, once it is warm."""
    call()
    start = time.process_time()
    call()
    return max(1, int(TURN / (time.process_time() - start)))


def geomean(values: list[float]) -> float:
    """Geometric mean."""
    return float(np.exp(np.mean(np.log(values))))


def passes(name: str, steps: int, batch: int, hidden: int, layers: int = 1) -> dict[str, Callable[[], object]]:
    """The same pass, forward and back, by everybody."""
    module = MODULES[name](hidden, hidden, layers)
    twin = rnnviz.replace(module)
    x, slope = torch.randn(steps, batch, hidden), torch.randn(steps, batch, hidden)
    initial = {state: torch.zeros(batch, hidden) for state in CELLS[name].states}

    def plain() -> None:
        module.zero_grad()
        module(x)[0].backward(slope)

    def traced() -> rnnviz.models.recurrent.Run:
        module.zero_grad()
        run, _ = twin.run(x, record=True)
        run.y.backward(slope)
        return run

    def loop() -> None:
        module.zero_grad()
        weights = {key.removesuffix("_l0"): weight for key, weight in module.named_parameters()}
        seen, _ = loops.loop(loops.CELLS[name], weights, x, initial)
        torch.stack([step["h"] for step in seen]).backward(slope)

    return {"plain": plain, "traced": traced, "copied": lambda: layer_traces(traced().call), "loop": loop}


def small() -> None:
    """The table of the bars."""
    print(f"{'T':>4} {'B':>3} {'H':>3}   plain ms   traced/plain   copied/plain   loop/traced")
    own, rival = {}, []
    for name in MODULES:
        ratios = []
        for steps, batch, hidden in SMALL:
            plain, traced, copied, loop = interleaved(*passes(name, steps, batch, hidden).values())
            ratios.append((traced / plain, copied / plain, loop / traced))
            cells = "   ".join(f"{ratio:12.2f}" for ratio in ratios[-1])
            print(f"{steps:4} {batch:3} {hidden:3} {plain * 1e3:10.2f}   {cells}   {name}", flush=True)
        own[name], with_copy, than_loop = (geomean([row[i] for row in ratios]) for i in range(3))
        rival.append(than_loop)
        worst = max(row[0] for row in ratios)
        bar = 1.1 if name == "lstm" else 0.25
        print(f"{name}: traced/plain {own[name]:.2f} (bar {bar}), worst {worst:.2f}; copied/plain {with_copy:.2f}")
    print(f"all three: traced/plain {geomean(list(own.values())):.2f} (bar 0.35)")
    print(f"loop/traced {geomean(rival):.1f} (bar 8), by cell {', '.join(f'{r:.1f}' for r in rival)}")


def pairs() -> None:
    """The (k, t) matrix against T separate ways back."""
    steps, batch, hidden = 100, 8, 16
    for name in MODULES:
        net = rnnviz.Network(CELLS[name](), hidden, hidden, hidden)
        x = torch.randn(steps, batch, hidden)
        weights = {key.removesuffix("_l0"): weight for key, weight in net.rnn.named_parameters()}
        initial = {state: torch.zeros(batch, hidden) for state in CELLS[name].states}

        def separate(net=net, x=x, name=name, weights=weights, initial=initial) -> None:
            seen, _ = loops.loop(loops.CELLS[name], weights, x, initial)
            for k in range(steps):
                losses = net.readout(seen[k]["h"]).square().sum()
                torch.autograd.grad(losses, [step["h"] for step in seen[: k + 1]], retain_graph=True)

        def own(net=net, x=x) -> None:
            rnnviz.pairs(net, x, lambda y: y.square().sum(-1))

        theirs, ours = interleaved(separate, own)
        print(f"pairs {name}: {ours * 1e3:.1f} ms, {theirs / ours:.0f} x faster than T ways back (bar 40)")


def watching() -> None:
    """A reader's training with every pass recorded against the same untouched."""
    for name, make in MODULES.items():
        ratios = []
        for steps, batch, hidden in ((25, 8, 16), (100, 8, 32), (50, 32, 32)):
            x = torch.randn(steps, batch, hidden)
            module = make(hidden, hidden)
            with rnnviz.watch(module) as history:
                untouched, seen = interleaved(training(make(hidden, hidden), x), training(module, x, history))
            ratios.append(seen / untouched)
        bar = 3 if name == "lstm" else 1.6
        print(f"watch {name}: {', '.join(f'{r:.2f}' for r in ratios)} x untouched (bar {bar})")


def training(
    module: nn.Module, x: torch.Tensor, history: rnnviz.records.watching.Watched | None = None
) -> Callable[[], None]:
    """One update of a reader's training."""
    head = nn.Linear(x.shape[-1], x.shape[-1])
    optimizer = torch.optim.Adam([*module.parameters(), *head.parameters()])

    def update() -> None:
        optimizer.zero_grad()
        head(module(x)[0]).square().mean().backward()
        optimizer.step()
        if history:
            history.snapshots.clear()  # memory is not what is measured here

    return update


def family() -> None:
    """64 networks, 100 updates each: traced in the buffers at every update, every tenth kept."""
    x, target = torch.randn(25, 8, 16), torch.randint(16, (25, 8))
    for name in MODULES:
        members = [rnnviz.Network(CELLS[name](), 16, 16, 16) for _ in range(64)]
        for label, snapshots in (("all updates traced, the last kept", (100,)), ("11 kept", range(0, 101, 10))):
            start = time.process_time()
            rnnviz.train_family(
                members,
                x,
                lambda y: nn.functional.cross_entropy(y.flatten(0, 1), target.flatten()),
                updates=100,
                settings=rnnviz.Settings(max_norm=1.0),
                snapshots=snapshots,
                record=True,
            )
            print(f"family {name}, 64 x 100, {label}: {time.process_time() - start:.2f} s (bar 3)")


def film() -> None:
    """What a new seed costs the app: one sequence, T = 20, H = 8, 100 updates with Adam, and the traces of a film."""
    for name in MODULES:
        config = RunConfig(cell=name, text="the quick brown foxes", seq_len=20)
        (taken,) = interleaved(lambda config=config: unroll(config))
        print(f"film {name}: {taken * 1e3:.0f} ms")


def growth() -> None:
    """How the cost grows, and what a trace weighs."""
    print("traced ms      T     B     H layers   bytes per T B H and layer")
    for sizes in (
        [(t, 8, 16, 1) for t in (10, 50, 500)]
        + [(50, b, 16, 1) for b in (1, 64)]
        + [(50, 8, h, 1) for h in (4, 64, 128)]
        + [(50, 8, 16, n) for n in (2, 3)]
    ):
        steps, batch, hidden, layers = sizes
        for name in MODULES:
            call = passes(name, steps, batch, hidden, layers)["traced"]
            (taken,) = interleaved(call)
            record = layer_traces(call().call)
            arrays = [a for layer in record.values() for v in vars(layer).values() for a in leaves(v)]
            weight = sum(array.size * array.itemsize for array in arrays) / np.prod(sizes)
            print(f"{taken * 1e3:9.2f} {steps:6} {batch:5} {hidden:5} {layers:6}   {weight:6.0f}   {name}")


def leaves(value: object) -> list[np.ndarray]:
    """The arrays of a field."""
    return list(value.values()) if isinstance(value, dict) else [value]


if __name__ == "__main__":
    with one_thread():
        for part in (small, pairs, watching, family, film, growth):
            part()
