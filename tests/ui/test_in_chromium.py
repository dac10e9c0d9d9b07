"""The frame in a real browser: what AppTest cannot see."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium, app_url):
    """A fresh visitor, whose browser may talk to the app alone."""
    context = chromium.new_context(base_url=app_url, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    outside = []
    page.on("request", lambda request: outside.append(request.url))
    yield page
    context.close()
    assert [
        url for url in outside if not url.startswith((app_url, "data:", "blob:", app_url.replace("http", "ws")))
    ] == []


def settings(page):
    return {name: values[-1] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_a_link_opened_first_has_its_frame(page):
    page.goto("/unrolling?seed=5")
    expect(page.locator(".st-key-footer")).to_be_visible(timeout=30_000)
    assert settings(page) == {"seed": "5"}


def test_a_typed_text_goes_into_the_link_and_follows_to_another_page_and_back(page):
    page.goto("/unrolling?seed=5")
    box = page.get_by_label("Text", exact=True)
    box.fill("孔雀 🦚")
    box.press("Enter")
    page.wait_for_url(lambda url: "text=" in url)
    assert settings(page) == {"seed": "5", "text": "孔雀 🦚"}
    page.get_by_role("link", name="Home").click()
    page.wait_for_url(lambda url: "unrolling" not in url and "text=" in url)
    assert settings(page) == {"seed": "5", "text": "孔雀 🦚"}


def test_a_hostile_link_gets_sentences_that_go_when_a_control_is_used(page):
    page.goto("/unrolling?hidden_size=1e9&cell=foo&seed=NaN&lr=0.1")
    expect(page.get_by_role("alert")).to_have_count(3)
    page.get_by_role("radio", name="LSTM", exact=True).click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.wait_for_url(lambda url: "cell=lstm" in url)  # the link comes after the page
    assert settings(page) == {"cell": "lstm", "lr": "0.1"}


FADES = """async (button) => {
  const fading = new Set();
  const until = performance.now() + 600;
  button.click();
  while (performance.now() < until) {
    await new Promise(requestAnimationFrame);
    for (const one of document.getAnimations()) fading.add(one.effect.target.dataset.testid);
  }
  return [...fading];
}"""


def test_a_rerun_fades_no_element(page):
    page.goto("/unrolling")
    page.wait_for_selector(".chain .unit", timeout=30_000)
    fading = page.get_by_role("button", name="New seed").evaluate(FADES)
    assert "stElementContainer" not in fading


@pytest.mark.parametrize("path", ["/", "/unrolling"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_on_a_phone(chromium, app_url, path, scheme):
    context = chromium.new_context(base_url=app_url, viewport={"width": 400, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(path)
    expect(page.locator(".st-key-footer")).to_be_visible(timeout=30_000)
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 400
    context.close()
