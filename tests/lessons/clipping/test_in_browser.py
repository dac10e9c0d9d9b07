import re

import pytest

from rnnviz.cells import CELLS
from rnnviz.lessons.clipping import recorded
from rnnviz.lessons.clipping.experiments.cliff import descend
from tests.conftest import GOAL
from tests.visiting import linked, settle, until

pytestmark = pytest.mark.browser

SMALL = "clipping?seq_len=10&hidden_size=5"
STAGE = ".pair .raster .unit"
COUNT_SENT = """() => { window.sent = 0; const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (m) { window.sent += 1; return send.call(this, m); }; }"""


def headings(page):
    return page.locator(".pair .side h4").all_inner_texts()


def update(page):
    return int(re.search(r"update ([\d,]+)", page.locator(".pair .says").inner_text())[1].replace(",", ""))


def test_the_first_view_is_a_recorded_film_that_says_so(visit):
    page = visit("clipping", ready=STAGE)
    assert page.get_by_text("Recorded", exact=True).is_visible()
    assert page.get_by_role("button", name="Run it now").is_visible()
    assert "Predict first, or press play." in page.locator(".pair .says").inner_text()
    curve = page.locator(".pair .plot .line").first
    assert curve.evaluate("line => getComputedStyle(line).visibility") == "hidden"  # it would give the answer away
    page.wait_for_timeout(500)
    assert update(page) == 0
    page.locator(".pair").focus()
    page.keyboard.press(" ")
    until(page, lambda: update(page) > 100)
    assert curve.evaluate("line => getComputedStyle(line).visibility") == "visible"
    page.keyboard.press("End")
    assert update(page) == 4000
    without, with_clipping = page.locator(".pair .sidesays").all_inner_texts()
    assert "Solved" in with_clipping
    assert "Solved" not in without


def test_reduced_motion_shows_the_end_and_keys_step(visit):
    page = visit("clipping", ready=STAGE, reduced_motion="reduce")
    assert update(page) == 4000
    page.keyboard.press("ArrowLeft")
    assert update(page) < 4000
    page.keyboard.press("Home")
    assert update(page) == 0
    assert "The same weights" in page.locator(".sidesays").first.inner_text()


def test_a_run_grows_on_the_page_stops_and_keeps_what_it_has(visit, held):
    page = visit("clipping?seed=3", ready=STAGE, wait=False)
    button = page.locator(".st-key-pair-stop button")
    button.wait_for(timeout=20_000)
    page.get_by_text(f"update 1 of {GOAL}").wait_for(timeout=20_000)
    button.click()
    page.get_by_text("Measured here, on 1 updates").wait_for(timeout=20_000)
    held.release()
    page.get_by_role("button", name="Go on").click()
    page.get_by_text(f"Measured here, on {GOAL} updates").wait_for(timeout=120_000)
    until(page, lambda: update(page) == GOAL)


def test_dragging_the_threshold_counts_without_the_server_and_goes_on_from_there(visit):
    page = visit(SMALL, ready=STAGE)
    page.get_by_text(f"Measured here, on {GOAL}").wait_for(timeout=120_000)
    settle(page)
    page.keyboard.press("End")
    before = headings(page)
    grip = page.locator(".pair .side").nth(1).locator(".threshold .reach").bounding_box()
    x, y = grip["x"] + 40, grip["y"] + grip["height"] / 2
    page.evaluate(COUNT_SENT)
    page.mouse.move(x, y)
    page.mouse.down()
    said = set()
    for way in (8, 16, 24, 32):
        page.mouse.move(x, y + way)
        said.add(headings(page)[0])
    assert len(said) == 4
    assert page.evaluate("window.sent") == 0
    page.mouse.up()
    page.get_by_text(f"Measured here, on {2 * GOAL}").wait_for(timeout=120_000)
    linked(page, "max_norm=")
    assert headings(page) != before
    assert page.locator(".pair .changename").count() == 2


def test_another_threshold_goes_on_from_the_recorded_runs_last_update(visit, held):
    page = visit("clipping", ready=STAGE, reduced_motion="reduce")
    recorded_until = page.locator(".pair .side").nth(1).locator(".line.plain").first.get_attribute("d")
    page.locator(".pair .side").nth(1).locator(".threshold").focus()
    page.keyboard.press("ArrowUp")
    page.get_by_text("since update 4,000 by norm at θ = 0.7, rate 0.2").wait_for(timeout=20_000)
    held.release()
    page.get_by_text(f"Recorded up to update 4,000. Measured here, on {GOAL} updates").wait_for(timeout=120_000)
    until(page, lambda: update(page) == 4000 + GOAL)
    assert page.locator(".pair .changename").all_text_contents() == ["θ 0.7, rate 0.2"] * 2
    assert page.locator(".pair .side").nth(1).locator(".line.plain").first.get_attribute("d") != recorded_until
    assert re.search(r"θ = 0.7 · fired on \d+% of updates since 4,000", headings(page)[1])
    page.locator(".pair").focus()
    page.keyboard.press("Home")
    until(page, lambda: update(page) == 0)
    assert page.locator(".pair .says").inner_text().startswith("Recorded run")
    assert "since" not in headings(page)[1]


