"""WCAG 2.2 AA, as far as axe can judge it: every page of the product with all that is folded opened, in both languages,
themes and widths."""

import pytest

from dashboard.app import VIEWS
from tests.dashboard.programme import LAST, OWN, samples
from tests.e2e.axe import faults, unfold

pytestmark = pytest.mark.browser

BASE = samples()[OWN]
PARTS = {
    "<of_base>": BASE.code,
    "<of_quarter>": LAST,
    "<of_number>": "index",
    "<of_code>": "EMP03",
    "<of_area>": BASE.province,
}
CHOICES = {"/compare": f"?bases={samples()[OWN].code},{samples()[OWN + 4].code}"}
"""What a page needs to show more than its empty state."""
ALREADY_WHOLE = "main h1"


def address(path: str) -> str:
    choices = CHOICES.get(path, "")
    for part, value in PARTS.items():
        path = path.replace(part, value)
    return path + choices


@pytest.fixture(params=[("en", "light", 1440), ("zh", "dark", 390)], ids=["wide", "phone"])
def look(request):
    """(language, theme, width)"""
    return request.param


@pytest.mark.parametrize("path", [path for _, path, _ in VIEWS])
def test_a_page_has_no_fault_that_axe_knows(visit, path, look):
    language, theme, width = look
    visitor = visit("eva", language)
    visitor.page.context.add_cookies([{"name": "theme", "value": theme, "url": visitor.site}])
    visitor.page.set_viewport_size({"width": width, "height": 900})
    page = visitor.go(address(path), ALREADY_WHOLE)
    unfold(page)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page is wider than the screen"
    visitor.check()


def test_the_page_to_sign_in_has_none_either_whether_or_not_the_password_fits(browser, site):
    page = browser.new_context().new_page()
    page.goto(f"{site}/login")
    assert faults(page) == []
    page.fill("#name", "eva")
    page.fill("#password", "wrong")
    page.click("button.main")
    page.wait_for_selector(".wrong")
    assert faults(page) == []
