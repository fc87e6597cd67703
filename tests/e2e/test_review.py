"""Reviewing in a real browser: from the board to a decision on many, with its progress, and back; by keyboard too."""

import re

import pytest
from playwright.sync_api import expect

from etl import warehouse
from tests import warehouses
from tests.dashboard import season
from tests.dashboard.season import ACCEPTED, MISSING, NEAR, NOW, RETURNED, WITH_QUERY, state_of
from tests.e2e.axe import faults, judged
from tests.served import serving

pytestmark = pytest.mark.browser

REVIEW = "/returns/review"


@pytest.fixture
def store(tmp_path_factory):
    with warehouses.copied(tmp_path_factory, season.build) as engine:
        yield engine


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory):
    """The application on a season that nobody changes."""
    with warehouses.copied(tmp_path_factory, season.build) as engine, serving(warehouses.url_of(engine)) as address:
        yield address


@pytest.fixture
def site(request):
    """The application: on this test's own season if it asks for its `store`."""
    if "store" not in request.fixturenames:
        yield request.getfixturevalue("looked_at")
        return
    with serving(warehouses.url_of(request.getfixturevalue("store"))) as address:
        yield address


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_of_review_open_for_both(visit, language):
    for name, base in (("eva", ACCEPTED), ("cora", WITH_QUERY)):
        visitor = visit(name, language)
        page = visitor.go("/returns", "#board")
        expect(page.locator("#board .bases tr")).to_have_count(7 if name == "eva" else len(NEAR))
        judged(page)
        judged(visitor.go(REVIEW, ".queue"))
        page = visitor.go(f"/returns/{base}/{NOW}", ".standing")
        expect(page.locator(".reviewed-values .track").first).to_be_visible()
        judged(page)
        visitor.check()


@pytest.mark.parametrize("address", ["/returns", REVIEW, f"/returns/{WITH_QUERY}/{NOW}"])
def test_nothing_is_wider_than_a_phone(visit, address):
    page = visit("cora", width=390).go(address, "main h1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_base_is_found_by_either_name_and_a_cell_says_where_it_stands(visit):
    page = visit("cora").go("/returns", "#board")
    search = page.get_by_placeholder("Find a base by its name")
    search.fill("测试基地n2")
    expect(page.locator("#board .bases tr:visible")).to_have_count(1)
    page.locator(f'#board a[href="/returns/{WITH_QUERY}/{NOW}"]').focus()
    expect(page.locator(".tip")).to_contain_text("3 days late")
    assert faults(page, ".tip") == []
    page.keyboard.press("Escape")
    expect(page.locator(".tip")).to_be_hidden()
    search.fill("nobody")
    expect(page.locator(".no-match")).to_be_visible()
    search.fill("")
    page.locator(f'#board a[href="/returns/{WITH_QUERY}/{NOW}"]').click()
    page.wait_for_selector(".standing")
    assert page.url.endswith(f"/returns/{WITH_QUERY}/{NOW}")


def test_arrow_keys_lead_from_cell_to_cell(visit):
    page = visit("cora").go("/returns", "#board")
    assert page.locator('#board .cell[tabindex="0"]').count() == 1
    page.locator('#board .cell[tabindex="0"]').focus()
    here = "document.activeElement.getAttribute('href')"
    assert page.evaluate(here) == f"/returns/{NEAR[0]}/{NOW}"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(here) == f"/returns/{NEAR[1]}/{season.BEFORE[-1]}"
    page.keyboard.press("Enter")
    expect(page.locator("main h1")).to_have_text(f"Test base {NEAR[1]}, {season.BEFORE[-1]}")


def test_many_are_accepted_and_stand_on_the_ranking(visit, store):
    visitor = visit("cora")
    page = visitor.go(REVIEW, ".queue")
    accept = page.get_by_role("button", name="Accept the chosen")
    expect(accept).to_be_disabled()
    page.get_by_label("Choose all").check()
    expect(page.locator(".chosen-count")).to_have_text("3 chosen")
    accept.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".doubtful")).to_contain_text("Test base N2")
    assert faults(page, "dialog[open]") == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert state_of(store, "N5") == "submitted"
    page.get_by_label("Test base N2").uncheck()
    accept.click()
    dialog.get_by_role("button", name="Accept 2").click()
    expect(dialog).to_contain_text("2 accepted.")
    expect(dialog).to_contain_text("The rankings are up to date.")
    assert faults(page, "dialog[open]") == []
    dialog.get_by_role("button", name="Back to the queue").click()
    expect(page.locator("main h1")).to_have_text("1 return waits for your decision")
    expect(page.locator(".waits")).to_contain_text("1")
    assert [state_of(store, base) for base in ("N1", WITH_QUERY, "N5")] == ["accepted", "submitted", "accepted"]
    page = visitor.go("/rankings?type=regional", ".ag-row a")
    row = page.locator(".ag-row", has_text="Test base N5")
    expect(page.locator('.ag-row[row-id="N5"] [col-id="rank"]')).to_have_text(re.compile(r"\d"))
    expect(row.first).to_be_visible()
    visitor.check()


