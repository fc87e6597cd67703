"""The grid's library is not among what a page begins with, unless the page holds a grid."""

import pytest

pytestmark = pytest.mark.browser


def test_a_ranking_reached_from_another_page_loads_the_grid_then(visit):
    page = visit("eva").go("/")
    assert page.evaluate("typeof window.dash_ag_grid") == "undefined"
    page.locator('nav a[href^="/rankings"]').click()
    page.wait_for_selector(".ag-row a")
    assert page.evaluate("typeof window.dash_ag_grid") == "object"
    page.locator(".ag-row a").first.click()
    page.wait_for_selector(".base-page")
    page.go_back()
    page.wait_for_selector(".ag-row a")
