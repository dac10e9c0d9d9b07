"""Every sentence of the lesson is true of the network it stands beside: all is worked out again by plain torch."""

import base64
import re

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from rnnviz.cells import CELLS
from rnnviz.engine.plan import Plan
from rnnviz.lessons.unrolling.answers import letters_right, stronger_signal
from rnnviz.lessons.unrolling.config import RunConfig
from rnnviz.lessons.unrolling.experiment import Unrolling, seen, unroll
from rnnviz.lessons.unrolling.scene.film import film
from rnnviz.models.first_weights import FirstWeights
from rnnviz.tasks.next_character import NextCharacter
from rnnviz.training.sequence_training import train_on_sequence
from tests.javascript import HOST, PLACES

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
CURVES = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid, "identity": lambda a: a}
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
NUMBER = r"−?(?:∞|\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)|NaN"
EXTREMES = [
    RunConfig(text="banana", activation="identity", seq_len=200, lr=1.0, seed=2),
    RunConfig(text="banana", activation="relu", seq_len=200, lr=1.0, seed=2, hidden_size=32),
    RunConfig(text="ab", activation="identity", seq_len=200, lr=0.001, seed=935, hidden_size=3),  # ρ = 1.28
    RunConfig(text="zzz", cell="lstm", seq_len=2),
    RunConfig(text="ab", cell="mingru", seq_len=2, hidden_size=1, lr=1.0),
    RunConfig(text="peacock", cell="mingru", lr=1.0),
]


def drawn(seed):
    """A random choice of everything that a visitor can choose."""
    source = np.random.default_rng(seed)
    letters = list("abcdefghijklmnopqrstuvwxyz ,é孔雀🦚")[: source.integers(1, 32)]
    text = "".join(source.choice(letters, source.integers(1, 30))).strip() or "a"
    return RunConfig(
        text=text,
        cell=str(source.choice(list(CELLS))),
        activation=str(source.choice(list(CURVES))),
        seq_len=int(np.exp(source.uniform(np.log(2), np.log(200.4)))),
        hidden_size=int(source.integers(1, 33)),
        lr=float(source.choice(RATES)),
        seed=int(source.integers(0, 10000)),
    )


def step(config, w, x, h, c):
    """One step of a cell by its equations, in torch: h and c (H,)."""

    def a(g, of, reads_h=True):
        i, H = of.index(g), len(h)
        rows = slice(i * H, (i + 1) * H)
        own = w["weight_ih"][rows] @ x + w["bias_ih"][rows]
        return own + w["weight_hh"][rows] @ h + w["bias_hh"][rows] if reads_h else own

    s = torch.sigmoid
    if config.cell == "elman":
        return CURVES[config.activation](a("h", "h")), c
    if config.cell == "mingru":
        z = s(a("z", "zn", reads_h=False))
        return (1 - z) * h + z * a("n", "zn", reads_h=False), c
    if config.cell == "gru":
        H, z = len(h), s(a("z", "rzn"))
        past = s(a("r", "rzn")) * (w["weight_hh"][2 * H :] @ h + w["bias_hh"][2 * H :])
        return (1 - z) * torch.tanh(w["weight_ih"][2 * H :] @ x + w["bias_ih"][2 * H :] + past) + z * h, c
    if config.cell == "cifg":
        f = s(a("f", "fgo"))
        c = f * c + (1 - f) * torch.tanh(a("g", "fgo"))
        return s(a("o", "fgo")) * torch.tanh(c), c
    peep = {g: w[f"weight_c{g}"] if config.cell == "peephole_lstm" else 0.0 for g in "ifo"}
    i, f = (s(a(g, "ifgo") + peep[g] * c) for g in "if")
    c = f * c + i * torch.tanh(a("g", "ifgo"))
    return s(a("o", "ifgo") + peep["o"] * c) * torch.tanh(c), c


