import itertools
import re
import time

import pytest

from rnnviz.lessons.vanishing.config import RADII, GradientConfig
from rnnviz.lessons.vanishing.experiments.forget_biases import over_forget_biases
from rnnviz.lessons.vanishing.experiments.radii import over_radii
from tests.numerals import number
from tests.visiting import linked, over, settle, unlinked, until

pytestmark = pytest.mark.browser

COUNT = """() => { window.sent = 0; const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (m) { window.sent += 1; return send.call(this, m); }; }"""

END = """() => [...document.querySelectorAll('*')].some((e) =>
    e.shadowRoot?.querySelector('.dial output')?.textContent === 'ρ = 1.7')"""

REACHED = """() => { window.reached = [];
    const stages = () => [...document.querySelectorAll('*')].map((e) => e.shadowRoot);
    const watch = () => { const arrow = stages().map((s) => s?.querySelector('.flowarrow')).find(Boolean);
        const steps = (arrow.getAttribute('d').match(/M/g) ?? []).length;
        if (steps !== window.reached.at(-1)) window.reached.push(steps);
        requestAnimationFrame(watch); };
    watch(); }"""
"""Count, from frame to frame, how many steps the error has reached."""


ROWS = "table => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent))"


@pytest.fixture
def look(visit):
    """Open the lesson, the error at step 1."""

    def go(address="vanishing", *, ready=".flowtable td", **context):
        page = visit(address, ready=ready, **{"reduced_motion": "reduce", **context})
        if ready == ".flowtable td":
            settle(page)
        return page

    return go


def shown(page, scene=0):
    """The lengths in the table: by line, at the first step and at the last."""
    rows = page.locator(".flowtable").nth(scene).evaluate(ROWS)  # at one glance: it may be filled anew meanwhile
    return {name: [number(text) for text in texts[:2]] for name, *texts in rows[1:]}


def drag(page, label, shares):
    slider = page.get_by_role("slider", name=label, exact=True)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + shares[0] * box["width"], height)
    page.mouse.down()
    for share in shares[1:]:
        page.mouse.move(box["x"] + share * box["width"], height)
        yield
    page.mouse.up()
    settle(page)


def redrawn(page, before):
    """The picture, once it is none of those."""
    picture = page.locator(".flow svg").first
    until(page, lambda: picture.inner_html() not in before)
    return picture.inner_html()


def test_the_table_shows_the_measured_lengths(look):
    page = look("vanishing?rho=1.247")
    flow = over_radii(GradientConfig()).whole()
    place = RADII.index(1.247)
    for name, (first, last) in shown(page).items():
        cell = next(cell for cell in ("elman", "lstm", "gru") if cell in name.lower())
        state = re.sub(r"[(), ]", "", name.split("∂")[-1].removesuffix("‖"))
        norms = flow.passes[cell].norms[state][place, 0]
        assert (first, last) == pytest.approx((norms[0], norms[-1]), rel=0.05)


def test_dragging_moves_the_whole_picture_without_the_server_and_tells_it_once(look):
    page = look()
    page.evaluate(COUNT)
    seen = []
    for _ in drag(page, "Spectral radius", (0.1, 0.3, 0.5, 0.7, 0.95)):
        seen.append(redrawn(page, seen))
        assert page.evaluate("window.sent") == 0
    assert page.evaluate("window.sent") == 1
    page.wait_for_url(re.compile(r"rho=1\.[56]"), timeout=20_000)


@pytest.mark.parametrize(
    ("dial", "label", "settled"),
    [
        ("seq_len", "Sequence length", "seq_len=9"),
        ("activation", "Activation", "activation=identity"),
        ("bias", "Forget bias", "bias=5"),
    ],
)
def test_other_settings_can_be_dragged_as_well(look, dial, label, settled):
    page = look(f"vanishing?dial={dial}")
    page.evaluate(COUNT)
    seen = []
    for _ in drag(page, label, (0.02, 0.35, 0.65, 0.92)):
        seen.append(redrawn(page, seen))
        assert page.evaluate("window.sent") == 0
    linked(page, settled)


