"""The card at an indicator's name, in a real browser: by pointer, by keyboard, put away, and asked for once."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from indicators.definition import load_definitions
from tests.dashboard.programme import OWN, samples

pytestmark = pytest.mark.browser

MINE = samples()[OWN]


@pytest.fixture
def base_page(visit):
    """base_page("zh") → (the page of the reporter's base, the first name with a card, its indicator, the requests)."""

    def base_page(language="en", **more):
        page = visit("rep", language, **more).go(f"/bases/{MINE.code}", ".spine [data-explains]")
        asked = []
        page.on("request", lambda request: urlsplit(request.url).path.endswith("/card") and asked.append(request.url))
        name = page.locator(".spine [data-explains]").first
        return page, name, load_definitions().indicators[name.get_attribute("data-explains")], asked

    return base_page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_resting_on_a_name_shows_its_card_which_can_be_reached(base_page, language):
    page, name, indicator, asked = base_page(language)
    card = page.locator("#explainer")
    name.hover()
    expect(card).to_be_visible()
    expect(card).to_contain_text(indicator.why[language])
    expect(name).to_have_attribute("aria-describedby", "explainer")
    card.hover()
    page.wait_for_timeout(400)
    expect(card).to_be_visible()
    page.mouse.move(2, 2)
    expect(card).to_be_hidden()
    name.hover()
    expect(card).to_be_visible()
    assert len(asked) == 1
    card.get_by_role("link").click()
    page.wait_for_selector(".indicator-page")
    expect(page.locator("h1")).to_contain_text(indicator.name[language])
    expect(card).to_be_hidden()


def test_the_keyboard_shows_it_and_escape_puts_it_away(base_page):
    page, name, indicator, _ = base_page()
    card = page.locator("#explainer")
    page.keyboard.press("Tab")  # from here on the browser shows where the focus is
    name.focus()
    expect(card).to_contain_text(indicator.name.en)
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(name).to_be_focused()
    page.keyboard.press("Tab")  # its value, which leads to how it came about
    page.keyboard.press("Tab")
    expect(card).to_be_visible()
    expect(card).not_to_contain_text(indicator.why.en)


def test_a_card_stays_on_a_narrow_screen(base_page):
    page, name, _, _ = base_page(width=390)
    name.hover()
    box = page.locator("#explainer").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
