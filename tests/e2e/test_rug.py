"""The rug and the comparison in a browser: the keyboard, what a cell tells, and that nothing overflows a phone."""

import pytest
from playwright.sync_api import expect

from etl.form import load_form
from indicators.definition import load_definitions
from tests.dashboard.programme import OWN, samples

pytestmark = pytest.mark.browser

TYPE = samples()[OWN].type
OF_TYPE = [base for base in samples() if base.type == TYPE]
PATIENT = 30_000
"""Milliseconds for a page that comes by callback, on a busy machine."""
INDICATORS = load_definitions().of_type(TYPE)


def test_arrow_keys_lead_from_cell_to_cell_and_enter_opens(visit):
    visitor = visit("eva")
    page = visitor.go(f"/rug?type={TYPE}", "table.rug")
    in_order = page.locator('table.rug a[tabindex="0"]')
    expect(in_order).to_have_count(1)
    in_order.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    focused = page.locator("table.rug a:focus")
    address = focused.get_attribute("href")
    assert address.endswith(f"code={INDICATORS[1].code}")
    expect(page.locator(".rug-tip strong")).to_have_text(INDICATORS[1].name.en)
    assert focused.get_attribute("aria-label") in page.locator(".rug-tip").inner_text()
    expect(in_order).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".rug-tip")).to_be_hidden()
    page.keyboard.press("End")
    assert page.locator("table.rug a:focus").get_attribute("href").endswith(f"code={INDICATORS[-1].code}")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/bases/*?code={INDICATORS[0].code}")
    expect(page.locator(".spine tr.chosen a[aria-current]")).to_have_text(INDICATORS[0].name.en)
    visitor.check()


def test_keys_lead_over_the_counts_to_the_heads(visit):
    visitor = visit("eva")
    page = visitor.go(f"/rug?type={TYPE}", "table.rug")
    page.locator('table.rug a[tabindex="0"]').focus()
    for key in ("ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator("table.rug thead a:focus")).to_have_text(INDICATORS[0].name.en)
    visitor.check()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_overflows_a_phone(visit, language, theme):
    visitor = visit("eva", language, width=390, theme=theme)
    bases = ",".join(base.code for base in OF_TYPE[:3])
    areas = ",".join(list(load_form().provinces)[:2])
    for address, until in (
        (f"/rug?type={TYPE}", "table.rug"),
        (f"/compare?bases={bases}", ".multiple .js-plotly-plot"),
        (f"/compare?areas={areas}", ".multiple .js-plotly-plot"),
        ("/compare", ".beside-choose"),
    ):
        page = visitor.go(address, until)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address
    visitor.check()


def test_the_bases_stay_while_the_rug_is_scrolled(visit):
    visitor = visit("eva", width=390)
    page = visitor.go(f"/rug?type={TYPE}", "table.rug")
    before = page.locator("table.rug tbody th.base").last.bounding_box()["x"]
    page.locator(".rug-frame").evaluate("frame => { frame.scrollLeft = 400 }")
    assert page.locator(".rug-frame").evaluate("frame => frame.scrollLeft") == 400
    assert page.locator("table.rug tbody th.base").last.bounding_box()["x"] == pytest.approx(before, abs=17)
    visitor.check()


def test_a_base_is_added_and_taken_away(visit):
    visitor = visit("eva")
    page = visitor.go(f"/compare?bases={OF_TYPE[0].code}", ".beside-choose")
    expect(page.locator(".beside-told")).to_be_visible()
    page.locator("#choose-add-base").select_option(index=1)
    expect(page.locator(".chosen-ones li")).to_have_count(2, timeout=PATIENT)
    expect(page.locator("table.beside")).to_be_visible(timeout=PATIENT)
    page.locator(".take-away").first.click()
    expect(page.locator(".chosen-ones li")).to_have_count(1, timeout=PATIENT)
    visitor.check()