def test_the_prediction_is_answered_by_a_run_of_its_own(visit):
    page = visit(SMALL, ready=STAGE)
    page.get_by_text("Both", exact=True).click()
    page.get_by_text("of the answers are right without clipping").wait_for(timeout=120_000)
    assert not page.get_by_text("Recorded", exact=True).is_visible()


def test_a_ball_is_dropped_without_the_server(visit):
    page = visit("clipping", ready=STAGE, reduced_motion="reduce")
    page.get_by_text("Off the map", exact=True).click()
    page.locator(".cliffmap").wait_for(timeout=20_000)
    settle(page)
    end = descend(5.0, -2.8, 0.2)
    assert f"at w = {end.w[-1]:.2f}, b = {end.b[-1]:.2f}." in page.locator(".cliff .says").inner_text()
    page.locator(".cliffmap").scroll_into_view_if_needed()
    page.evaluate(COUNT_SENT)
    box = page.locator(".cliffmap").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    ways = set()
    for share in (0.35, 0.45, 0.55):
        page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + share * box["height"])
        ways.add(page.locator(".way.bounded").get_attribute("d"))
    assert len(ways) == 3
    assert page.evaluate("window.sent") == 0
    page.mouse.up()
    settle(page)
    linked(page, "b=")
    assert page.locator(".rest.drawn").count() + page.locator(".rest.pushed").count() == 3


def test_the_cliff_is_saved_whole(visit, tmp_path):
    page = visit("clipping", ready=STAGE, reduced_motion="reduce")
    page.get_by_text("Off the map", exact=True).click()
    page.locator(".cliffmap").wait_for(timeout=20_000)
    settle(page)
    with page.expect_download() as download:
        page.locator(".cliff .save").get_by_role("button", name="SVG").click()
    download.value.save_as(tmp_path / "cliff.svg")
    saved = (tmp_path / "cliff.svg").read_text(encoding="utf-8")
    for text in ("weight w", "state x, and", "The unit: x", "Held constant: x₀ = ½", "Between the dotted lines"):
        assert text in saved


def test_the_window_counts_what_it_cuts(visit):
    page = visit("clipping", ready=STAGE)
    page.locator(".windowpicture").wait_for(timeout=20_000)
    assert page.locator(".windowbar.cut").count() == 20
    page.get_by_label("Window, in steps").focus()
    page.keyboard.press("Home")
    assert page.locator(".windowbar.cut").count() == 39
    assert "2 of 2 clues lie outside" in page.locator(".window .says").inner_text()
    settle(page)
    linked(page, "window=1")


def test_a_race_grows_on_the_page_and_answers_at_its_end(visit):
    page = visit(SMALL, ready=STAGE)
    page.get_by_text("None", exact=True).click()
    page.get_by_text("Solved, of 3 seeds each").wait_for(timeout=120_000)
    page.get_by_text("PyTorch's start, with").first.wait_for(timeout=20_000)


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell not in {"elman", "lstm"}])
def test_every_cell_plays_races_and_says_what_it_does_without(visit, cell):
    page = visit(f"{SMALL}&cell={cell}&lr=1.0&max_norm=1.0&seed=2", ready=STAGE)
    page.get_by_text(f"Measured here, on {GOAL}").wait_for(timeout=120_000)
    until(page, lambda: update(page) == GOAL)
    assert CELLS[cell].title in page.locator(".pair .held").inner_text()
    assert "fired on" in headings(page)[1]
    page.locator(".pair").focus()
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    until(page, lambda: update(page) > 0)
    stretch = page.locator(".pair .side").first.locator(".plotvalue").last
    assert (stretch.text_content() == "no W_hh") == (cell == "mingru")
    assert ("W_ih" in page.locator(".window .says").inner_text()) == (cell == "mingru")
    page.get_by_text("fewer, but more than a guess", exact=True).click()
    page.get_by_text("with a window of 5 steps and").wait_for(timeout=120_000)
    page.get_by_text(re.compile(r"5 steps \(\d\sof\s3\)")).first.wait_for(timeout=20_000)
    page.locator(".st-key-predict-clipping-bend").get_by_text("Less than 1°").click()
    page.get_by_text("clipping by value turns this gradient").wait_for(timeout=20_000)


def test_the_picture_and_its_numbers_can_be_taken_home(visit, tmp_path):
    page = visit("clipping", ready=STAGE, reduced_motion="reduce")
    saved = {}
    for kind in ("SVG", "CSV"):
        with page.expect_download() as download:
            page.locator(".pair .save").get_by_role("button", name=kind).click()
        download.value.save_as(tmp_path / kind)
        saved[kind] = (tmp_path / kind).read_text(encoding="utf-8")
    assert "Without clipping" in saved["SVG"]
    words = re.sub(r"(<[^>]*>|\s)+", " ", saved["SVG"])
    assert "Held constant: the seed (1)" in words
    assert "In the sequence shown that is YY." in words
    rows = saved["CSV"].splitlines()
    assert len(rows) == 4002
    stored = recorded.load()
    assert float(rows[1 + 123].split(",")[3]) == pytest.approx(float(stored.norms[123, 0]), rel=1e-5)
