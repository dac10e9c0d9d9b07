"""Every sentence on the page about gradients holds, whatever the settings: recomputed step by step with autograd."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS
from rnnviz.figures.palette import css
from rnnviz.lessons.vanishing import answers
from rnnviz.lessons.vanishing.config import BIASES, RADII, GradientConfig
from rnnviz.lessons.vanishing.experiments.before_after import before_after, training_of
from rnnviz.lessons.vanishing.experiments.chosen_network import build
from rnnviz.lessons.vanishing.experiments.dials import LENGTHS, RANGES, dials
from rnnviz.lessons.vanishing.experiments.gradient_matrix import gradient_matrix
from rnnviz.lessons.vanishing.experiments.networks import INPUTS, at_radius, signals
from rnnviz.lessons.vanishing.experiments.step_factors import step_factors
from rnnviz.lessons.vanishing.experiments.true_gradient import true_gradient
from rnnviz.lessons.vanishing.reading import reading
from rnnviz.lessons.vanishing.scene.sweep import sweep
from rnnviz.models.recurrent import Recurrent
from tests.numerals import NUMBER, number, times

DRAWS = [pytest.param(range(12), id="12"), pytest.param(range(12, 2000), id="2000", marks=pytest.mark.thorough)]


def close(*values):
    """As exact as two or three digits are, and as rounding leaves the product of many factors next to zero."""
    return [pytest.approx(v, rel=0.06 + 0.01 * max(0, -np.log10(v) - 12) if v else 0, abs=1e-300) for v in values]


def drawn(seed, **fixed):
    """Random settings; extremes are likely."""
    draw = np.random.default_rng(seed)
    pick = lambda *values: values[draw.integers(len(values))]  # noqa: E731
    config = GradientConfig(
        cells=tuple(draw.permutation(list(CELLS))[: draw.integers(1, 4)].tolist()),
        activation=pick("tanh", "relu", "sigmoid", "identity"),
        initial=pick("orthogonal", "torch", "identity"),
        forget_bias=pick("torch", "1", "3", "chrono"),
        seq_len=pick(2, 3, 5, 12, 30),
        hidden_size=pick(1, 2, 7),
        inputs=pick(0.0, 0.3, 1.0, 10.0),
        loss_on=pick("last", "every"),
        cell=pick(*CELLS),
        rho=pick(*RADII[::8]),
        bias=pick(*BIASES[::8]),
        dial=pick("rho", "bias"),
        seed=int(draw.integers(1, 9000)),
    )
    return replace(config, **fixed)


def by_autograd(module, x, direction, until):
    """∂(direction · h, summed over the steps asked for)/∂(all states after step 1), (B, S).

    Step by step: the state after the first is a leaf, so that every path from it counts once.
    """
    _, state = module(x[:1])
    w = torch.tensor(direction)
    leaves = [s[0].detach().requires_grad_() for s in (state if isinstance(state, tuple) else (state,))]
    loss, at = (leaves[0] @ w).sum() * (1 in until), leaves
    for t in range(1, len(x)):
        given = tuple(s[None] for s in at)
        _, state = module(x[t : t + 1], given if len(given) > 1 else given[0])
        at = [s[0] for s in (state if isinstance(state, tuple) else (state,))]
        if t + 1 in until:
            loss = loss + (at[0] @ w).sum()
    gradients = torch.autograd.grad(loss, leaves, allow_unused=True)
    return torch.cat([torch.zeros_like(s) if g is None else g for g, s in zip(gradients, leaves, strict=True)], dim=1)


def reached(config, module, seed, until=None):
    """The length at step 1 of the gradient by all states, root mean square over the sequences."""
    x, direction = signals(config, seed)
    x = torch.tensor(x).permute(0, 2, 1)
    found = by_autograd(module, x, direction, until or {len(x)})
    return float(found.square().sum(1).mean().sqrt())


def open_the_gate(module, bias):
    """The bias of the gate that keeps the memory set by hand: both of torch's vectors make one."""
    cell, H = module.plan.cell, module.plan.hidden_size
    symbols = [block.symbol for block in cell.blocks]
    keeper = cell.anatomy.keeper
    if keeper is None:
        return
    g, sign = symbols.index(keeper.gate), -1 if keeper.complement else 1
    with torch.no_grad():
        for name, weight in module.named_parameters():
            if name.startswith("bias_ih"):
                weight[g * H : (g + 1) * H] = sign * bias
            elif name.startswith("bias_hh") and cell.blocks[g].reads_h:
                weight[sum(b.reads_h for b in cell.blocks[:g]) * H :][:H] = 0


def option(thresholds, value):
    return next((i for i, threshold in enumerate(thresholds) if value >= threshold), len(thresholds))


