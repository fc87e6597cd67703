"""Every page of the product opened by its address, in both languages, themes and widths: WCAG 2.2 AA as far as axe can
judge it, whole after a reload, and with a query that is out of date or senseless; the console stays empty."""

import pytest

from dashboard.app import VIEWS
from tests.dashboard.programme import LAST, OWN, PERIODS, samples, who_may
from tests.dashboard.test_addresses import SENSELESS
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
STALE = (
    f"period={PERIODS[-2]}&code=GONE01&base=B999&bases=B999,B001&areas=ZZ&sort=-gone&columns=gone&lamp=violet&batch=99"
)
"""Of a link from long ago: an earlier quarter, an indicator, a base, a column that are no more."""
NONSENSE = "&".join(query for query in SENSELESS if "zz" in query)
NO_MORE = (
    "/bases/B999", f"/explain/B999/{LAST}/index", f"/explain/{BASE.code}/{LAST}/GONE01", f"/explain/{BASE.code}/1999Q1/index",
    f"/explain/{BASE.code}/{LAST}/index?publication={PERIODS[0]}-final-9", f"/returns/B999/{LAST}", f"/returns/{BASE.code}/1999Q1",
    f"/cases/B999/{LAST}", "/indicators/GONE01", "/regions/ZZ", "/publications/compare?a=gone&b=gone", "/gone",
)  # fmt: skip
"""Addresses whose very path is out of date."""


def address(path: str, query: str = "") -> str:
    """The page's address; what is given twice in a query counts as given last."""
    choices = "&".join(filter(None, (query, CHOICES.get(path, "").removeprefix("?"))))
    for part, value in PARTS.items():
        path = path.replace(part, value)
    return f"{path}?{choices}" if choices else path


@pytest.fixture(params=[("en", "light", 1440), ("zh", "dark", 390)], ids=["wide", "phone"])
def look(request):
    """(language, theme, width)"""
    return request.param


@pytest.mark.parametrize(("what", "path"), [(what, path) for what, path, _ in VIEWS])
def test_a_page_has_no_fault_that_axe_knows_whatever_its_query(visit, what, path, look):
    language, theme, width = look
    visitor = visit(who_may(what), language, width, theme)
    page = visitor.go(address(path, STALE if width < 720 else ""), ALREADY_WHOLE)
    unfold(page)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page is wider than the screen"
    if width < 720:
        visitor.go(address(path) + ("&" if "?" in address(path) else "?") + NONSENSE, ALREADY_WHOLE)
    else:
        title = page.inner_text(ALREADY_WHOLE)
        page.reload()
        page.wait_for_selector(ALREADY_WHOLE)
        page.wait_for_load_state("networkidle")
        assert page.inner_text(ALREADY_WHOLE) == title
    visitor.check()


def test_what_is_no_more_is_told_with_a_way_on(visit):
    visitor = visit("eva")
    for path in NO_MORE:
        page = visitor.go(path, ALREADY_WHOLE)
        assert page.locator("main a").count(), path
        assert "server’s log" not in page.inner_text("main"), path
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
