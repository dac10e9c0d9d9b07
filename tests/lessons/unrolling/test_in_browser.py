import re
from itertools import pairwise

import pytest

from rnnviz.lessons.unrolling.config import RunConfig
from rnnviz.lessons.unrolling.experiment import unroll
from tests.visiting import linked, settle, unlinked, until

pytestmark = pytest.mark.browser


def position(page):
    return int(page.get_by_label("Position in the film").input_value())


def lit(page):
    return page.locator(".chain .unit").evaluate_all(
        "units => units.filter(u => Number(u.getAttribute('fill-opacity')) > 0).length"
    )


def test_the_film_starts_by_itself_and_lights_units(visit):
    page = visit(wait=False)
    until(page, lambda: page.locator(".chain .letter.seen").count() > 1)
    assert position(page) > 0
    assert lit(page) > 0


def test_reduced_motion_shows_the_still(visit):
    page = visit(reduced_motion="reduce")
    assert position(page) == 1000
    page.wait_for_timeout(300)
    assert position(page) == 1000
    assert lit(page) > 0


def test_keys_play_step_and_jump(visit):
    page = visit()
    page.keyboard.press("Home")
    assert position(page) == 0
    page.keyboard.press("End")
    assert position(page) == 1000
    page.keyboard.press("ArrowLeft")
    back = position(page)
    assert 0 < back < 1000
    page.keyboard.press("ArrowRight")
    assert position(page) == 1000
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    until(page, lambda: position(page) > back)
    page.keyboard.press("Space")
    paused = position(page)
    page.wait_for_timeout(300)
    assert position(page) == paused


def test_the_mouse_plays_steps_and_scrubs(visit):
    page = visit()
    page.get_by_label(re.compile("^Pause")).click()
    page.keyboard.press("Home")
    page.get_by_label(re.compile("^One step forward")).click()
    page.get_by_label(re.compile("^One step forward")).click()
    assert "Step 1 reads" in page.locator(".says").inner_text()
    track = page.get_by_label("Position in the film")
    box = track.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    assert position(page) == pytest.approx(750, abs=20)


def test_speed_and_loop(visit):
    page = visit()
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Loop").click()
    page.keyboard.press("End")
    page.keyboard.press("Space")
    until(page, lambda: 300 < position(page) < 900)
    until(page, lambda: position(page) < 300)


def test_fold_rolls_the_chain_up_into_one_cell_and_back(visit):
    page = visit()
    page.keyboard.press("End")
    visible = page.locator(".chain .step[visibility=visible]")
    until(page, lambda: visible.count() == 7)
    page.get_by_role("button", name="Fold").click()
    until(page, lambda: visible.count() == 1)
    page.keyboard.press("Home")
    until(page, lambda: page.locator(".chain .arrow[visibility=visible]").count() == 0)
    page.keyboard.press("End")
    page.get_by_role("button", name="Fold").click()
    until(page, lambda: visible.count() == 7)


def test_a_click_opens_a_cell_and_escape_closes_it(visit):
    page = visit()
    page.keyboard.press("End")
    page.locator('[data-step="4"]').click()
    settle(page)
    assert "Inside step 4" in page.locator(".inside h3").inner_text()
    linked(page, "step=4")
    page.keyboard.press("Escape")
    settle(page)
    assert page.locator(".inside h3").count() == 0
    unlinked(page, "step=")


def test_enter_opens_the_cell_in_focus(visit):
    page = visit()
    page.keyboard.press("End")
    page.locator('.cell[tabindex="0"]').focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert page.locator(".inside h3").inner_text().startswith("Inside step ")


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
def test_a_units_sum_is_spelled_out_and_agrees_with_what_was_recorded(visit, cell):
    page = visit(f"unrolling?cell={cell}&step=3")
    run = unroll(RunConfig(cell=cell)).whole()
    trace = run.snapshot(30).layers["l0"]
    for block in run.cell.blocks:
        page.locator(f".gate-{block.symbol} [data-unit='5']").click()
        shown = page.locator(".sum .total").inner_text()
        recorded = (trace.gates | trace.states)[block.symbol][2, 0, 5]
        assert float(shown.split(" ")[0].replace("−", "-")) == pytest.approx(recorded, abs=0.006)
        sums = dict(
            zip(page.locator(".sum dt").all_inner_texts(), page.locator(".sum dd").all_inner_texts(), strict=True)
        )
        total = float(sums["sum"].split(" ")[0].replace("−", "-"))
        assert total == pytest.approx(trace.preactivations[block.symbol][2, 0, 5], abs=0.006)


def test_the_term_under_the_pointer_lights_up_in_the_diagram_and_the_equations(visit):
    page = visit("unrolling?cell=lstm&step=2")
    page.locator(".gate-f").hover()
    assert page.locator(".equations .lit").count() >= 2
    assert set(page.locator(".inside .lit").evaluate_all("e => e.map(x => x.dataset.term)")) == {"f"}


