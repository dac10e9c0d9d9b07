"""Every sentence and every mark of the clipping page, recomputed by other code over random settings and results."""

import ast
import inspect
import itertools
import math
import re
from collections import Counter
from dataclasses import replace
from functools import cache, wraps
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from rnnviz.cells import CELLS
from rnnviz.lessons.clipping import answers, recorded, show_sections
from rnnviz.lessons.clipping.config import BALL_B, BALL_W, TASKS, ClippingConfig
from rnnviz.lessons.clipping.experiments import agreement as agree
from rnnviz.lessons.clipping.experiments import bend, cliff, remedies, solve_rate, threshold_price, two_by_two, windows
from rnnviz.lessons.clipping.experiments.pair import Terms
from rnnviz.lessons.clipping.experiments.pair_training import begun, training
from rnnviz.lessons.clipping.scene.pair import held
from rnnviz.studies.race import Race

PAGE = Path(__file__).parents[3] / "pages" / "3_clipping.py"
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
NUMBER = r"([−-]?(?:[\d,]+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|∞|NaN))"
SHARE = r"((?:[<>]?\d+%)|NaN)"
PASSES, GOAL = 100, 0.99  # of right answers over so many batches, which counts as solved

FEW, MANY = 12, 2_000


def draws(test):
    """The test with a few random generators, and with thousands behind the marker; the seed of a failure is noted."""

    @pytest.mark.parametrize("seeds", SEEDS, ids=str)
    @wraps(test)
    def drawn(seeds, **named):
        for seed in seeds:
            try:
                test(rng=np.random.default_rng(seed), **named)
            except Exception as failure:
                failure.add_note(f"drawn with seed {seed}")
                raise

    names = [name for name in inspect.signature(test).parameters if name != "rng"]
    parameters = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in ("seeds", *names)]
    drawn.__signature__ = inspect.Signature(parameters)
    return drawn


SEEDS = [range(FEW), *(pytest.param(range(k, k + 250), marks=pytest.mark.thorough) for k in range(FEW, MANY, 250))]


def number(text):
    """What a number in a sentence says."""
    text = text.replace(",", "")
    mantissa, _, exponent = text.partition("·10")
    if mantissa.endswith("∞"):
        return -math.inf if mantissa[0] == "−" else math.inf
    return float(mantissa.translate(RAISED)) * 10.0 ** int(exponent.translate(RAISED) or 0)


def says(text, value):
    """Whether a written number is this one, to two digits."""
    told = number(text)
    return told == value or (math.isnan(told) and math.isnan(value)) or abs(told - value) <= 0.05 * abs(value)


def says_share(text, value):
    """Whether a written share is this one, in whole percent."""
    if text == "NaN":
        return math.isnan(value)
    if text[0] in "<>":
        return {"<1%": 0 < value < 0.005, ">99%": 0.995 <= value < 1}[text]
    return abs(int(text[:-1]) / 100 - value) <= 0.005 + 1e-9