class Truth:
    """The pass of snapshot k, step by step from the recorded states before: a long pass may be chaotic, a step is not.

    Attributes:
        logits: (T, O).
        own: the part of ∂L/∂h_t that comes from step t's own prediction, (T, H).
        carried: the part that later steps send back, (T, H).
    """

    def __init__(self, run, k):
        tensors = {name: torch.tensor(weight[k]).double() for name, weight in run.weights.items()}
        w = {name.removeprefix("rnn.").removesuffix("_l0"): tensor for name, tensor in tensors.items()}
        layer, T, H = run.layer, run.task.seq_len, run.config.hidden_size
        h = torch.tensor(layer.states["h"][:, k]).double()
        c = torch.tensor(layer.states["c"][:, k]).double() if "c" in layer.states else torch.zeros(T, H).double()
        self.logits = (h @ w["readout.weight"].T + w["readout.bias"]).requires_grad_()
        loss = F.cross_entropy(self.logits, torch.tensor(run.task.targets))
        self.loss = float(loss.detach())
        self.own = torch.autograd.grad(loss, self.logits)[0] @ w["readout.weight"]
        self.carried, back = torch.zeros(T, H).double(), torch.zeros(2, H).double()
        for t in range(T - 1, -1, -1):
            before = [(state[t - 1] if t else 0 * state[0]).clone().requires_grad_() for state in (h, c)]
            after = step(run.config, w, torch.tensor(run.task.one_hot[t, 0]).double(), *before)
            if after[0].isfinite().all() and h[t].isfinite().all():
                assert torch.allclose(
                    after[0], h[t], rtol=1e-3, atol=1e-4 * max(1, float(before[0].detach().abs().max()))
                )
            self.carried[t] = back[0]
            sent = ((after[0] * (self.own[t] + back[0])) + after[1] * back[1]).sum()
            found = torch.autograd.grad(sent, before, allow_unused=True)
            back = torch.stack([torch.zeros(H).double() if one is None else one for one in found])
        self.whole = self.own + self.carried
        self.faint = 1e-6 * float(self.own.norm(dim=1).nan_to_num().max()) + 1e-30  # single precision: saturated is 0

    def right(self, targets):
        """How many predictions are right for sure, and how many are too near to a tie to tell."""
        finite = self.logits.isfinite().all(dim=1)
        if self.logits.shape[1] == 1:
            return int(finite.sum()), 0
        best = self.logits.detach().nan_to_num().topk(2, dim=1)
        tied = finite & (best.values[:, 0] - best.values[:, 1] < 1e-4 * (1 + best.values[:, 0].abs()))
        hit = finite & (best.indices[:, 0] == torch.tensor(targets))
        return int((hit & ~tied).sum()), int(tied.sum())

    @property
    def silent(self):
        """How many steps predict nothing."""
        return int((~self.logits.isfinite().all(dim=1)).sum())


def value(text):
    """The number that a reader reads."""
    mantissa, _, exponent = text.translate(RAISED).replace("∞", "inf").partition("·10")
    return float(mantissa) * 10.0 ** int(exponent or 0)


def says(text, number, faint=0.0):
    """Whether a number of two or three digits is this one."""
    found = value(text)
    if not np.isfinite(number) or not np.isfinite(found):
        return str(found) == str(float(number))
    return abs(found - number) <= 0.055 * abs(number) + faint


def one_step(seed):
    """A run over a single step, which no link can ask for."""
    config, cell = RunConfig(text="ab", hidden_size=3), CELLS["elman"]()
    task = NextCharacter(("a", "b"), 1)
    start = FirstWeights.drawn(Plan(cell, 2, 3), 2, seed)
    found = train_on_sequence(start, task.one_hot, np.array(task.targets)[:, None], lr=0.1, updates=5, snapshots=[0, 5])
    return Unrolling(config, cell, task, [*found.weights], found.losses, found.blew_up_at, *seen(start, task, found))


