"""The pages in a real browser, for each role and both languages: their content, a quiet console, no foreign request."""

import re

import pytest
from playwright.sync_api import expect

from etl.form import load_form
from indicators.definition import load_definitions
from tests.dashboard.programme import LAST, OWN, samples

pytestmark = pytest.mark.browser

MINE = samples()[OWN]
OWN_BASES = {
    "eva": samples(),
    "cora": [base for base in samples() if base.province == MINE.province],
    "rep": [MINE],
}


def number_of(locator):
    locator.first.wait_for()
    return locator.count()


@pytest.mark.parametrize(("name", "language"), [("eva", "en"), ("cora", "zh"), ("rep", "en")])
def test_every_page_opens(visit, name, language):
    visitor = visit(name, language)
    page = visitor.go("/", ".headlines")
    assert page.get_attribute("html", "lang") == {"en": "en", "zh": "zh-CN"}[language]
    for headline in load_definitions().method.headlines:
        assert page.locator(".headlines h2").get_by_text(headline.name[language], exact=True).count() == 1
    panels = len(load_form().types) * len(load_definitions().pillars)
    assert number_of(page.locator(".facet")) == panels
    assert page.locator(".facet .strong").count() >= panels // 2
    tiles = len(load_form().provinces) if name == "eva" else 0
    assert page.locator(".tile").count() == tiles

    page = visitor.go(f"/rankings?type={MINE.type}", ".ag-center-cols-container")
    assert number_of(page.locator(".ag-pinned-left-cols-container .ag-row")) == len(
        [base for base in OWN_BASES[name] if base.type == MINE.type]
    )

    page = visitor.go(f"/bases/{MINE.code}", ".spine")
    asked = load_definitions().of_type(MINE.type)
    assert page.locator(".spine tbody tr:not(.pillar)").count() == len(asked)
    assert page.locator(".spine .dot").count() == len(asked)
    assert number_of(page.locator("#indicator .js-plotly-plot path.js-line")) >= 2

    page = visitor.go("/flags?kind=floor", ".flag-queue")
    assert page.locator(f'.flag-queue th a[href^="/bases/{MINE.code}"]').count() == 1

    visitor.check()


@pytest.mark.parametrize("name", ["cora", "rep"])
def test_a_link_to_anothers_base_tells_who_can_help(visit, name):
    other = next(base for base in samples() if base not in OWN_BASES[name])
    page = visit(name).go(f"/bases/{other.code}", ".empty")
    assert "administrator" in page.inner_text(".empty")


def test_from_the_ranking_to_a_base_and_back(visit):
    page = visit("eva").go(f"/rankings?type={MINE.type}", ".ag-row a")
    first = page.locator('.ag-pinned-left-cols-container [row-index="0"] a')
    name = first.inner_text()
    first.click()
    page.wait_for_selector(".spine")
    assert page.inner_text("main h1") == name
    page.go_back()
    page.wait_for_selector(".ag-row a")
    assert page.url.endswith(f"/rankings?type={MINE.type}")


