"""What the app costs a visitor: cold start, control to repaint, dragging, frame rate, first views.

Run it with ``python -m benchmarks.app``. It needs Chromium. Every figure is the median (p50) and the 95th percentile of
many runs in one headless browser.
"""

import argparse
import shutil
import statistics
import time
from itertools import pairwise

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.serving import app

TEXT = "the quick brown foxes"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

FIRST_VIEWS = {"vanishing": ".sweep .flow path", "clipping": ".pair .raster .unit"}

REPAINT = """(stage) => new Promise((done) => {
  const chain = stage.querySelector('.chain');
  const start = performance.now();
  const painted = () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
  const seen = new MutationObserver(() => { seen.disconnect(); painted(); });
  seen.observe(chain.parentElement, { childList: true, subtree: true, attributes: true });
  [...document.querySelectorAll('button')].find((b) => b.textContent.includes('New seed')).click();
})"""

CLICK = """([lesson, picture]) => new Promise((done) => {
  const inside = (root) => root.querySelector(picture) ||
    [...root.querySelectorAll('*')].some((e) => e.shadowRoot && inside(e.shadowRoot));
  const look = () => requestAnimationFrame(() => inside(document)
    ? setTimeout(() => done(performance.now() - start)) : look());
  const start = performance.now();
  [...document.querySelectorAll('a')].findLast((a) => a.pathname === `/${lesson}`).click();
  look();
})"""

DRAG = """(slider, values) => new Promise((done) => {
  const times = [];
  const next = () => requestAnimationFrame(() => {
    const start = performance.now();
    slider.value = values[times.length];
    slider.dispatchEvent(new Event('input'));
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      times.push(performance.now() - start);
      times.length < values.length ? next() : done(times);
    };
    port2.postMessage(0);
  });
  next();
})"""

FRAMES = """(seconds) => new Promise((done) => {
  const stamps = [];
  const tick = (now) => {
    stamps.push(now);
    now - stamps[0] < 1000 * seconds ? requestAnimationFrame(tick) : done(stamps);
  };
  requestAnimationFrame(tick);
})"""


def main() -> None:
    """Measure everything and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        report("cold start: server start to first picture, ms", [cold_start(browser) for _ in range(3)])
        with app() as served:
            url = served.url
            for cell in ("elman", "lstm", "gru"):
                page = opened(browser, f"{url}/unrolling?text={TEXT}&seq_len=20&cell={cell}")
                report(f"new seed to repaint, {cell}, T=20 H=8, ms", [repaint(page) for _ in range(rounds)])
                report(f"dragging updates, {cell}, T=20 H=8, ms a frame", drag(page, rounds))
                page.close()
            for steps in (20, 50, 100):
                page = opened(browser, f"{url}/unrolling?text={TEXT}&seq_len={steps}&cell=lstm")
                film(page, steps)
                page.close()
            for lesson, picture in FIRST_VIEWS.items():
                click(browser, url, lesson, picture)  # imports what the lesson needs
                times = [click(browser, url, lesson, picture) for _ in range(max(5, rounds // 2))]
                report(f"click to first picture, {lesson}, warm server, ms", times)
        browser.close()


def opened(browser: Browser, url: str) -> Page:
    """Open a page of the app and wait for its picture."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url)
    page.wait_for_selector(".chain .unit", timeout=60_000)
    page.wait_for_timeout(1500)
    page.keyboard.press("End")
    return page


def cold_start(browser: Browser) -> float:
    """Start the server and open the first page: milliseconds to its first picture."""
    start = time.perf_counter()
    with app() as served:
        page = browser.new_page()
        page.goto(served.url)
        page.wait_for_selector(".chain .unit", timeout=60_000)
        taken = 1000 * (time.perf_counter() - start)
        page.close()
    return taken


def click(browser: Browser, url: str, lesson: str, picture: str) -> float:
    """Go from the home page to a lesson, in a fresh browser profile: milliseconds from click to painted picture."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url)
    page.wait_for_selector(".chain .unit", timeout=60_000)
    page.wait_for_timeout(1500)
    taken = float(page.evaluate(CLICK, [lesson, picture]))
    page.close()
    return taken


def repaint(page: Page) -> float:
    """Draw a new seed, which trains a new network: milliseconds from click to painted picture."""
    page.wait_for_timeout(400)
    return float(page.locator(".stage").evaluate(REPAINT))


def drag(page: Page, rounds: int) -> list[float]:
    """Sweep the updates slider to and fro: milliseconds from each input to the painted frame."""
    last = int(page.locator(".training input").get_attribute("max") or 0)
    sweep = [*range(last + 1), *range(last, -1, -1)]
    return [float(ms) for ms in page.locator(".training input").evaluate(DRAG, (sweep * rounds)[: 10 * rounds])]


def film(page: Page, steps: int) -> None:
    """Play the film: frames a second, and the share of frames that came late."""
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    stamps = page.evaluate(FRAMES, 6)
    gaps = [b - a for a, b in pairwise(stamps)]
    late = sum(round(gap / (1000 / 60)) - 1 for gap in gaps if gap > 25)
    rate = 1000 * len(gaps) / (stamps[-1] - stamps[0])
    print(f"{f'film, LSTM, T={steps}':52} {rate:6.1f} frames/s, {late / (len(gaps) + late):5.1%} dropped")


def report(name: str, times: list[float]) -> None:
    """Print the median and the 95th percentile."""
    tail = statistics.quantiles(times, n=20, method="inclusive")[-1]
    print(f"{name:52} p50 {statistics.median(times):7.1f}   p95 {tail:7.1f}   ({len(times)} runs)", flush=True)


if __name__ == "__main__":
    main()
