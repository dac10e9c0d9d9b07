"""One vocabulary: a name means the same in every lesson."""

from dataclasses import fields, replace
from importlib import import_module
from pathlib import Path

import pytest

from rnnviz import lessons
from rnnviz.config.base import Config
from rnnviz.config.kinds import Ladder, Whole, setting
from rnnviz.config.vocabulary import VOCABULARY, word
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.unrolling.config import RunConfig
from rnnviz.lessons.vanishing.config import GradientConfig

NAMES = sorted(path.parent.name for path in Path(lessons.__file__).parent.glob("*/config.py"))


def config_of(lesson):
    """The one config of a lesson."""
    module = import_module(f"rnnviz.lessons.{lesson}.config")
    (kind,) = (
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Config) and value.__module__ == module.__name__
    )
    return kind


CONFIGS = {lesson: config_of(lesson) for lesson in NAMES}


@pytest.mark.parametrize("lesson", NAMES)
def test_a_shared_word_is_the_vocabularys_and_only_narrower(lesson):
    for name, kind in CONFIGS[lesson].settings().items():
        if (shared := VOCABULARY.get(name)) is None:
            continue
        assert type(kind) is type(shared)
        assert kind.formerly == shared.formerly
        if isinstance(kind, Whole):
            assert shared.low <= kind.low <= kind.high <= shared.high or name == "seq_len"
        if isinstance(kind, Ladder):
            assert set(kind.rungs) <= set(shared.rungs)


def test_a_name_outside_the_vocabulary_belongs_to_one_lesson():
    own = [name for kind in CONFIGS.values() for name in kind.settings() if name not in VOCABULARY]
    shared = sorted({name for name in own if own.count(name) > 1})
    assert not shared, f"Declare {shared} in rnnviz/config/vocabulary.py: they mean one thing in several lessons."


def test_no_older_name_is_in_use_for_something_else():
    for kind in CONFIGS.values():
        older = [name for setting in kind.settings().values() for name in setting.formerly]
        assert set(older) & {field.name for field in fields(kind)} == set()


@pytest.mark.parametrize(
    ("query", "config"),
    [
        ({"length": "20", "units": "9", "rate": "0.1"}, ClippingConfig(seq_len=20, hidden_size=9, lr=0.1)),
        ({"theta": "2", "how": "value"}, ClippingConfig(max_norm=2.0, clip="value")),
        (
            {"start": "torch", "keep": "1", "cell": "lstm"},
            ClippingConfig(initial="torch", forget_bias="1", cell="lstm"),
        ),
        ({"keep": "0", "cell": "gru"}, ClippingConfig(cell="gru")),
        ({"keep": "1.0", "cell": "lstm"}, ClippingConfig(cell="lstm", forget_bias="1")),
        ({"task": "copying", "length": "10"}, ClippingConfig(task="copying", seq_len=30)),
        ({"task": "copying", "rate": "0.1"}, ClippingConfig(task="copying", seq_len=60, lr=0.1)),
        ({"task": "copying", "lr": "0.1"}, ClippingConfig(task="copying", lr=0.1)),
        ({"look": "gru", "forget": "3"}, GradientConfig(cell="gru", forget_bias="3")),
    ],
)
def test_a_link_from_before_still_reads(query, config):
    assert type(config).from_query(query) == (config, [])


def test_todays_name_wins_over_an_older_one():
    assert ClippingConfig.from_query({"seq_len": "30", "length": "20"})[0].seq_len == 30


def test_a_sequence_too_short_for_its_task_is_refused_and_costs_one_setting():
    config, (problem,) = ClippingConfig.from_query({"task": "copying", "seq_len": "12", "seed": "7"})
    assert config == ClippingConfig(task="copying", seed=7)
    assert problem.startswith("Sequence length cannot be “12”: copying needs 21 steps or more")
    with pytest.raises(ValueError, match="Sequence length cannot be “10”"):
        replace(ClippingConfig(seq_len=10), task="copying")


def test_a_word_takes_the_lessons_default_and_range():
    field = word("hidden_size", 3, high=5)
    assert field.default == 3
    assert field.metadata["setting"] == replace(VOCABULARY["hidden_size"], high=5)
    assert setting(3, VOCABULARY["hidden_size"]).metadata["setting"].high > 5


def test_every_lesson_has_a_seed_and_says_which_cell():
    for kind in (RunConfig, GradientConfig, ClippingConfig):
        assert {"seed", "cell", "seq_len", "hidden_size"} <= kind.settings().keys()