def test_one_is_sent_back_with_a_reason_by_keyboard_alone(visit, store):
    visitor = visit("cora")
    page = visitor.go(f"/returns/{WITH_QUERY}/{NOW}", ".standing")
    page.locator(".send-back summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Send back", exact=True).focus()
    page.keyboard.press("Enter")
    assert state_of(store, WITH_QUERY) == "submitted", "without a reason nothing is sent back"
    page.locator(".template").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reason")).to_be_focused()
    expect(page.locator("#reason")).to_have_value(re.compile("The reason given does not explain it"))
    page.get_by_role("button", name="Send back", exact=True).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 sent back.")
    expect(dialog.get_by_role("link", name="Next return")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".way")).to_contain_text("1 of 2 in the queue")
    assert state_of(store, WITH_QUERY) == "returned"
    visitor.check()


def test_what_changed_in_the_meantime_is_said(visit, store):
    page = visit("cora").go(f"/returns/N1/{NOW}", ".standing")
    season.step(store, "N1", "take_back", "base")
    page.get_by_role("button", name="Accept", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("0 accepted.")
    expect(dialog).to_contain_text("has changed since the page was loaded")


def test_reminders_are_copied_and_noted(visit, store):
    visitor = visit("cora")
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.go("/returns", "#reminders table")
    page.locator("#reminders").get_by_label("Choose all").check()
    page.get_by_role("button", name="Copy the texts").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    for base in (MISSING, RETURNED):
        assert f"Test base {base}" in copied
        assert f"测试基地{base}" in copied
    page.get_by_role("button", name="Note as reminded").click()
    expect(page.locator(".noted")).to_have_text("2 noted as reminded today.")
    visitor.check()


def test_the_quarter_is_taken_away(visit):
    page = visit("cora").go("/returns", "#board")
    with page.expect_download() as download:
        page.get_by_role("link", name=f"Returns of {NOW}").click()
    assert download.value.suggested_filename == f"returns-{NOW}.xlsx"


def test_only_what_moved_much_can_be_shown(visit):
    page = visit("cora").go(f"/returns/N1/{NOW}", ".standing")
    steady = page.locator(".reviewed-values tbody tr:not(.moved)").first
    expect(steady).to_be_visible()
    page.get_by_label("Only what changed by more than 20%").check()
    expect(steady).to_be_hidden()
    expect(page.locator(".reviewed-values tbody tr.moved").first).to_be_visible()


def test_the_nation_reopens_a_locked_quarter(visit, store):
    page = visit("eva").go("/returns/N1/2026Q3", "#reopening")
    page.fill("#until", "2030-01-31")
    page.fill("#why", "The unit was wrong.")
    page.get_by_role("button", name="Reopen for this base").click()
    expect(page.locator(".noted")).to_have_text("The quarter is reopened for this base.")
    expect(page.locator(".standing")).to_contain_text("reopened for this base until 31 Jan 2030")
    with warehouse.reading(store) as connection:
        assert connection.exec_driver_sql("select count(*) from reopening").scalar() == 1