def check_stronger(run):
    answer, truth = stronger_signal(run), Truth(run, 0)
    first, last = (float(truth.whole[t].norm()) for t in (0, -1))
    said = re.fullmatch(rf"‖∂L/∂h‖ is ({NUMBER}) at step 1 and ({NUMBER}) at step (\d+)\.", answer.seen)
    assert says(said[1], first, 1e-30)
    assert says(said[2], last, 1e-30)
    assert int(said[3]) == run.task.seq_len
    ratio = first / last if last else 1.0 if first == last else np.inf
    if abs(ratio / 2 - 1) > 1e-3 and abs(ratio * 2 - 1) > 1e-3:
        assert answer.option == (0 if ratio > 2 else 1 if ratio < 0.5 else 2)
    if len(set(run.task.characters)) == 1:
        assert first == last == 0
        assert "the loss is 0" in answer.why
    elif run.task.seq_len == 1:
        assert "one step only" in answer.why
    else:
        own, carried = re.search(
            rf"length ({NUMBER}) comes from its own .* length ({NUMBER}) from", answer.why
        ).groups()
        assert says(own, float(truth.own[0].norm()), 1e-30)
        assert says(carried, float(truth.carried[0].norm()), truth.faint * 1e-3)
        assert not truth.carried[-1].any()


def check_letters(run):
    answer, truth = letters_right(run), Truth(run, -1)
    said = re.fullmatch(
        r"(?:After (\d+) updates?(, where numbers overflowed and the training ended,)?|Before any update) "
        r"(\d+) of (\d+) predictions? (is|are) right(?:, (\d+) cannot be made)?, "
        rf"at a mean loss (?:of ({NUMBER}) nats|that is no finite number); "
        rf"all letters equally likely would cost ({NUMBER})\.",
        answer.seen,
    )
    assert said, answer.seen
    updates, ended, right, steps, verb, silent, loss, knowing = said.groups()
    sure, tied = truth.right(run.task.targets)
    assert sure <= int(right) <= sure + tied
    assert int(steps) == run.task.seq_len
    assert verb == ("is" if right == "1" else "are")
    assert int(silent or 0) == truth.silent
    assert answer.option == (0 if right == steps else 1 if int(right) > int(steps) / 2 else 2)
    assert int(updates) == len(run.losses) - 1
    assert "1 updates" not in answer.seen
    assert bool(ended) == (int(updates) < 100 and run.task.seq_len > 1)  # only an overflow ends a training early
    if not ended:
        assert np.isfinite(truth.loss)
    if loss:
        assert says(loss, truth.loss, 1e-6)
    else:
        assert not np.isfinite(truth.loss) or truth.loss > 1e30
    assert says(knowing, np.log(len(set(run.task.characters))))


def check(config):
    run = unroll(config).whole()
    check_stronger(run)
    check_letters(run)


@pytest.mark.parametrize("config", EXTREMES, ids=lambda config: f"{config.cell}-{config.activation}-{config.seq_len}")
def test_answers_at_the_extremes_are_true(config):
    check(config)


@pytest.mark.parametrize("seed", range(20))
def test_answers_are_true(seed):
    check(drawn(seed))


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(100, 3100))
def test_answers_are_true_of_thousands(seed):
    check(drawn(seed))


def test_answers_of_a_single_step_are_true():
    run = one_step(1)
    check_stronger(run)
    assert stronger_signal(run).option == 2
    check_letters(run)


SAID = """Promise.all(MODULES.map((m) => import(m))).then(([unpack, captions, training, reading]) => {
    const film = unpack.unpack(Uint8Array.from(atob("DATA"), (c) => c.charCodeAt(0)));
    film.losses = film.losses.map((loss) => loss ?? NaN);
    const steps = Array.from({ length: film.T }, (_, t) => t);
    const say = (part, read, back, k, t) => captions.caption(film, { part, fold: 1, read, back }, k, t);
    return [0, film.updates.length - 1].map((k) => ({
        start: say("forward", 0, 0, k, 0),
        reads: steps.map((t) => (t < film.T - 1 ? say("forward", t + 0.9, 0, k, t) : null)),
        turn: say("backward", film.T, 0, k, film.T - 1),
        sends: steps.map((t) => (t ? say("backward", film.T, film.T - t, k, t) : null)),
        reached: say("backward", film.T, film.T, k, 0),
        steps: steps.map((t) => reading.stepInWords(film, k, t, reading.reading(film, k, t, 92, 54))),
        remarks: training.remarks(film, k, film.updates[k]),
    }));
})"""