@pytest.mark.parametrize("draws", DRAWS)
def test_what_is_left_below_one(draws):
    for seed in draws:
        config = drawn(seed)
        name = config.cells[0]
        left = reached(config, at_radius(replace(config, rho=0.842), name, config.seed), config.seed)
        answer = answers.left_below_one(config)
        assert answer.option == option((0.1, 1e-3), left), config
        back = config.seq_len - 1
        assert times(answer.seen) == close(left, left ** (1 / back))
        assert f"after {back} step{'s' * (back > 1)}:" in answer.seen
        if any(block.reads_h for block in CELLS[name]().blocks):
            assert number(answer.why.split(" is ")[1]) == pytest.approx(0.842**back, rel=0.06)
        else:
            assert "no W_hh" in answer.why


@pytest.mark.parametrize("draws", DRAWS)
def test_at_birth(draws):
    for seed in draws:
        config = drawn(seed)
        left = {}
        for name, kind in (("elman", torch.nn.RNN), ("lstm", torch.nn.LSTM)):
            ours = Recurrent(
                CELLS[name](),
                INPUTS,
                config.hidden_size,
                dtype=torch.float64,
                generator=torch.Generator().manual_seed(config.seed),
            )
            theirs = kind(INPUTS, config.hidden_size, dtype=torch.float64)
            theirs.load_state_dict(ours.state_dict())
            left[name] = reached(config, theirs, config.seed)
        open_the_gate(ours, 3.0)
        helped = reached(config, ours, config.seed)
        answer = answers.immune(config)
        over, under = left["lstm"] > 1e3 * left["elman"], left["elman"] > 1e3 * left["lstm"]
        assert answer.option == (0 if over else 2 if under else 1), config
        assert times(answer.seen) == close(left["elman"], left["lstm"], helped)


@pytest.mark.parametrize("draws", DRAWS)
def test_whose_loss_step_one_hears(draws):
    for seed in draws:
        config = drawn(seed)
        arriving = [reached(config, build(config), config.seed, {k + 1}) for k in range(config.seq_len)]
        near = max(1, round(config.seq_len / 10))
        share = sum(arriving[:near]) / sum(arriving)
        answer = answers.whose_loss(gradient_matrix(config))
        more = share > near / config.seq_len * (1 + 1e-9)
        near_the_edge = abs(share - near / config.seq_len) < 1e-9 or abs(share - 0.5) < 1e-9
        assert near_the_edge or answer.option == (0 if share > 0.5 else 1 if more else 2), config
        assert f"send {share:.1%} of all" in answer.seen
        assert times(answer.why) == close(arriving[-1] / arriving[0])


@pytest.mark.parametrize("draws", DRAWS)
def test_strong_inputs(draws):
    for seed in draws:
        config, factors = drawn(seed), []
        for strength in (config.inputs, 10.0):
            version = replace(config, inputs=strength, loss_on="last")
            x, direction = signals(version, config.seed)
            x = torch.tensor(x).permute(0, 2, 1)[:, :1]
            left = by_autograd(build(version), x, direction, {len(x)}).norm()
            factors.append(float(left) ** (1 / (config.seq_len - 1)))
        answer = answers.strong_inputs(step_factors(config), step_factors(replace(config, inputs=10.0)))
        calm, driven = factors
        expected = 0 if driven > 1.02 * calm else 2 if driven < 0.98 * calm else 1
        near_the_edge = any(abs(driven - edge * calm) < 1e-6 * calm for edge in (1.02, 0.98))
        assert near_the_edge or answer.option == expected, config
        found = re.findall(rf"by ({NUMBER})", answer.seen)
        assert [number(text) for text in found] == close(calm, driven)


@pytest.mark.parametrize("draws", DRAWS)
def test_the_trap(draws):
    for seed in draws:
        config = drawn(seed, loss_on="last")
        x, direction = signals(config, config.seed)
        x = torch.tensor(x).permute(0, 2, 1)
        trap, module = true_gradient(config), build(config)
        h_only = by_autograd(module, x, direction, {len(x)})[:, : config.hidden_size]
        true = float(h_only.square().sum(1).mean().sqrt())
        if len(CELLS[config.cell].states) == 1:
            assert trap.true[0] == pytest.approx(true, rel=1e-5, abs=1e-300)
        answer = answers.stacked_output(trap)
        assert trap.stacked == [0.0] * len(trap.steps)  # what torch says
        assert answer.option == (2 if not any(trap.true) else 0), config
        told = re.findall(rf"(?:is|and) ({NUMBER})", answer.seen)
        assert number(told[0]) == 0
        assert number(told[1]) == pytest.approx(trap.true[0], rel=0.06)


@pytest.mark.parametrize(
    "draws", [pytest.param(range(2), id="2"), pytest.param(range(2, 40), id="40", marks=pytest.mark.thorough)]
)
def test_what_training_does(draws):
    for seed in draws:
        config = drawn(seed, seq_len=4, hidden_size=3, cells=("elman", "lstm"))
        flow = before_after(config).whole()
        name, left = config.learner, []
        _, direction = signals(config, config.seed)
        for updates in (0, 300):
            training = training_of(replace(config, loss_on="last"), name)
            if updates:
                training.run(updates)
            x = training.batch[:, :2].double()
            module = training.network.rnn.double()
            found = by_autograd(module, x, direction, {len(x)})
            left.append(float(found.square().sum(1).mean().sqrt()))
        answer = answers.training_opens(flow)
        before, after = left
        assert times(answer.seen) == close(before, after)
        assert answer.option == (0 if after > 10 * before else 2 if 10 * after < before else 1)


