"""Other thresholds in a real browser: a wait that can be seen, its result, nonsense, and a result that does not come."""

from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import expect

from etl import warehouse
from indicators import scope
from indicators.repository.rejudge import other_thresholds
from tests.dashboard.published import EARLIER, LATER

pytestmark = pytest.mark.browser

PAGE = "/method/simulation"
CHANGED = {"yellow_floors": 1.0}
RUN = "Simulate on the last four quarters"
FAILED = "No result came back."


@pytest.fixture(scope="module")
def site(published_site):
    return published_site


def asked(page, name, deal):
    """From now on `deal` gets what the page asks of the callback with that name, instead of the server."""

    def look(route):
        if name in (route.request.post_data or ""):
            deal(route)
        else:
            route.continue_()

    page.route("**/_dash-update-component*", look)


@contextmanager
def held(page, name):
    """The callback's questions wait on their way to the server until the block ends."""
    waiting = []
    asked(page, name, waiting.append)
    yield
    for _ in range(100):  # on a busy machine the page may not have asked yet
        if waiting:
            break
        page.wait_for_timeout(100)
    assert waiting
    for route in waiting:
        route.continue_()
    page.unroute_all()


@contextmanager
def without(engine, table):
    """The warehouse lacks a table, so that what asks it fails."""
    with warehouse.writing(engine) as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {table}_elsewhere")
    try:
        yield
    finally:
        with warehouse.writing(engine) as connection:
            connection.exec_driver_sql(f"ALTER TABLE {table}_elsewhere RENAME TO {table}")


def result(page):
    return page.locator(".simulation-result .simulation-told")


def test_a_changed_threshold_is_simulated_and_nonsense_is_told(visit, published_store):
    with warehouse.reading(published_store) as connection:
        found = other_thresholds(connection, scope.national(), CHANGED)
    assert found.changes

    visitor = visit("eva")
    page = visitor.go("/method", ".method-tree")
    page.get_by_role("link", name="Simulate other thresholds").first.click()
    expect(result(page)).to_contain_text("These are the verdicts as they stand.")
    button, field = page.locator("#simulation-run"), page.locator("#t_yellow_floors")
    width = field.bounding_box()["width"]

    field.fill("1")
    with held(page, "simulation-result"):
        button.click()
        expect(page).to_have_url(f"{visitor.site}{PAGE}?t_yellow_floors=1")
        expect(page.locator("#simulation-result")).to_contain_text("Working…")
        expect(page.locator("#simulation-result")).to_contain_text("The first time takes some seconds")
        expect(button).to_be_disabled()
        expect(button).to_have_text("Working…")
    expect(page.locator(".threshold.changed")).to_have_count(1)
    assert field.bounding_box()["width"] == width, "a changed threshold is marked, and stands as the others do"
    expect(result(page)).to_contain_text(f"Of {sum(found.lamps[0].values())} verdicts")
    expect(button).to_be_enabled()
    expect(button).to_have_text(RUN)
    expect(page.locator(".simulation-changes tbody tr")).to_have_count(len(found.changes))
    yellow = page.locator(".simulation-table").first.locator("tr", has_text="Yellow")
    expect(yellow.locator("td").nth(1)).to_have_text(str(found.lamps[0]["yellow"]))
    expect(yellow.locator("td").nth(2)).to_have_text(str(found.lamps[1]["yellow"]))
    expect(page.locator(".simulation-adopt pre").first).to_contain_text("yellow_floors:\n    value: 1")

    # What a threshold cannot be is told at its field, and nothing is computed of it.
    field.fill("2.5")
    page.locator("#t_top").fill("101")
    page.locator("#t_agreement").fill("")
    button.click()
    expect(page.locator(".told.bad")).to_have_text(
        "3 thresholds cannot be set so. Mend the marked fields and simulate again."
    )
    for name, words in (
        ("yellow_floors", "2.5 cannot be used here. Enter a whole number from 1 to 28."),
        ("top", "101 cannot be used here. Enter a number from 0 to 100."),
        ("agreement", "An empty field cannot be used here. Enter a number from 0 to 100."),
    ):
        expect(page.locator(f"#t_{name}-wrong")).to_have_text(words)
        expect(page.locator(f"#t_{name}")).to_have_attribute("aria-invalid", "true")
    expect(result(page)).to_have_count(0)
    expect(button).to_be_enabled()

    page.get_by_role("link", name="As published").click()
    expect(result(page)).to_contain_text("These are the verdicts as they stand.")
    expect(page.locator("#t_yellow_floors")).to_have_value(
        page.locator("#t_yellow_floors").get_attribute("data-published")
    )


def test_when_the_server_fails_the_button_is_free_again_and_works(visit, published_store):
    visitor = visit("eva")
    page = visitor.go(PAGE, ".simulation-counts")
    button = page.locator("#simulation-run")
    page.locator("#t_yellow_floors").fill("1")
    with ExitStack() as gone:
        with held(page, "simulation-result"):
            button.click()
            expect(button).to_be_disabled()
            gone.enter_context(without(published_store, "return_version"))
        expect(page.get_by_role("alert")).to_contain_text(FAILED)
        expect(page.locator("#simulation-result")).not_to_contain_text("Working…", use_inner_text=True)
        expect(button).to_be_enabled()
        expect(button).to_have_text(RUN)
        assert any(f"500 {visitor.site}/_dash-update-component" in said for said in visitor.complaints)
        visitor.complaints.clear()
    button.click()
    expect(result(page)).to_contain_text("lamps and")
    expect(page.locator("#t_yellow_floors")).to_have_value("1")
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "address", "name", "again"),
    [
        ("en", f"/publications/compare?a={EARLIER}&b={LATER}", "compare-result", "Load the page again"),
        ("zh", f"{PAGE}?t_yellow_floors=1", "simulation-result", "重新载入页面"),
    ],
)
def test_when_nothing_answers_the_page_says_so_and_can_be_loaded_again(visit, language, address, name, again):
    visitor = visit("eva", language)
    asked(visitor.page, name, lambda route: route.abort())
    page = visitor.go(address)
    expect(page.get_by_role("alert")).to_be_visible()
    visitor.complaints.clear()
    page.unroute_all()
    page.get_by_role("link", name=again).click()
    expect(page.locator(f"#{name} table").first).to_be_visible()
    assert page.url == visitor.site + address