def test_the_picture_shows_the_recorded_numbers(visit):
    page = visit()
    page.keyboard.press("End")
    trace = unroll(RunConfig()).whole().snapshot(30)
    shown = page.locator(".chain .step .cell title").evaluate_all("titles => titles.map(t => t.textContent)")
    for t, text in enumerate(shown):
        norm = float((trace.layers["l0"].grads["h"][t, 0] ** 2).sum() ** 0.5)
        said = re.search(r"‖∂L/∂h‖ = ([0-9.e−]+)\.", text)[1]
        assert float(said.replace("−", "-")) == pytest.approx(norm, rel=0.05)  # two digits are shown


def test_dragging_the_updates_moves_the_picture_without_the_server_and_tells_it_once(visit):
    page = visit()
    page.keyboard.press("End")
    settle(page)
    sent = []
    page.evaluate("""() => { window.sent = 0; const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (m) { window.sent += 1; return send.call(this, m); }; }""")
    slider = page.get_by_role("slider", name="Updates of training")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    for share in (0.3, 0.45, 0.6, 0.8, 0.97):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        sent.append(page.locator(".chain").inner_html())
    assert len(set(sent)) == 5
    assert page.evaluate("window.sent") == 0
    page.mouse.up()
    settle(page)
    assert page.evaluate("window.sent") == 1
    page.wait_for_url(re.compile(r"updates=9\d"), timeout=20_000)


def test_what_is_heard_of_a_cell_waits_until_the_hand_rests(visit):
    page = visit()
    page.keyboard.press("End")
    slider = page.get_by_role("slider", name="Updates of training")
    titles = page.locator(".chain .cell title")
    before = titles.all_text_contents()
    now = slider.evaluate(
        """slider => {
            slider.value = slider.max;
            slider.dispatchEvent(new Event('input'));
            return [...slider.getRootNode().querySelectorAll('.chain .cell title')].map((title) => title.textContent);
        }"""
    )
    assert now == before
    until(page, lambda: all(new != old for new, old in zip(titles.all_text_contents(), before, strict=True)))


def test_details_come_in_turns_while_a_hand_moves_and_all_are_there_when_it_rests(visit):
    page = visit()
    page.keyboard.press("End")
    slider = page.get_by_role("slider", name="Updates of training")
    drag = """(slider, places) => places.map((place) => {
        slider.value = place;
        slider.dispatchEvent(new Event('input'));
        return [...slider.getRootNode().querySelectorAll('.chain .share')].map((share) => share.textContent);
    })"""
    seen = slider.evaluate(drag, [20, 25, 30, 35, 40])
    changed = [sum(a != b for a, b in zip(*pair, strict=True)) for pair in pairwise(seen)]
    assert sum(changed)
    assert max(changed) <= 4 * 3  # the chances of four steps
    shares = page.locator(".chain .share")
    until(page, lambda: shares.all_text_contents() != seen[-1])
    rested = shares.all_text_contents()
    slider.evaluate(drag, [0, 39])
    slider.evaluate(drag, [40])
    until(page, lambda: shares.all_text_contents() == rested)


def test_a_control_changes_the_network_and_the_film_stays_where_it_was(visit):
    page = visit()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.locator(".stage").evaluate("stage => (stage.dataset.same = 'yes')")
    at = position(page)
    page.get_by_text("LSTM", exact=True).click()
    settle(page)
    page.locator(".chain .lane", has_text="c").first.wait_for(state="attached")
    assert position(page) == pytest.approx(at, abs=2)
    assert page.locator(".stage").get_attribute("data-same") == "yes"
    linked(page, "cell=lstm")


@pytest.mark.parametrize(
    ("text", "steps"), [("a", 2), ("zzz", 3), ("привет", 6), ("שלום עולם", 9), ("👩‍👩‍👧‍👦🦚🦚", 3), ("<b>hi</b>", 9)]
)
def test_own_text_in_any_script(visit, text, steps):
    page = visit()
    box = page.get_by_label("Text", exact=True)
    box.fill(text)
    box.press("Enter")
    settle(page)
    until(page, lambda: page.locator(".chain .step").count() == steps)
    assert page.locator(".chain .step > .letter:has(circle) text").count() >= steps


def test_a_run_that_explodes_says_so_and_shows_where(visit):
    page = visit("unrolling?activation=relu&lr=1&seq_len=100&hidden_size=32&updates=100")
    page.keyboard.press("End")
    assert "Numbers overflowed after 1 update" in page.locator(".training .note").inner_text()
    page.locator(".scroll").hover()
    page.mouse.wheel(20_000, 0)
    page.locator(".chain .unit.lost").first.wait_for()


def test_every_step_of_the_film_names_its_own_step(visit):
    page = visit()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    said = []
    for _ in range(14):
        page.keyboard.press("ArrowRight")
        said.append(page.locator(".says").inner_text())
    assert [int(re.search(r"Step (\d)", text)[1]) for text in said[:6]] == [1, 2, 3, 4, 5, 6]
    assert [int(re.search(r"at step (\d)", text)[1]) for text in said[7:13]] == [7, 6, 5, 4, 3, 2]
    assert "has reached step 1" in said[13]