def said_in_browser(page, run):
    """What the scene says at the first and at the last snapshot, at every step there and back."""
    data = base64.b64encode(film(run, update=0, opened=0)).decode()
    modules = [f"{HOST}/{PLACES[name]}" for name in ("unpack", "caption", "training", "reading")]
    return page.evaluate(SAID.replace("MODULES", str(modules)).replace("DATA", data))


def check_reading(run, truth, t, sentence, pattern):
    """One step's expectation: the letter, its chance, and what follows."""
    alphabet, target = run.task.alphabet, run.task.alphabet[run.task.targets[t]]
    if not truth.logits[t].isfinite().all():
        assert "predicts nothing" in sentence
        return
    letter, chance, follows = re.search(pattern, sentence).groups()
    chances = torch.softmax(truth.logits[t].detach(), -1)
    letters = {shape(a): float(p) for a, p in zip(alphabet, chances, strict=True)}
    assert letters[letter] > max(letters.values()) - 1e-3
    chance_now = letters[letter]
    allowed = {f"{round(100 * chance_now + off)}%" for off in (-0.1, 0, 0.1)} | (
        {"<1%"} if chance_now < 0.0055 else set()
    )
    assert chance in allowed
    assert follows in {None, shape(target)}
    assert follows or letter == shape(target)
    assert f"reads “{shape(alphabet[run.task.inputs[t]])}”" in sentence


def shape(character):
    return "␣" if character == " " else character


def check_scene(run, snapshot, said):
    truth = Truth(run, snapshot)
    whole, own, carried = ([float(v.norm()) for v in vectors] for vectors in (truth.whole, truth.own, truth.carried))
    T, plain = run.task.seq_len, lambda text: text.replace("\u2068", "").replace("\u2069", "")
    assert said["start"] == f"Step 1 starts with {' and '.join(f'{s} = 0' for s in run.cell.states)}."
    for t in range(T):
        told = plain(said["steps"][t])
        check_reading(run, truth, t, told, r"expects “(.+)” \((<?\d+%)\), next is “(.+)”\.")
        assert says(re.search(rf"‖∂L/∂h‖ = ({NUMBER})\.", told)[1], whole[t], truth.faint)
        if t < T - 1:
            reads = r"expects “(.+)” \((<?\d+%)\), (?:and that is what follows|but “(.+)” follows)\."
            check_reading(run, truth, t, plain(said["reads"][t]), reads)
        if t:
            numbers = re.findall(NUMBER, said["sends"][t].partition(":")[2])
            expected = [own[t], carried[t], whole[t]] if t < T - 1 else [own[t]]
            assert len(numbers) == len(expected)
            assert all(says(*pair, truth.faint) for pair in zip(numbers, expected, strict=True))
    first, last, at = re.search(rf"= ({NUMBER}) there, ({NUMBER}) at step (\d+)\.", said["reached"]).groups()
    assert says(first, whole[0], truth.faint)
    assert says(last, whole[-1], truth.faint)
    assert int(at) == T
    loss = re.search(
        rf"All {T} steps are read: (?:mean loss ({NUMBER}) nats|their mean loss is no finite)", said["turn"]
    )
    assert says(loss[1], truth.loss, 1e-6) if loss[1] else not np.isfinite(truth.loss)
    assert ("no error" in said["turn"]) == (len(run.task.alphabet) == 1)
    assert ("overflowed" in said["remarks"]) == (run.updates[-1] < 100)
    assert "1 updates" not in said["remarks"]


SCENES = [
    RunConfig(text="banana", activation="identity", seq_len=100, lr=1.0, seed=2, hidden_size=32),
    RunConfig(text="a b", cell="lstm", seq_len=9, lr=0.1),
    RunConfig(text="zzz", cell="gru", seq_len=3),
    *(drawn(seed) for seed in range(50, 56)),
]


@pytest.mark.browser
@pytest.mark.parametrize("config", SCENES, ids=lambda config: f"{config.cell}-{config.seq_len}")
def test_what_the_scene_says_is_true(blank, config):
    run = unroll(config).whole()
    for snapshot, said in zip((0, -1), said_in_browser(blank, run), strict=True):
        check_scene(run, snapshot, said)
