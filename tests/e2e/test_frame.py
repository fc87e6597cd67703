"""What every page has in its frame, in a browser: search by keyboard, the link to copy, charts to take along."""

import re

import pytest
from playwright.sync_api import expect

from indicators.definition import load_definitions
from tests.dashboard.programme import LAST, OWN, samples

pytestmark = pytest.mark.browser

MINE = samples()[OWN]


@pytest.mark.parametrize("key", ["/", "Control+k", "Meta+k"])
def test_a_base_is_found_and_opened_with_the_keyboard_alone(visit, key):
    page = visit("eva").go("/flags", ".flag-queue")
    page.keyboard.press(key)
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("invented base 0")
    first = page.locator('#search-found [role="option"]').first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#search")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    active = page.get_attribute("#search", "aria-activedescendant")
    second = page.locator(f"#{active}")
    expect(second).to_have_attribute("aria-selected", "true")
    address = second.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    page.wait_for_selector(".spine")
    expect(page.locator("#search-found")).to_be_hidden()


def test_escape_closes_and_gives_the_focus_back(visit):
    page = visit("eva").go("/", ".headlines")
    page.locator("nav a").nth(1).focus()
    page.keyboard.press("/")
    page.keyboard.type("zzzz")
    expect(page.locator("#search-found p")).to_contain_text("Nothing here is called “zzzz”")
    page.keyboard.press("Escape")
    expect(page.locator("#search-found")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("nav a").nth(1)).to_be_focused()


def test_a_slash_in_a_field_is_a_slash(visit):
    page = visit("eva").go("/", ".headlines")
    page.focus("#search")
    page.keyboard.type("a/b")
    expect(page.locator("#search")).to_have_value("a/b")


def test_enter_before_anything_is_found_leads_to_the_page_of_results(visit):
    page = visit("rep").go("/", ".headlines")
    page.fill("#search", MINE.code)
    page.locator("form.search").evaluate("form => form.submit()")
    page.wait_for_selector(".search-page h2")
    assert page.locator(f'.search-page a[href="/bases/{MINE.code}"]').count() == 1


def test_the_link_to_a_view_is_copied_with_its_quarter(visit):
    visitor = visit("eva")
    page = visitor.go(f"/rankings?type={MINE.type}", ".ag-row a")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click(".copy-link")
    expect(page.locator(".copy-link")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{visitor.site}/rankings?type={MINE.type}&period={LAST}"
    expect(page.locator(".copy-link")).to_have_text("Copy link")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["PNG", "SVG"])
def test_a_chart_is_taken_along_as_a_picture(visit, tmp_path, kind, theme):
    visitor = visit("eva", theme=theme)
    page = visitor.go(f"/bases/{MINE.code}", "#indicator .js-plotly-plot path.js-line")
    button = page.locator(".pictures button", has_text=kind).first
    button.focus()
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    name = waiting.value.suggested_filename
    code = re.search(rf"{LAST}-working-1-(\w+)\.{kind.lower()}$", name)
    assert code, name
    assert code[1] in load_definitions().indicators
    waiting.value.save_as(tmp_path / name)
    data = (tmp_path / name).read_bytes()
    if kind == "PNG":
        assert data.startswith(b"\x89PNG")
        assert int.from_bytes(data[16:20]) == 1920, "twice the size on screen"
    else:
        text = data.decode()
        assert load_definitions().indicators[code[1]].name.en in text
        assert "data as of 24 Jan 2027" in text
        paper = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')")
        red, green, blue = (int(paper.strip()[place : place + 2], 16) for place in (1, 3, 5))
        assert f"rgb({red}, {green}, {blue})" in text
    expect(button).to_be_focused()
    visitor.check()  # and no other host was asked


def test_the_language_switch_keeps_what_the_address_holds(visit):
    page = visit("eva").go(f"/explain/{MINE.code}/{LAST}/index?publication={LAST}-working-1")
    before = page.url
    page.get_by_role("button", name="中文").click()
    page.wait_for_selector("html[lang='zh-CN'] main h1")
    assert page.url == before


TOP = "[...document.querySelectorAll('main :is(h1, h2, h3)')][2].getBoundingClientRect().top"
"""Of the third heading, in the window."""


def until(page, holds):
    """Waits; the page's own policy keeps the browser from evaluating what it would have to wait for."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(100)
    pytest.fail("it did not come about in ten seconds")


def test_the_language_switch_keeps_the_place(visit):
    page = visit("eva", width=390).go("/help")
    page.evaluate(f"window.scrollBy({{top: {TOP} - 4, behavior: 'instant'}})")
    assert page.evaluate("window.scrollY") > 0
    before = page.evaluate(TOP)
    # A click of the mouse would scroll to the button first.
    page.get_by_role("button", name="中文").evaluate("button => button.click()")
    page.wait_for_selector("html[lang='zh-CN'] main h1")
    until(page, lambda: abs(page.evaluate(TOP) - before) < 2)
    page.mouse.move(100, 400)
    page.mouse.wheel(0, -30)
    until(page, lambda: page.evaluate(TOP) - before > 10)
    page.wait_for_timeout(300)
    assert page.evaluate(TOP) - before > 10, "it is not held against the reader"
    page.reload()
    page.wait_for_selector("main h1")
    assert page.evaluate("window.sessionStorage.length") == 0


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", ["/help", "/regions", f"/regions/{MINE.province}", "/search?q=base"])
def test_nothing_is_wider_than_the_screen(visit, path, width):
    page = visit("eva", "zh", width=width).go(path)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_the_badge_leads_to_the_status_of_the_figures(visit):
    page = visit("rep").go("/", ".headlines")
    page.click(".vintage")
    page.wait_for_selector("#status")
    expect(page.locator("#status h2")).to_be_in_viewport()
