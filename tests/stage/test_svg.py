import pytest

pytestmark = pytest.mark.browser


def drawn(page, code):
    """Run code on the drawing verbs `m`, a fresh element `e`, and a count of what was changed in it."""
    return page.evaluate(f"""import('http://stage.test/stage/js/svg.js').then(async (m) => {{
      const e = m.draw(document.body, 'g');
      const seen = [];
      const all = {{ childList: true, attributes: true, characterData: true, subtree: true }};
      const watch = () => new MutationObserver((them) => seen.push(...them.map((one) => one.type))).observe(e, all);
      {code}
    }})""")


def test_text_is_written_into_the_node_that_is_there(blank):
    code = "m.write(e, 'a'); watch(); m.write(e, 'b'); m.write(e, 'b'); await null; return [e.textContent, seen]"
    assert drawn(blank, code) == ["b", ["characterData"]]


@pytest.mark.parametrize(
    ("share", "looks"),
    [(0, ["hidden", "1"]), (0.004, ["hidden", "1"]), (0.5, ["inherit", "0.50"]), (1, ["inherit", "1"])],
)
def test_only_what_is_half_shown_has_an_opacity(blank, share, looks):
    code = f"m.fade(e, {share}); return ['visibility', 'opacity'].map((name) => e.getAttribute(name))"
    assert drawn(blank, code) == looks


def test_an_arrow_that_changes_by_less_than_the_eye_sees_is_left_alone(blank):
    imported = "const { Arrow } = await import('http://stage.test/stage/js/arrow.js');"
    code = "const a = new Arrow(e, '', [0, 0], [9, 0]); a.show(1, 2.31); watch(); a.show(1, 2.34); await null;"
    assert drawn(blank, f"{imported} {code} return seen") == []


@pytest.mark.parametrize(("value", "look"), [("-1", "negative"), ("0", "positive"), ("2", "positive"), ("NaN", "lost")])
def test_a_unit_has_the_colour_of_its_sign(blank, value, look):
    code = f"e.setAttribute('class', 'unit positive'); m.paintUnit(e, {value}, 1); return [...e.classList]"
    assert drawn(blank, code) == ["unit", look]


def test_a_unit_whose_colour_changes_by_less_than_the_eye_sees_is_left_alone(blank):
    code = "e.setAttribute('class', 'unit'); m.paintUnit(e, 1, 0.501); watch(); m.paintUnit(e, 1, 0.508); await null;"
    assert drawn(blank, f"{code} return seen") == []
