"""The rankings in a real browser: order and columns follow at once, are in the address, and come back from it."""

import re

import pytest
from playwright.sync_api import expect

from indicators.definition import load_definitions
from tests.dashboard.programme import OWN, samples

pytestmark = pytest.mark.browser

KIND = samples()[OWN].type
INDEX = load_definitions().method.index.code
BASES = [base for base in samples() if base.type == KIND]


def names(page):
    return page.locator(".ag-pinned-left-cols-container .ag-row [col-id=name]").all_inner_texts()


def test_the_order_is_kept_in_the_address_and_goes_with_every_link(visit):
    page = visit("eva").go(f"/rankings?type={KIND}", ".ag-row a")
    before = names(page)
    page.locator('.ag-header-cell[col-id="name"]').click()
    expect(page).to_have_url(re.compile(r"sort=name$"))
    assert names(page) == sorted(before)
    assert page.locator(".downloads a").first.get_attribute("href").endswith("sort=name")
    page.get_by_role("button", name="中文").click()
    page.wait_for_selector("html[lang='zh-CN'] .ag-row a")
    assert page.url.endswith("sort=name")
    page.reload()
    page.wait_for_selector(".ag-row a")
    expect(page.locator('.ag-header-cell[col-id="name"]')).to_have_attribute("aria-sort", "ascending")


def test_the_navigation_leads_back_to_the_order_by_rank(visit):
    page = visit("eva").go(f"/rankings?type={KIND}", ".ag-row a")
    before = names(page)
    page.locator('.ag-header-cell[col-id="name"]').click()
    expect(page).to_have_url(re.compile(r"sort=name$"))
    page.locator("nav a[aria-current]").click()
    expect(page).not_to_have_url(re.compile(r"sort="))
    expect(page.locator('.ag-header-cell[col-id="rank"]')).to_have_attribute("aria-sort", "ascending")
    assert names(page) == before


def test_columns_are_chosen_by_keyboard(visit):
    page = visit("eva").go(f"/rankings?type={KIND}", ".ag-row a")
    batch, lamp = (page.locator(f'.ag-header-cell[col-id="{name}"]') for name in ("batch", "lamp"))
    expect(lamp).to_have_count(1)
    expect(batch).to_have_count(0)
    page.locator(".column-menu summary").press("Enter")
    page.locator('.column-menu input[value="batch"]').press("Space")
    page.locator('.column-menu input[value="lamp"]').press("Space")
    expect(batch).to_have_count(1)
    expect(lamp).to_have_count(0)
    assert "columns=" in page.url
    page.keyboard.press("Escape")
    expect(page.locator(".column-menu summary")).to_be_focused()
    page.reload()
    page.wait_for_selector(".ag-row a")
    expect(batch).to_have_count(1)
    page.locator(".column-menu summary").click()
    page.locator(".reset-columns").click()
    expect(batch).to_have_count(0)
    assert "columns=" not in page.url


def test_nothing_moves_when_the_rows_come(visit):
    visitor = visit("eva")
    page = visitor.page
    page.route("**/_dash-update-component", lambda route: route.continue_())
    visitor.go(f"/rankings?type={KIND}", ".grid-frame")
    before = page.locator(".grid-frame").bounding_box()
    page.wait_for_selector(".ag-row a")
    assert page.locator(".grid-frame").bounding_box() == before


def test_on_a_phone_the_essentials_fit(visit):
    page = visit("eva", width=390).go(f"/rankings?type={KIND}", ".ag-row a")
    ends = []
    for name in ("rank", "name", "lamp", "change", INDEX):
        cell = page.locator(f'.ag-row[row-index="0"] [col-id="{name}"]').bounding_box()
        ends.append(cell["x"] + cell["width"])
    assert ends == sorted(ends)
    assert ends[-1] <= 390
    expect(page.locator('.ag-header-cell[col-id="province"]')).to_have_count(0)


def test_the_chooser_of_the_map_keeps_its_place_and_the_keyboard(visit):
    page = visit("eva").go("/", ".tiles")
    chooser = page.locator("#choose-indicator")
    before = chooser.bounding_box()
    chooser.select_option(index=7)
    expect(page).to_have_url(re.compile("code="))
    expect(chooser).to_be_focused()
    after = chooser.bounding_box()
    assert (after["x"], after["y"], after["width"]) == (before["x"], before["y"], before["width"])


@pytest.mark.parametrize(("language", "again"), [("en", "Load the page again"), ("zh", "重新载入页面")])
def test_when_no_rows_come_the_page_says_so_and_can_be_loaded_again(visit, language, again):
    visitor = visit("eva", language)
    page = visitor.page
    page.route(
        "**/_dash-update-component*",
        lambda route: route.abort() if "ranking-grid" in (route.request.post_data or "") else route.continue_(),
    )
    address = f"/rankings?type={KIND}&batch=2"
    visitor.go(address)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator(".grid-frame")).to_be_hidden()
    visitor.complaints.clear()
    page.unroute_all()
    page.get_by_role("link", name=again).click()
    page.wait_for_selector(".ag-row a")
    expect(page.locator("#ranking-came .failed")).to_have_count(0)
    assert page.url == visitor.site + address


def test_paper_gets_every_row_and_the_screen_keeps_its_grid(visit):
    page = visit("eva").go(f"/rankings?type={KIND}", ".ag-row a")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    paper = page.locator(".ranking-paper")
    expect(paper.locator("tbody tr")).to_have_count(len(BASES))
    expect(paper).to_be_hidden()
    assert paper.locator("tbody tr td:nth-child(2)").all_text_contents() == names(page)
    page.emulate_media(media="print")
    expect(paper).to_be_visible()
    expect(page.locator(".grid-frame")).to_be_hidden()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(paper).to_have_count(0)
