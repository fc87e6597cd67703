"""WCAG 2.2 AA in other states than the first: every component of the page of patterns, what opens over a page, and what
stands where content would. Returns, reviews and cases are judged in the tests that walk through them."""

import pytest
from playwright.sync_api import expect

from dashboard import urls
from tests.dashboard.programme import LAST, OWN, samples
from tests.e2e.axe import faults, unfold

pytestmark = pytest.mark.browser

OTHER = samples()[-1].code
INSTEAD = (
    ("rep", f"/bases/{OTHER}"),
    ("rep", "/method/simulation"),
    ("rep", "/nonsense"),
    ("eva", "/bases/none-such"),
    ("eva", "/compare"),
    ("eva", "/flags?lamp=red&case=decided"),
    ("eva", "/cases"),
    ("eva", "/search?q=zzzz"),
    ("eva", "/rankings?province=XZ"),
    ("eva", f"/explain/{samples()[OWN].code}/{LAST}/none-such"),
)
"""(who, where): other's bases, other roles' pages, unknown addresses, empty lists."""


@pytest.mark.parametrize(("language", "theme", "width"), [("en", "light", 1440), ("zh", "dark", 390)])
def test_every_component_in_every_state_and_what_opens_over_the_page(visit, language, theme, width):
    visitor = visit("eva", language, width=width, theme=theme)
    page = visitor.go(urls.PATTERNS, ".patterns .ag-row")
    unfold(page)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page is wider than the screen"

    page.locator(".sample-body form:has(dialog) > button").first.click()
    expect(page.locator("dialog.sure[open]")).to_be_visible()
    assert faults(page, "dialog[open]") == []
    page.keyboard.press("Escape")

    page.locator(".sample-body > [data-explains]").hover()
    expect(page.locator("#explainer")).to_be_visible()
    assert faults(page, "#explainer") == []
    page.mouse.move(2, 2)

    page.locator("#search").fill("base" if language == "en" else "基地")
    page.locator('#search-found [role="option"]').first.wait_for()
    assert faults(page, ".head") == []
    page.locator("#search").fill("zzzz")
    expect(page.locator("#search-found p")).to_be_visible()
    assert faults(page, ".head") == []


@pytest.mark.parametrize("name", ["rep", "eva"])
def test_what_stands_where_content_would(visit, name):
    visitor = visit(name, "zh", width=390, theme="dark")
    for address in [address for who, address in INSTEAD if who == name]:
        page = visitor.go(address)
        assert faults(page) == [], address


def test_a_refusal_outside_the_pages(visit):
    visitor = visit("rep")
    visitor.page.goto(f"{visitor.site}/tables/beside.csv")
    visitor.page.wait_for_selector("h1")
    assert faults(visitor.page) == []
    visitor.complaints.clear()  # the browser says that it was refused
