import re
import unicodedata
from dataclasses import dataclass, field, replace

import pytest

from rnnviz.cells import CELLS
from rnnviz.config.base import Config, ConflictError
from rnnviz.config.kinds import Whole
from rnnviz.lessons.unrolling.config import RunConfig
from rnnviz.lessons.vanishing.config import GradientConfig

ELSEWHERE = {"hidden_size": "5"}  # a good setting beside the bad one: it must survive

HOSTILE = {
    "hidden_size": ["1e9", "0", "33", "-1", "3.5", "", "0x10", "٣", "8\n", "9" * 5000],
    "cell": ["foo", "", "LSTM", "__class__", "elman\x00"],
    "activation": ["softmax", ""],
    "seq_len": ["1", "201", "0", "seven"],
    "lr": ["0.02", "NaN", "inf", "-0.03", "1e-2", ".", "..1"],
    "updates": ["101", "-1"],
    "step": ["201", "-1", "NaN"],
    "seed": ["NaN", "inf", "-inf", "1e3", "10000", "None"],
    "text": [
        "",
        "   ",
        "\u200b\u200d",
        "x" * 10_000,
        "🦚" * 201,
        "bell\x07",
        "two\nlines",
        "nul\x00",
        "over\u202eride",
        "iso\u2066late",
        "half\ud83e",
        "z" + "\u0301" * 3000,
    ],
}

WELCOME = [
    "peacock",
    "a",
    "aaaa",
    "مرحبا بالعالم",
    "שלום",
    "नमस्ते",
    "孔雀",
    "👨‍👩‍👧‍👦👩🏽‍🚀🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "❤️",
    "x" * 200,
    "a & b = c?#%+ 'q'",
]


@pytest.mark.parametrize(("name", "raw"), [(name, raw) for name, raws in HOSTILE.items() for raw in raws])
def test_a_bad_value_in_a_link_costs_one_sentence_and_only_its_own_field(name, raw):
    config, problems = RunConfig.from_query({**ELSEWHERE, name: raw, "utm_source": "mail"})
    assert config == RunConfig(**({} if name == "hidden_size" else {"hidden_size": 5}))
    (sentence,) = problems
    assert sentence.startswith(f"{RunConfig.settings()[name].label} cannot be “")
    assert sentence.endswith(".")
    assert len(sentence) < 200
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl"} for character in sentence)


@pytest.mark.parametrize("name", RunConfig.settings())
def test_every_setting_refuses_a_value_of_another_type(name):
    with pytest.raises(ValueError, match=f"^{re.escape(RunConfig.settings()[name].label)} cannot be .*: "):
        RunConfig(**{name: None})


def test_a_link_full_of_mistakes_gets_a_sentence_for_each():
    config, problems = RunConfig.from_query({name: raws[0] for name, raws in HOSTILE.items()})
    assert config == RunConfig()
    assert len(problems) == len(HOSTILE)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"hidden_size": "1e9"}, "Hidden units cannot be “1e9”: choose a whole number from 1 to 32."),
        ({"lr": "2"}, "Learning rate cannot be “2”: choose one of 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1."),
        ({"text": "a\x07"}, "Text cannot be “a·”: remove the invisible control character U+0007."),
    ],
)
def test_the_sentence_names_the_value_the_range_and_the_remedy(raw, sentence):
    assert RunConfig.from_query(raw)[1] == [sentence]


@pytest.mark.parametrize("raw", ["999", "-1", "-1.0", "2.50", "0.020", "1e-2"])
def test_a_refusal_quotes_what_the_link_says_letter_by_letter(raw):
    assert GradientConfig.from_query({"rho": raw})[1][0].startswith(f"Spectral radius cannot be “{raw}”: ")


def test_a_remedy_writes_numbers_with_a_true_minus_sign():
    (sentence,) = GradientConfig.from_query({"bias": "99"})[1]
    assert sentence == ("Forget bias cannot be “99”: choose one of the slider's 33 numbers from −2 to 6, such as 2.")


