"""WCAG 2.2 AA, as far as axe can judge it: every page of the product, in both languages, themes and widths."""

from importlib.resources import files

import pytest

from dashboard.app import VIEWS
from tests.dashboard.programme import LAST, OWN, samples

pytestmark = pytest.mark.browser

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
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
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page is wider than the screen"
    visitor.check()


def test_the_page_to_sign_in_has_none_either(browser, site):
    page = browser.new_context().new_page()
    page.goto(f"{site}/login")
    assert faults(page) == []


def faults(page) -> list[str]:
    """What axe finds: the rule and the first element that breaks it."""
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)["violations"]
    return [f"{one['id']} × {len(one['nodes'])}: {one['nodes'][0]['html'][:200]}" for one in found]