def test_another_setting_is_taken_from_the_slider_itself(look):
    page = look()
    page.get_by_label("Setting to drag").select_option("inputs")
    page.get_by_role("slider", name="Input strength").wait_for(timeout=20_000)
    settle(page)
    linked(page, "dial=inputs")
    assert page.locator(".dial output").inner_text() == "strength = 0.3"
    page.get_by_label("Setting to drag").select_option("rho")
    page.get_by_role("slider", name="Spectral radius").wait_for(timeout=20_000)
    settle(page)
    unlinked(page, "dial=")


def test_the_line_tips_over_at_one_in_the_linear_case(look):
    page = look("vanishing?cells=elman&activation=identity")
    says = page.locator(".sweep .says")
    assert "keeps its length" in says.inner_text()
    page.locator(".sweep").focus()
    page.keyboard.press("ArrowLeft")
    until(page, lambda: "shrinks" in says.inner_text())
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    until(page, lambda: "grows" in says.inner_text())
    assert shown(page)["Elman RNN (identity), ‖∂L/∂h‖"] == pytest.approx([1.045**49, 1.0], rel=0.02)
    settle(page)


def test_play_sweeps_from_end_to_end_in_the_browser(look):
    page = look(reduced_motion="no-preference")
    page.get_by_label("Spectral radius", exact=True).evaluate(
        "s => { s.value = 24; s.dispatchEvent(new Event('input')); }"
    )
    page.evaluate(COUNT)
    page.get_by_role("button", name="Sweep ρ").click()
    page.wait_for_function(
        END,
        timeout=15_000,
    )
    settle(page)
    assert page.evaluate("window.sent") == 1
    linked(page, "rho=1.7")


def test_the_sweep_goes_faster_and_round_and_round(look):
    page = look(reduced_motion="no-preference")
    page.get_by_label("Speed", exact=True).select_option("4")
    page.get_by_role("button", name="Loop").click()
    page.get_by_role("button", name="Sweep ρ").click()
    places = [0.0]
    deadline = time.monotonic() + 15
    while not any(later < before for before, later in itertools.pairwise(places)):
        assert time.monotonic() < deadline
        places.append(float(page.locator(".dial output").inner_text().removeprefix("ρ = ")))
        page.wait_for_timeout(50)
    page.get_by_role("button", name="Pause").click()
    settle(page)
    linked(page, "rho=")


def test_the_error_travels_back_by_itself(look):
    page = look(reduced_motion="no-preference")
    page.evaluate(REACHED)
    page.get_by_role("button", name="Send the error back").click()
    page.wait_for_function("window.reached.length > 1 && window.reached.at(-1) === 50")
    reached = page.evaluate("window.reached")
    assert min(reached) < 50


def test_other_networks_keep_the_place_of_the_control(look):
    page = look("vanishing?rho=0.842")
    page.locator(".sweep").evaluate("scene => (scene.dataset.same = 'yes')")
    page.get_by_text("minGRU", exact=True).first.click()
    page.get_by_text("minGRU, ‖∂L/∂h‖").wait_for()
    settle(page)
    over(page)
    assert page.locator(".sweep").get_attribute("data-same") == "yes"
    until(page, lambda: page.locator(".dial output").inner_text() == "ρ = 0.842")
    linked(page, "cells=elman%2Clstm%2Cgru%2Cmingru")


def test_a_section_asks_first_and_then_shows_what_was_measured(look):
    page = look()
    assert page.locator(".sweep").count() == 1
    page.get_by_text("Over a thousand times longer").click()
    page.locator(".sweep").nth(1).wait_for()
    over(page)
    assert "Measured: Of the same order" in page.locator(".st-key-predict-gradient-birth").inner_text()
    for _ in drag(page, "Forget bias", (0.3, 0.4, 0.626)):
        pass
    until(page, lambda: page.locator(".dial output").nth(1).inner_text() == "b = 3")
    linked(page, "bias=3")
    norms = over_forget_biases(GradientConfig()).whole().passes["lstm"].norms["h"][20, 0]
    assert shown(page, 1)["LSTM, ‖∂L/∂h‖"] == pytest.approx([norms[0], norms[-1]], rel=0.05)