def test_a_refusal_of_a_value_from_code_writes_it_as_a_setting():
    with pytest.raises(ValueError, match=r"^Forget bias cannot be “−7”: "):
        GradientConfig(bias=-7.0)
    with pytest.raises(ValueError, match=r"^Cells cannot be “foo, lstm”: "):
        GradientConfig(cells=("foo", "lstm"))


@pytest.mark.parametrize("text", WELCOME)
def test_any_script_is_welcome_and_survives_the_link(text):
    config = RunConfig(text=text)
    assert RunConfig.from_query(config.to_query()) == (config, [])


@pytest.mark.parametrize(
    "config",
    [
        RunConfig(),
        RunConfig(cell="lstm", seed=9999, lr=1.0),
        RunConfig(activation="relu", seq_len=200, updates=0, step=3),
        RunConfig(text="ab", seq_len=7),
    ],
)
def test_a_config_survives_the_link(config):
    assert RunConfig.from_query(config.to_query()) == (config, [])


def test_a_link_lists_only_what_differs_from_the_defaults():
    assert RunConfig().to_query() == {}
    assert RunConfig(text="parrots", lr=0.1).to_query() == {"text": "parrots", "lr": "0.1"}


def test_what_looks_the_same_is_the_same():
    assert RunConfig(text="cafe\u0301") == RunConfig(text="café")


@pytest.mark.parametrize(("text", "steps"), [("peacock", 7), ("a", 2), ("👨‍👩‍👧‍👦ab", 3), ("नमस्ते", 3)])
def test_an_unstated_length_is_the_texts_own(text, steps):
    assert RunConfig(text=text).seq_len == steps


def test_a_length_that_was_the_text_s_follows_a_new_text_and_a_chosen_one_stays():
    assert RunConfig(text="ab").with_setting("text", "peacock").seq_len == 7
    chosen = RunConfig(text="ab", seq_len=9)
    assert chosen.with_setting("seed", 2).seq_len == 9
    assert chosen.with_setting("text", "peacock").seq_len == 9


@pytest.mark.parametrize("text", ["a" + "\u0344" * 15, "cafe\u0301", "é" * 200])
def test_a_text_that_grows_when_composed_is_refused_or_kept_but_never_breaks(text):
    config, problems = RunConfig.from_query({"text": text})
    assert RunConfig.from_query(config.to_query()) == (config, [])
    assert len(problems) == (config.text == "peacock")


@pytest.mark.parametrize("blank", ["\u200b", "\ufeff", "\u00ad", "\u200e"])
def test_a_character_that_cannot_be_seen_is_refused(blank):
    assert RunConfig.from_query({"text": f"a{blank}b"})[1] in (
        [f"Text cannot be “a{blank}b”: remove the invisible character U+{ord(blank):04X}."],
        [],
    )


def test_equal_keys_share_what_has_to_be_computed():
    config = RunConfig(hidden_size=3)
    assert config.key == replace(config, updates=50, step=2).key
    assert config.key != replace(config, seed=2).key


def test_a_cell_that_ignores_the_activation_has_one_key():
    assert RunConfig(cell="lstm", activation="relu").key == RunConfig(cell="lstm").key
    assert RunConfig(activation="relu").key != RunConfig().key


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_can_be_chosen(cell):
    assert RunConfig.from_query({"cell": cell}) == (RunConfig(cell=cell), [])


def test_a_conflict_with_a_default_costs_the_others():
    @dataclass(frozen=True)
    class Bounds(Config):
        low: int = field(default=5, metadata={"setting": Whole(label="Low", help="", low=0, high=9)})
        high: int = field(default=6, metadata={"setting": Whole(label="High", help="", low=0, high=9)})

        def __post_init__(self):
            super().__post_init__()
            if self.low > self.high:
                raise ConflictError("high", "High is below low: raise it.")

    assert Bounds.from_query({"low": "8"}) == (Bounds(), ["High is below low: raise it."])
    assert Bounds.from_query({"high": "2"}) == (Bounds(), ["High is below low: raise it."])