def test_a_step_past_the_end_opens_none_and_a_shorter_text_closes_what_it_lost(visit):
    page = visit("unrolling?step=150")
    assert page.locator(".inside").count() == 0
    page.locator('[data-step="6"]').click()
    settle(page)
    box = page.get_by_label("Text", exact=True)
    box.fill("abc")
    box.press("Enter")
    until(page, lambda: page.locator(".chain .step").count() == 3)
    settle(page)
    assert page.locator(".inside").count() == 0
    unlinked(page, "step=")


def test_the_place_in_training_stays_what_was_wished(visit):
    page = visit("unrolling?updates=90")
    readout = page.locator(".training output")
    for text, steps in (("b" * 60 + "a" * 60, 120), ("peacock", 7)):
        box = page.get_by_label("Text", exact=True)
        box.fill(text)
        box.press("Enter")
        until(page, lambda steps=steps: page.locator(".chain .step").count() == steps)
    settle(page)
    assert readout.inner_text().startswith("90 of")


def test_going_back_in_the_browser_takes_the_picture_back(visit):
    page = visit("unrolling?updates=30")
    slider = page.get_by_role("slider", name="Updates of training")
    slider.press("ArrowRight")
    settle(page)
    linked(page, "updates=32")
    page.wait_for_timeout(1200)  # sooner, it would look like a link that the browser has not updated yet
    page.go_back()
    until(page, lambda: page.locator(".training output").inner_text().startswith("30 of"))


def test_a_held_arrow_key_takes_a_slider_as_far_as_it_was_pressed(visit):
    page = visit("unrolling?seq_len=8")
    slider = page.get_by_role("slider", name="Sequence length")
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight", delay=25)
    linked(page, "seq_len=28")
    settle(page)
    assert slider.input_value() == "28"
    until(page, lambda: page.locator(".chain .step").count() == 28)


def test_keys_reach_the_film_from_its_own_slider(visit):
    page = visit()
    page.get_by_label("Position in the film").focus()
    page.keyboard.press("Home")
    assert position(page) == 0
    page.keyboard.press("Space")
    until(page, lambda: position(page) > 0)


def test_walking_through_the_cells_keeps_the_unit_one_looks_at(visit):
    page = visit("unrolling?cell=lstm&step=3")
    page.locator(".gate-f [data-unit='5']").click()
    page.get_by_label("Cell of the next step").click()
    assert "forget gate, unit 6, at step 4" in page.locator(".sum h4").inner_text()
    page.locator(".gate-f [data-unit='5']").press("ArrowRight")
    assert "forget gate, unit 7, at step 4" in page.locator(".sum h4").inner_text()


def test_printing_shows_everything_and_gives_the_film_back(visit):
    page = visit("unrolling?seq_len=60")
    page.keyboard.press("Home")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert position(page) == 1000
    assert page.locator(".chain .step[display=inline]").count() == 60
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert position(page) == 0


def test_a_pass_that_overflowed_predicts_nothing(visit):
    page = visit("unrolling?activation=identity&lr=1&seed=2&text=abracadabra&seq_len=100&updates=100&hidden_size=32")
    page.keyboard.press("End")
    page.locator(".scroll").hover()
    page.mouse.wheel(20_000, 0)
    titles = page.locator(".chain .step .cell title")
    until(page, lambda: any("predicts nothing" in title for title in titles.all_text_contents()))
    assert not any("undefined" in title for title in titles.all_text_contents())


def test_a_new_film_leaves_the_strip_and_its_slider_in_place(visit):
    page = visit("unrolling?text=banana")
    strip = page.locator(".training")
    strip.evaluate("strip => (strip.dataset.kept = 'yes')")
    shown = page.locator(".training .loss").get_attribute("d")
    page.get_by_role("button", name="New seed").click()
    until(page, lambda: page.locator(".training .loss").get_attribute("d") != shown)
    assert strip.get_attribute("data-kept") == "yes"


def test_a_chain_scrolled_by_hand_paints_what_came_into_sight(visit):
    page = visit("unrolling?text=banana&seq_len=60", reduced_motion="reduce")
    last = page.locator(".chain .step").last
    page.keyboard.press("End")  # the error has gone back to the first step, and the eye with it
    until(page, lambda: last.get_attribute("display") == "none")
    page.locator(".scroll").hover()
    page.mouse.wheel(20_000, 0)
    until(page, lambda: last.get_attribute("display") == "inline")


def test_a_place_in_training_that_was_not_recorded_is_not_passed_over_in_silence(visit):
    page = visit("unrolling?updates=37")
    until(page, lambda: page.locator(".training output").inner_text().startswith("36 of 100"))
    note = page.locator(".training .note").inner_text()
    assert note == "After 37 updates no pass was recorded: the picture shows the nearest, after 36 updates."
    page.get_by_role("slider", name="Updates of training").press("ArrowRight")
    until(page, lambda: not page.locator(".training .note").inner_text())