def opened(packed):
    length = int.from_bytes(packed[:4], "little")
    header = json.loads(packed[4 : 4 + length])
    floats = np.frombuffer(packed, "<f4", offset=4 + length)
    arrays = {
        entry["name"]: {
            "shape": entry["shape"],
            "data": floats[entry["offset"] // 4 :][: np.prod(entry["shape"], dtype=int)].tolist(),
        }
        for entry in header.pop("arrays")
    }
    return header | {"arrays": arrays}


SAYS = """([film, k]) => {
  for (const array of Object.values(film.arrays)) array.data = Float32Array.from(array.data);
  return import('http://stage.test/lessons/vanishing/scene/flow.js').then((m) => m.flowSentence(film, k, Infinity));
}"""


def verb(ratio):
    if ratio and abs(np.log10(ratio)) < 0.15:
        return "about keeps its length"
    if ratio < 1:
        return "vanishes" if ratio <= 1e-3 else "shrinks"
    return "explodes" if ratio >= 1e3 else "grows"


@pytest.mark.parametrize("draws", DRAWS)
def test_the_sentence_above_the_picture(blank, draws):
    for seed in draws:
        draw = np.random.default_rng(seed + 10_000)
        config = drawn(seed, dial=str(draw.choice(["rho", "bias", "inputs", "activation", "initial"])))
        if seed % 6 == 0:
            config = replace(config, dial="seq_len", cells=config.cells[:1], hidden_size=2)
        flow = dials(config).whole()
        film = opened(sweep(flow, flow.values[0], looks={c: css(c) for c in flow.passes}, main=True))
        k = int(draw.integers(len(flow.values)))
        name = film["lines"][film["spoken"]]["cell"]
        version = replace(config, **{config.dial: flow.values[k]})
        version = replace(version, loss_on="last") if config.dial == "seq_len" else version
        seeds = range(config.seed, config.seed + 5)
        says = blank.evaluate(SAYS, [film, k])
        modules = [at_radius(version, name, s) for s in seeds]
        if version.loss_on == "every":
            everything, later = (
                reached(version, modules[0], config.seed, set(range(start, version.seq_len + 1))) for start in (1, 2)
            )
            found = [number(text) for text in re.findall(rf"(?:is|there,) ({NUMBER})", says)]
            assert found == close(everything, later), says
            assert not any(word in says for word in ("vanishes", "explodes", "shrinks", "grows", "keeps"))
            continue
        left = [reached(version, module, s) for module, s in zip(modules, seeds, strict=True)]
        assert times(says) == close(left[0], min(left), max(left)), (config, says)
        told = re.search(r"the error ([a-z ]+?)(, with this seed,)? on its way back", says)
        edges = [abs(abs(np.log10(value)) - edge) for value in left if value for edge in (0.15, 3)]
        if min(edges, default=1) > 1e-3:
            assert told[1] == verb(left[0]), says
            assert bool(told[2]) == (verb(min(left)) != verb(max(left))), says


def test_the_reading_says_only_what_holds():
    for seed in range(300):
        config = drawn(seed, dial=str(np.random.default_rng(seed).choice([*RANGES])))
        text = reading(config)
        two = [CELLS[cell].title for cell in config.cells if "c" in CELLS[cell].states]
        assert ("two states" in text) == bool(two)
        assert ("none." in text) == ("mingru" in config.cells)
        assert ("Dotted" in text) == bool(dials(replace(config, seq_len=2, hidden_size=1)).begin().family.laws)
        if "exactly" in text:
            assert (config.activation, config.dial) == ("identity", "rho")
            assert config.initial != "torch"
        if "cannot rise" in text:
            assert config.initial != "torch"


@pytest.mark.parametrize("initial", ["orthogonal", "identity"])
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "identity"])
def test_a_line_said_not_to_rise_does_not_rise(activation, initial):
    config = GradientConfig(cells=("elman",), activation=activation, initial=initial, seq_len=6, hidden_size=5)
    flow = dials(config).whole()
    bounded = len(RADII) if activation == "sigmoid" else RADII.index(1.0) + 1
    lines = flow.passes["elman"].norms["h"][:bounded]
    assert (np.diff(lines, axis=-1) >= -1e-12 * lines[..., 1:]).all()
    if activation == "identity":
        assert (np.diff(flow.passes["elman"].norms["h"][bounded:], axis=-1) < 0).all()


def test_the_lengths_are_those_of_the_slider():
    assert LENGTHS[0] == GradientConfig.settings()["seq_len"].low
