"""What if, in a real browser: a weight is moved by keyboard, the ranks follow, the address holds it, and back works."""

import re

import pytest
from playwright.sync_api import expect

from indicators.definition import load_definitions
from tests.dashboard.programme import OWN, samples

pytestmark = pytest.mark.browser

KIND = samples()[OWN].type
PILLAR = next(iter(load_definitions().pillars))


def test_a_moved_weight_shows_at_once_and_stays_in_the_address(visit):
    visitor = visit("eva")
    page = visitor.go(f"/what-if?type={KIND}", ".what-if-table")
    slider = page.locator(f"#w_{PILLAR}")
    published = slider.input_value()
    slider.press("End")
    expect(page).to_have_url(re.compile(f"w_{PILLAR}=100"))
    expect(page.locator(".what-if-told")).to_contain_text("would change places")
    expect(page.locator(f"#w_{PILLAR}")).to_be_focused()
    expect(page.locator(f"#w_{PILLAR}")).to_have_value("100")

    page.locator("#mean-geometric").check()
    expect(page).to_have_url(re.compile(f"w_{PILLAR}=100.*mean=geometric"))

    page.go_back()
    expect(page.locator("#mean-arithmetic")).to_be_checked()
    page.get_by_role("link", name="As published").click()
    expect(page.locator(f"#w_{PILLAR}")).to_have_value(published)
    expect(page).to_have_url(re.compile(rf"/what-if\?type={KIND}$"))


def test_a_choice_is_sent_as_a_link_and_the_language_keeps_it(visit):
    page = visit("eva").go(f"/what-if?type={KIND}&w_{PILLAR}=0&scale=zscore", ".what-if-table")
    expect(page.locator("#scale-zscore")).to_be_checked()
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#scale-zscore")).to_be_checked()
    expect(page.locator(f"#w_{PILLAR}")).to_have_value("0")


def test_a_weight_is_written_in_figures_and_its_slider_follows(visit):
    page = visit("eva").go(f"/what-if?type={KIND}", ".what-if-table")
    slider, exact = page.locator(f"#w_{PILLAR}"), page.get_by_role("spinbutton", name="weight in figures").first
    expect(exact).to_have_value(slider.input_value())
    exact.fill("12.5")
    expect(slider).to_have_value("12.5")
    exact.press("Enter")
    expect(page).to_have_url(re.compile(rf"w_{PILLAR}=12.5\b"))
    expect(page.locator(f"#w_{PILLAR}-exact")).to_have_value("12.5")
    expect(page.locator(f"#w_{PILLAR}-exact")).to_be_focused()
    page.locator(f"#w_{PILLAR}").press("Home")
    expect(page.locator(f"#w_{PILLAR}-exact")).to_have_value("0")
    expect(page).to_have_url(re.compile(rf"w_{PILLAR}=0\b"))