def test_the_grid_is_worked_by_keyboard(visit):
    page = visit("eva").go(f"/rankings?type={MINE.type}", ".ag-row a")
    page.locator('.ag-pinned-left-cols-container [row-index="1"] [col-id="name"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".spine")


def test_choices_are_the_address(visit):
    page = visit("eva").go("/", ".headlines")
    kind = list(load_form().types)[1]
    page.locator(".segments a").nth(2).click()
    page.wait_for_url(f"**/?type={kind}")
    page.wait_for_selector(".segments a:nth-child(3)[aria-current]")
    page.select_option("#choose-quarter", index=1)
    page.wait_for_url(re.compile(r".*period=.*"))
    expect(page.locator(".quarter")).not_to_have_text(LAST)
    assert f"type={kind}" in page.url
    page.reload()
    page.wait_for_selector(".segments a:nth-child(3)[aria-current]")
    assert page.inner_text(".quarter") != LAST


def test_choosing_an_indicator_shows_its_course_and_keeps_the_place(visit):
    page = visit("rep").go(f"/bases/{MINE.code}", ".spine")
    row = page.locator(".spine tbody tr:not(.pillar) a").nth(12)
    name = row.inner_text()
    row.scroll_into_view_if_needed()
    before = page.evaluate("window.scrollY")
    row.click()
    expect(page.locator("#indicator h2")).to_have_text(name)
    assert "code=" in page.url
    assert abs(page.evaluate("window.scrollY") - before) < 5


def test_the_language_switch_keeps_the_place(visit):
    page = visit("eva").go("/flags?kind=p20", ".flag-queue")
    page.get_by_role("button", name="中文").click()
    page.wait_for_selector("html[lang='zh-CN'] .flag-queue")
    assert page.url.endswith("/flags?kind=p20")
    page.get_by_role("button", name="English").click()
    page.wait_for_selector("html[lang='en'] .flag-queue")


def test_dark_mode_reaches_page_and_charts_and_stays(visit):
    page = visit("eva").go(f"/bases/{MINE.code}", "#indicator .js-plotly-plot path.js-line")
    body, line = page.locator("body"), page.locator("#indicator path.js-line").last
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = line.evaluate("line => getComputedStyle(line).stroke")
    page.click("#theme")
    expect(body).not_to_have_css("background-color", paper)
    expect(line).not_to_have_css("stroke", ink)
    page.reload()
    line.wait_for()
    expect(body).not_to_have_css("background-color", paper)
    expect(line).not_to_have_css("stroke", ink)


def test_until_a_theme_is_chosen_the_systems_is_followed(visit):
    visitor = visit("eva", theme="", scheme="dark")
    page = visitor.go(f"/bases/{MINE.code}", "#indicator .js-plotly-plot path.js-line")
    root, line = page.locator("html"), page.locator("#indicator path.js-line").last
    expect(root).to_have_attribute("data-theme", "dark")
    dark = line.evaluate("line => getComputedStyle(line).stroke")
    page.emulate_media(color_scheme="light")
    expect(root).to_have_attribute("data-theme", "light")
    expect(line).not_to_have_css("stroke", dark)
    page.click("#theme")
    expect(root).to_have_attribute("data-theme", "dark")
    page.reload()
    line.wait_for()
    expect(root).to_have_attribute("data-theme", "dark")
    expect(line).to_have_css("stroke", dark)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_on_a_phone_the_peers_page_is_read_downwards(visit, language):
    page = visit("rep", language, width=390).go(f"/returns/{MINE.code}/{LAST}/peers", ".peers td.place")
    frame = page.locator(".spine-frame")
    assert frame.evaluate("frame => frame.scrollWidth - frame.clientWidth") <= 0
    rights = page.locator(".peers td:visible").evaluate_all("cells => cells.map(c => c.getBoundingClientRect().right)")
    assert max(rights) <= 390
    for link in page.locator("nav a").all():
        box = link.bounding_box()
        assert box["x"] + box["width"] <= 390


def test_on_a_phone_an_indicator_has_the_whole_width(visit):
    page = visit("eva", width=390).go(f"/bases/{MINE.code}", ".spine.stacked")
    row = page.locator(".spine tbody tr:not(.pillar)").first
    name, value, unit, axis = (
        row.locator(part).bounding_box() for part in ("th", ".number:visible", ".unit-cell", ".axis")
    )
    assert name["x"] + name["width"] <= value["x"]
    assert value["x"] + value["width"] <= unit["x"]
    assert axis["y"] >= name["y"] + name["height"]
    assert axis["width"] > 340


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_wider_than_a_phone(visit, language):
    visitor = visit("eva", language, width=390)
    for path in ("/", f"/rankings?type={MINE.type}", f"/bases/{MINE.code}", "/flags"):
        page = visitor.go(path)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path


def test_signing_out_closes_the_pages(visit, sessions, site):
    page = visit("rep").go("/")
    page.get_by_role("button", name="Sign out").click()
    del sessions[site, "rep"]  # it has ended for everybody who had this cookie
    page.wait_for_selector("#password")
    page.goto(page.url.replace("/login", "/flags"))
    assert page.locator("#password").count() == 1