def test_a_training_can_be_stopped_and_gone_on_with(look, held):
    held.release()  # the family above is to be there
    page = look("vanishing?seq_len=60&hidden_size=24")
    held.hold()
    page.get_by_text("Over ten times more than before").click()
    page.locator(".st-key-through_training-stop button").click(timeout=20_000)
    page.get_by_text("what was reached is shown").wait_for(timeout=20_000)
    assert page.locator(".dial").nth(1).get_by_role("slider").get_attribute("max") == "0"
    held.release()
    page.locator(".st-key-through_training-on button").click()
    page.get_by_text("what was reached is shown").wait_for(state="detached", timeout=120_000)
    over(page)
    until(page, lambda: page.locator(".dial").nth(1).get_by_role("slider").get_attribute("max") == "8")


def test_a_family_can_be_stopped_keeps_what_it_has_and_can_go_on(look, held):
    cells = "elman,lstm,gru,cifg,mingru,peephole_lstm"
    page = look(f"vanishing?cells={cells}&seq_len=99&hidden_size=31", ready=".st-key-dragged-stop", wait=False)
    page.locator(".st-key-dragged-stop button").click()
    page.get_by_text("what was reached is shown: ρ =").wait_for(timeout=60_000)
    slider = page.locator(".dial").get_by_role("slider")
    assert slider.get_attribute("max") == "0"
    assert page.locator(".dial output").inner_text() == "ρ = 1"
    held.release()
    page.locator(".st-key-dragged-on button").click()
    page.get_by_text("what was reached is shown").wait_for(state="detached", timeout=120_000)
    over(page)
    until(page, lambda: slider.get_attribute("max") == str(len(RADII) - 1))


def test_a_cell_without_recurrent_weights_says_so_where_they_are_asked_for(look):
    page = look("vanishing?cells=mingru&cell=mingru")
    page.locator(".st-key-predict-gradient-why").get_by_text("about the same").click()
    page.get_by_text("No eigenvalues.").wait_for(timeout=20_000)
    assert page.get_by_test_id("stMetricValue").first.inner_text() == "no W_hh"
    assert "ρ" not in page.get_by_text("inputs of strength 0.3, T = 50").inner_text()
    page.locator(".st-key-predict-gradient-reach").get_by_text("Less than a thousandth").click()
    page.get_by_text("It has no W_hh, and thus no ρ").wait_for(timeout=20_000)


def test_the_badge_is_earned_on_demand(look):
    page = look()
    page.get_by_role("button", name="Check this network").click()
    page.get_by_text("autograd = finite differences").wait_for(timeout=20_000)
    page.get_by_text("h at step 49").wait_for(timeout=20_000)


def test_the_picture_can_be_taken_home(look):
    page = look("vanishing?cells=elman&seq_len=5")
    for kind, start in {"SVG": "<svg", "CSV": "rho,cell,state,step", "PNG": "\x89PNG"}.items():
        with page.expect_download() as file:
            page.locator(".save").get_by_role("button", name=kind).click()
        content = file.value.path().read_bytes()
        assert content.decode("latin-1").startswith(start)
        if kind == "CSV":
            assert len(content.splitlines()) == 1 + 41 * 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_on_a_phone(look, scheme):
    page = look(viewport={"width": 400, "height": 800}, color_scheme=scheme)
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 400
    assert page.locator(".flow svg").evaluate("s => s.getBoundingClientRect().right") <= 400
    table = page.locator(".scroll:has(.flowtable)")
    assert table.evaluate("t => t.scrollWidth - t.clientWidth") == 0