def options(name):
    """What can be predicted at a question of the page: by its function, or its section's name."""
    for call in ast.walk(ast.parse(PAGE.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call):
            lists = [ast.literal_eval(argument) for argument in call.args if isinstance(argument, ast.List)]
            first = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
            if lists and name in {getattr(call.func, "attr", getattr(call.func, "id", None)), first}:
                return lists[0]
    raise LookupError(name)


def one_sentence(answer):
    """Both sentences end where they should, and hold no number as a machine writes it."""
    for sentence in (answer.seen, answer.why):
        assert re.findall(r"[.?!](?=\s|$)", sentence) == ["."]
        assert not re.search(r"\de[-+]?\d|nan|inf\b|(?<![\w(])-\d", sentence)


def config_of(rng):
    """Any settings, the shortest and the longest sequences among them; few units, for most are not trained."""
    task = rng.choice(list(TASKS))
    low = max(10, TASKS[task].shortest)
    return ClippingConfig(
        cell=str(rng.choice(list(CELLS))),
        task=str(task),
        seq_len=int(rng.choice([low, low + 1, 40, 63, 120])),
        hidden_size=int(rng.choice([5, 6, 9])),
        initial=str(rng.choice(["orthogonal", "torch", "identity"])),
        forget_bias=str(rng.choice(["torch", "1", "chrono"])),
        lr=float(rng.choice([0.003, 0.2, 2.0])),
        clip=str(rng.choice(["norm", "value"])),
        max_norm=float(rng.choice([0.01, 0.015, 0.5, 100.0])),
        seed=int(rng.choice([0, 1, 9_997, 9_999])),
    )


# The pair of trainings


@cache
def start(task):
    """A pair before its first update."""
    return begun(ClippingConfig(task=task, seq_len=24, hidden_size=5))


def pair_of(rng):
    """A pair that never was: ties, nobody and everybody right, gradients that are no numbers, changes of terms."""
    base = start(str(rng.choice(list(TASKS))))
    passes = int(rng.choice([2, 50, 99, 100, 101, 230]))
    right = rng.choice([[0.0, 0.25], [1.0, 1.0], [0.95, 1.0], [0.0, 1.0]], axis=0)
    accuracies = np.float32(rng.choice(right, (passes, 2)) if rng.random() < 0.5 else np.tile(right, (passes, 1)))
    norms = np.float32(10.0 ** rng.uniform(-9, 4, (passes, 2)))
    norms[rng.random((passes, 2)) < rng.choice([0, 0, 0.1])] = rng.choice([np.nan, np.inf])
    clipped = np.where(np.isfinite(norms), np.minimum(norms, np.float32(rng.choice([1e-4, 0.5, 1e5]))), norms)
    clipped[:, 0] = norms[:, 0]
    starts = sorted({0, *rng.integers(0, passes, rng.integers(0, 3)).tolist()})
    terms = tuple(Terms(update, 0.5, float(rng.choice([0.003, 0.2, 2.0])), "norm") for update in starts)
    frame = base.frames[0]._replace(update=int(rng.integers(passes)), saturated=rng.random(2))
    return replace(
        base, accuracies=accuracies, norms=norms, clipped=clipped, losses=norms, terms=terms, frames=(frame,)
    )


def check_pair(run):
    """Recompute what is said of a pair."""
    told = answers.who_solves(run)
    one_sentence(told)
    updates = len(run.losses) - 1
    shares = [float(np.mean([float(a) for a in run.accuracies[:, k]][-PASSES:])) for k in (0, 1)]
    solved = [len(run.accuracies) >= PASSES and share >= GOAL for share in shares]
    fired, longest = 0, [0.0, 0.0]
    for u in range(updates):
        rate = [terms.lr for terms in run.terms if terms.update <= u][-1]
        for k in (0, 1):
            if math.isfinite(run.norms[u, k]):
                longest[k] = max(longest[k], rate * float(run.clipped[u, k]))
        fired += math.isfinite(run.norms[u, 1]) and float(run.clipped[u, 1]) < float(run.norms[u, 1]) * (1 - 1e-5)
    winner = {(False, True): "Only the one with clipping", (True, True): "Both", (False, False): "Neither"}
    assert options("who_solves")[told.option] == winner.get(tuple(solved), "Only the one without")
    found = re.match(
        rf"After {NUMBER} updates, over the latest (\d+) batches, {SHARE} of the answers are right without clipping "
        rf"and {SHARE} with it; a guess gets {SHARE}, 99% over 100 batches counts as solved, and clipping fired on "
        rf"{SHARE} of the updates\.$",
        told.seen,
    ).groups()
    assert number(found[0]) == updates
    assert int(found[1]) == min(PASSES, len(run.losses))
    chance = 1 / 8 if run.config.task == "copying" else 1 / 4
    for said, value in zip(found[2:], [*shares, chance, fired / updates], strict=True):
        assert says_share(said, value)
    found = re.match(
        rf"The longest step was {NUMBER} without and {NUMBER} with clipping, and at update {NUMBER} {SHARE} and "
        rf"{SHARE} of the activations were saturated\.$",
        told.why,
    ).groups()
    assert says(found[0], longest[0])
    assert says(found[1], longest[1])
    assert number(found[2]) == run.frames[-1].update
    assert all(says_share(said, float(share)) for said, share in zip(found[3:], run.frames[-1].saturated, strict=True))


@draws
def test_who_solves_it(rng):
    check_pair(pair_of(rng))


@pytest.mark.parametrize("cell", ["elman", "lstm", *(pytest.param(cell, marks=pytest.mark.thorough) for cell in CELLS)])
def test_who_solves_it_in_a_small_real_run(cell):
    for clip, task, lr in [("norm", "temporal_order", 2.0), ("value", "copying", 0.2)]:
        config = ClippingConfig(cell=cell, clip=clip, task=task, lr=lr, seq_len=22, hidden_size=5, max_norm=0.01)
        check_pair(training(config, 43).whole())


@draws
def test_what_is_held_constant_names_the_rates_in_their_order(rng):
    run = pair_of(rng)
    rates = [f"{terms.lr:g}" for terms in run.terms]
    rates = [rate for i, rate in enumerate(rates) if i == 0 or rate != rates[i - 1]]
    assert (f"rate {rates[0]}." if len(rates) == 1 else f"the rates {', '.join(rates)} one after the other.") in held(
        run
    )


@draws
def test_how_long_two_trainings_agree(rng):
    one = pair_of(rng)
    passes = len(one.losses)
    factor = np.where(rng.random((passes, 2)) < rng.choice([0, 0.05, 1]), rng.choice([0.5, 0.985, 1.005]), 1.0)
    other = replace(one, losses=np.float32(one.losses * factor)[: int(rng.integers(1, passes + 1))])
    tried = len(other.losses) - 1
    parted = []
    for k in (0, 1):
        pairs = [(float(a), float(b)) for a, b in zip(one.losses[:, k], other.losses[:, k], strict=False)]
        same = [a == b or (a != a and b != b) for a, b in pairs]  # noqa: PLR0124 -- NaN
        off = [u for u, (a, b) in enumerate(pairs) if not same[u] and not abs(a - b) <= 0.01 * abs(a)]
        parted.append(off[0] if off else tried)
    found = agree.agreement(one, other)
    assert found == (*parted, tried)
    said = agree.of_the_recording(found)
    if parted == [tried, tried]:
        assert said == f"All {tried:,} losses on either side agree with the recorded run to 1%."
    for update, sentence in ((parted[0], agree.of_a_twin(found)), (parted[1], agree.of_a_twin(found))):
        words = f"for {tried:,} updates" if update == tried else f"is off by more than 1% after {update:,} updates"
        assert words in sentence
        assert words in said or parted == [tried, tried]


def test_the_recorded_run_has_a_twin_and_is_chaotic_without_clipping():
    found = recorded.twin()
    assert found.tried == agree.TRIED
    assert 5 < found.without < 100 < found.with_clipping
    twin = training(ClippingConfig(), 12, agree.NUDGE).whole()
    live = training(ClippingConfig(), 12).whole()
    assert agree.agreement(live, twin) == (12, 12, 12)
    assert (twin.losses != live.losses).any()


# The races


def race_of(work, rng):
    """A race that was never run: nobody or everybody solves it, ties, losses that are no numbers."""
    entries = work.begin.args[0]
    count = len(entries)
    updates = int(rng.choice([20, 100, 1_000]))
    chance, baseline = entries[0].task.chance, entries[0].task.baseline
    right = rng.choice([chance, chance, 0.5, 0.98, 0.99, 1.0], count)
    losses = baseline * rng.choice([1.0, 1.0, 0.99, 0.949, 0.94, 0.5, 0.46, 0.1, 1e-4, 3.0, np.nan, np.inf], count)
    if rng.random() < 0.3:
        losses[:] = baseline
    when = rng.choice([100.0, 120.0, 120.0, 400.0], count)
    solved_at = np.where(rng.random(count) < rng.choice([0, 0.5, 1]), when, np.nan)
    fired = rng.choice([0.0, 0.001, 0.4, 0.999, 1.0], count) * (rng.random() < 0.8)
    return Race(entries, updates, updates, right[None], losses[None], solved_at, fired)


def places(run, name):
    return [k for k, entry in enumerate(run.entries) if entry.name == name]


def solvers(run, name):
    return sum(math.isfinite(run.solved_at[k]) for k in places(run, name))


def mean_fired(run, name):
    return float(np.mean([run.fired[k] for k in places(run, name)]))


def check_seeds(run):
    told = solve_rate.more_seeds(run)
    one_sentence(told)
    without, with_clipping = solvers(run, "without clipping"), solvers(run, "with clipping")
    chosen = options("more_seeds")[told.option]
    if without == with_clipping:
        assert chosen == ("as many either way, and some do" if without else "none does, either way")
    else:
        assert chosen == ("with clipping" if with_clipping > without else "without clipping")
    found = re.match(
        rf"Within {NUMBER} updates (\d) of 5 seeds solved it without clipping and (\d) of 5 with it, where it fired on "
        rf"{SHARE} of the updates\.$",
        told.seen,
    ).groups()
    assert [number(text) for text in found[:3]] == [run.updates, without, with_clipping]
    assert says_share(found[3], mean_fired(run, "with clipping"))


def check_price(run):
    told = threshold_price.costs(run)
    one_sentence(told)
    medians = {}
    for name in dict.fromkeys(entry.name for entry in run.entries):
        losses = [float(run.losses[-1, k]) for k in places(run, name)]
        medians[name] = median(loss if math.isfinite(loss) else math.inf for loss in losses)
    first, never, best = medians["0.01"], medians["no clipping"], min(medians.values())
    baseline = 10 * math.log(8) / run.task.seq_len if run.task.title == "Copying" else math.log(4)
    learned = best < 0.95 * baseline
    chosen = options("costs")[told.option]
    if not learned:
        assert chosen == "no measure: nothing is learned, with or without"
    elif first == never or (first <= never and first / never >= 0.9) or (first > never and never / first >= 0.9):
        assert chosen == "within a tenth of that without clipping"
    else:
        assert chosen == f"{'lower' if first < never else 'higher'} than without clipping, by more than a tenth"
    start, end = told.seen.removesuffix(".").split("; ")
    found = re.match(
        rf"After {NUMBER} updates the median loss is {NUMBER} nats at θ = 0\.01 and {NUMBER} without clipping, where a "
        rf"model without memory has {NUMBER}$",
        start,
    ).groups()
    assert number(found[0]) == run.updates
    assert all(says(text, value) for text, value in zip(found[1:], [first, never, baseline], strict=True))
    if learned:
        where = [name for name, loss in medians.items() if loss == best]
        said = re.match(rf"the lowest is {NUMBER}, at (.*)$", end).groups()
        assert says(said[0], best)
        assert Counter(said[1].replace("θ = ", "").split(", ")) == Counter(where)
    else:
        assert end == "no median is below 95% of that"
    fired, rate = mean_fired(run, "0.01"), run.entries[0].rule.lr
    if fired == 0:
        assert told.why == "At θ = 0.01 clipping never fired, so it changed nothing."
    else:
        found = re.search(rf"fired on {SHARE} of the updates, .* rate × θ = {NUMBER}, ", told.why).groups()
        assert says_share(found[0], fired)
        assert number(found[1]) == pytest.approx(rate / 100)


def check_cures(run):
    told = two_by_two.cures(run)
    one_sentence(told)
    starts = ("PyTorch's start", "a start that passes the signal")
    names = [f"{start}, {how} clipping" for start in starts for how in ("without", "with")]
    alone, helped = (
        {run.entries[k].seed for k in places(run, name) if math.isfinite(run.solved_at[k])} for name in names[:2]
    )
    cured = len(helped - alone)
    assert options("cures")[told.option] == {0: "None", 3: "All three"}.get(cured, "Some")
    found = re.match(
        rf"Solved, of 3 seeds each: from PyTorch's start (\d) without and (\d) with clipping, which fired on {SHARE} "
        r"of the updates; from a start that passes the signal (\d) without and (\d) with\.$",
        told.seen,
    ).groups()
    assert [int(found[i]) for i in (0, 1, 3, 4)] == [solvers(run, name) for name in names]
    fired = mean_fired(run, names[1])
    assert says_share(found[2], fired)
    assert ("nothing to cure" in told.why) == (len(alone) == 3)
    assert ("changed nothing" in told.why) == (not cured and len(alone) < 3 and fired == 0)


def check_fastest(run):
    told = remedies.fastest(run)
    one_sentence(told)
    when = {
        name: sorted(run.solved_at[k] if math.isfinite(run.solved_at[k]) else math.inf for k in places(run, name))[1]
        for name in dict.fromkeys(entry.name for entry in run.entries)
    }
    kinds = {"A start that passes the signal": [], "Gates": [], "The regulariser": []}
    for name, update in when.items():
        if name.startswith("orthogonal start"):
            kinds["A start that passes the signal"].append(update)
        elif "GRU" in name or "LSTM" in name:
            kinds["Gates"].append(update)
        elif "regulariser" in name:
            kinds["The regulariser"].append(update)
    first = min(min(updates) for updates in kinds.values())
    winners = [kind for kind, updates in kinds.items() if min(updates) == first]
    chosen = options("fastest")[told.option]
    if math.isinf(first):
        assert chosen == "None of them has"
    else:
        assert chosen == (winners[0] if len(winners) == 1 else "Several of them at once")
    counts = told.seen.removesuffix(".").split("seeds each: ")[1].split("; ")
    for (name, update), said in zip(when.items(), counts, strict=True):
        at = "" if math.isinf(update) else f", the median at update {update:,.0f}"
        assert said == f"{name}: {solvers(run, name)}{at}"


def check_window(run):
    told = windows.half_a_window(run)
    one_sentence(told)
    steps = run.task.seq_len
    half, whole = (
        median(float(run.right[-1, k]) for k in places(run, f"{window} steps")) for window in (round(steps / 2), steps)
    )
    chance, answers_each = (1 / 8, 10) if run.task.title == "Copying" else (1 / 4, 1)
    heads = 20 * answers_each * min(run.updates, PASSES)
    luck = min(1.0, chance + 4 * math.sqrt(chance * (1 - chance) / heads))
    mark = "99 % of the answers right, or more" if half >= GOAL else "fewer, but more than a guess"
    assert options("half_a_window")[told.option] == (
        mark if half > luck or half >= GOAL else "no more than a guess by luck"
    )
    found = re.match(
        rf"After {NUMBER} updates on sequences of (\d+) steps the median seed gives {SHARE} of the answers right with "
        rf"a window of (\d+) steps and {SHARE} with all (\d+); a guess gets {SHARE}, by luck up to {SHARE}\.$",
        told.seen,
    ).groups()
    assert [number(found[i]) for i in (0, 1, 3, 5)] == [run.updates, steps, round(steps / 2), steps]
    assert all(says_share(found[i], value) for i, value in zip((2, 4, 6, 7), (half, whole, chance, luck), strict=True))
    assert ("has not learned all of it either" in told.why) == (half < GOAL and whole < GOAL)


RACES = {
    "seeds": (solve_rate.solve_rate, check_seeds),
    "price": (threshold_price.threshold_price, check_price),
    "cures": (two_by_two.two_by_two, check_cures),
    "fastest": (remedies.remedies, check_fastest),
    "window": (windows.truncation, check_window),
}


@draws
@pytest.mark.parametrize("name", RACES)
def test_what_a_race_says(name, rng):
    experiment, check = RACES[name]
    config = config_of(rng)
    run = race_of(experiment(config), rng)
    check(run)
    seeds = list(dict.fromkeys(entry.seed for entry in run.entries))
    note = show_sections._held(run, config, "Only this.")
    assert f", T = {run.task.seq_len}, {config.hidden_size} hidden units" in note
    assert f"{run.updates:,} updates, seeds {', '.join(map(str, seeds))}. " in note
    assert all(0 <= one <= 9_999 for one in seeds)
    assert seeds == [(config.seed + s) % 10_000 for s in range(len(seeds))]


@pytest.mark.parametrize("name", RACES)
def test_what_a_small_real_race_says(name):
    experiment, check = RACES[name]
    for config in (
        ClippingConfig(seq_len=10, hidden_size=5, cell="mingru"),
        ClippingConfig(seq_len=21, task="copying"),
    ):
        check(experiment(replace(config, hidden_size=5), 20).whole())


# One gradient, and one unit


def bent(rng):
    """A gradient that never was, cut at every threshold; by plain arithmetic."""
    size = int(rng.choice([1, 2, 50, 400]))
    g = 10.0 ** rng.uniform(-7, 2) * rng.standard_normal(size) ** int(rng.choice([1, 3]))
    return g if rng.random() < 0.9 else np.zeros(size)


@draws
def test_how_far_a_gradient_turns(rng):
    g, theta = bent(rng), np.array([1e-4, 0.01, 1.0])
    cut = np.clip(g, -theta[:, None], theta[:, None])
    length = math.sqrt(math.fsum(v * v for v in g))
    turned = bend.turn(g, cut)
    for k, bound in enumerate(theta):
        kept = [max(-bound, min(bound, v)) for v in g]
        after = math.sqrt(math.fsum(v * v for v in kept))
        if length == 0:
            assert turned[k] == 0
            continue
        along = math.fsum(x * y for x, y in zip(g, kept, strict=True)) / length**2
        across = [y - x * along for x, y in zip(g, kept, strict=True)]
        angle = math.degrees(math.asin(min(1.0, math.sqrt(math.fsum(v * v for v in across)) / after)))
        assert turned[k] == pytest.approx(angle, rel=1e-6, abs=1e-6)
    many = sum(abs(v) > 0.01 for v in g)
    found = bend.Bend(theta, length, theta, theta, turned, (abs(g) > theta[:, None]).sum(axis=1), len(g))
    told = bend.turned(found)
    one_sentence(told)
    mark = "Less than 1°" if turned[1] < 1 else "15° or more" if turned[1] >= 15 else "1° or more, less than 15°"
    assert options("clipping-bend")[told.option] == mark
    said = re.match(
        rf"At θ = 0\.01 clipping by value turns this gradient, which is {NUMBER} long, by {NUMBER}°, clipping by norm "
        r"by 0°\.$",
        told.seen,
    ).groups()
    assert says(said[0], length)
    assert says(said[1], float(turned[1]))
    counts = [number(text) for pair in re.findall(r"(\d[\d,]*) of its (\d[\d,]*) comp", told.why) for text in pair]
    assert counts == ([many, len(g)] if many else [])
    assert ("leaves all as they are" in told.why) == (many == 0)


def drop_of(rng):
    """Where a ball is dropped: anywhere on the map, its corners among them."""
    w, b = (float(rng.choice([*rng.choice(rungs, 3), rungs[0], rungs[-1]])) for rungs in (BALL_W, BALL_B))
    return w, b, float(rng.choice([0.02, 0.2, 1.0])), float(rng.choice([0.1, 1.0, 10.0]))


def check_cliff(w, b, rate, bound):
    told = cliff.off_the_cliff(w, b, rate, bound)
    one_sentence(told)
    plain, clipped = cliff.descend(w, b, rate), cliff.descend(w, b, rate, bound)
    error, other = float(plain.errors[-1]), float(clipped.errors[-1])
    chosen = options("clipping-cliff")[told.option]
    if 3 <= plain.w[-1] <= 8 and -5 <= plain.b[-1] <= 0:
        same = "On the map, its error the same to 0.001"
        side = f"On the map, its error {'lower' if error < other else 'higher'} than the clipped ball's"
        assert chosen == (same if abs(error - other) < 0.001 else side)
    else:
        assert chosen == "Off the map"
    way = list(zip(plain.w, plain.b, strict=True))
    moves = [math.dist(here, there) for here, there in itertools.pairwise(way)]
    found = re.match(
        rf"From w = {NUMBER}, b = {NUMBER} at rate {NUMBER} the plain ball('s longest step was number \d+, where a "
        rf"gradient of {NUMBER} moved it by {NUMBER}| does not move, where its gradient is {NUMBER} long); after 200 "
        rf"steps its error is {NUMBER}, the clipped ball's {NUMBER}\.$",
        told.seen,
    ).groups()
    assert [number(text) for text in found[:3]] == [w, b, rate]
    if max(moves) == 0:
        assert says(found[6], float(plain.norms[0]))
    else:
        n = int(re.search(r"number (\d+)", found[3])[1]) - 1
        assert moves[n] == pytest.approx(max(moves))
        assert says(found[4], float(plain.norms[n]))
        assert says(found[5], moves[n])
        if abs(plain.w[n]) + abs(plain.b[n]) < 1e6:
            assert moves[n] == pytest.approx(rate * plain.norms[n], abs=2e-9)
    assert says(found[7], error)
    assert says(found[8], other)
    assert number(re.search(rf"rate × θ = {NUMBER}", told.why)[1]) == pytest.approx(rate * bound)
    same_way = all(norm <= bound for norm in plain.norms[:200])
    assert ("both went the same way" in told.why) == same_way
    assert not same_way or (plain.w == clipped.w).all()
    assert np.hypot(np.diff(clipped.w), np.diff(clipped.b)).max() <= rate * bound + 2e-9


@draws
def test_where_a_ball_ends(rng):
    check_cliff(*drop_of(rng))


@pytest.mark.parametrize(
    "drop", [(3.0, -2.8, 0.2, 0.1), (3.0, -5.0, 0.2, 1.0), (5.0, -2.8, 0.2, 1.0), (8.0, 0.0, 0.02, 0.1)]
)
def test_where_a_ball_ends_that_hardly_moves_or_is_thrown(drop):
    check_cliff(*drop)


def test_a_ball_that_does_not_move_is_said_not_to():
    still = cliff.Descent(*(np.full(201, value) for value in (3.0, -5.0, 0.25, 1e-12)))
    assert cliff.longest(still) == "the plain ball does not move, where its gradient is 1.0·10⁻¹² long"
    assert cliff.option(still, still) == 2
    lower = replace(still, errors=np.full(201, 0.248))
    assert [cliff.option(lower, still), cliff.option(still, lower)] == [1, 3]
    assert cliff.option(replace(still, w=np.full(201, np.nan)), still) == 0


# What the questions take for granted


@draws
def test_how_far_back_the_answer_was_read(rng):
    config = config_of(rng)
    T = config.seq_len
    codes = config.problem.batch(1_500, rng).x.argmax(-1).T
    if config.task == "copying":  # each letter is said again at the place of its own, in the last ten steps
        far = T - 10
    elif config.task == "recall":
        far = T - 1
    else:
        far = max(T - 1 - int(np.flatnonzero(sequence < 2)[0]) for sequence in codes)
    assert config.earliest == far
    short = {entry.task.seq_len for entry in windows.truncation(config).begin.args[0]}
    assert short == {config.short.seq_len} == {min(T, 40 if config.task == "copying" else 20)}
    tried = {entry.rule.window for entry in windows.truncation(config).begin.args[0]}
    assert {config.short.half, config.short.seq_len} <= tried


def test_a_link_takes_every_window_that_can_be_dragged():
    for steps in (10, 101, 120):
        config = ClippingConfig(seq_len=steps).with_setting("window", steps)
        assert config.window == steps
        assert steps > 20 or config.window in windows.windows(config)


def test_every_question_can_be_answered_by_each_of_its_options():
    for name, count in {
        "who_solves": 4,
        "more_seeds": 4,
        "half_a_window": 3,
        "costs": 4,
        "cures": 3,
        "fastest": 5,
    }.items():
        assert len(options(name)) == len(set(options(name))) == count
    assert [len(options(name)) for name in ("clipping-cliff", "clipping-bend")] == [4, 3]
