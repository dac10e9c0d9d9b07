import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.5, "0.50"), (-0.5, "−0.50"), (0.0123, "0.012"), (12.34, "12.3"), (123.4, "123"), (1e-5, "1.00e−5")],
)
def test_digits(js, value, text):
    assert js("scales", "digits", value) == text


def test_numbers_that_are_none_are_said_so(blank):
    said = blank.evaluate("""import('http://stage.test/stage/js/scales.js').then((m) =>
        [NaN, Infinity, -Infinity].flatMap((v) => [m.digits(v), m.brief(v)]))""")
    assert said == ["NaN", "NaN", "∞", "∞", "−∞", "−∞"]


@pytest.mark.parametrize(("norm", "level"), [(0, 0), (1e-8, 0), (1e-3, 0.5), (1e2, 1), (1e9, 1)])
def test_gradient_widths_stand_on_one_absolute_log_scale(js, norm, level):
    assert js("scales", "gradientLevel", norm) == pytest.approx(level)


def test_a_gradient_of_zero_draws_nothing_and_a_faint_one_draws_something(js):
    assert js("scales", "gradientWidth", 0) == 0
    assert js("scales", "gradientWidth", 1e-30) > 0


@pytest.mark.parametrize(("p", "text"), [(0, "0%"), (0.0001, "<1%"), (0.004, "<1%"), (0.006, "1%"), (1, "100%")])
def test_percent(js, p, text):
    assert js("scales", "percent", p) == text


def test_full_colour_is_the_films_limit(js):
    assert js("scales", "strength", -0.5, 1) == 0.5
    assert js("scales", "strength", 3, 2) == 1
    assert js("scales", "strength", 0, 2) == 0


@pytest.mark.parametrize(("space", "shown"), [(" ", "␣"), ("\u00a0", "␣"), ("\u3000", "␣"), ("a", "a"), ("ש", "ש")])
def test_a_space_is_made_visible(js, space, shown):
    assert js("scales", "glyph", space) == shown


def test_a_quoted_letter_leaves_the_direction_of_its_sentence_alone(js):
    assert js("scales", "quoted", "ש") == "“\u2068ש\u2069”"


def test_a_pass_that_overflowed_has_no_favourite(blank, js):
    assert js("scales", "favourite", [0.1, 0.7, 0.2]) == 1
    assert blank.evaluate("import('http://stage.test/stage/js/scales.js').then((m) => m.favourite([NaN, 0.5]))") == -1


@pytest.mark.parametrize(
    ("values", "found"), [([0.1, 0.5, 0.2, 0.2], [1, 2, 3]), ([0.5, 0.5], [0, 1]), ([3, 1, 2, 4], [3, 0, 2]), ([], [])]
)
def test_the_largest_come_first_and_equals_in_their_order(js, values, found):
    assert js("scales", "largest", values, 3) == found


@pytest.mark.parametrize(
    ("probabilities", "target", "shown"),
    [([0.1, 0.5, 0.3, 0.1], 1, [1, 2, 0]), ([0.1, 0.5, 0.3, 0.05, 0.05], 4, [1, 2, 4]), ([1.0], 0, [0])],
)
def test_the_right_letter_is_always_listed(js, probabilities, target, shown):
    assert js("chain", "listed", probabilities, target) == shown


@pytest.mark.parametrize(("value", "mark"), [(2.06, 2), (5.38, 5), (0.99, 0.5), (10, 10), (0.013, 0.01)])
def test_an_axis_is_marked_at_a_round_number(js, value, mark):
    assert js("training", "roundest", value) == mark
