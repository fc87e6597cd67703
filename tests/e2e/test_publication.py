"""A publication in a real browser: signed by the approver with a reason, and two of them beside each other."""

import pytest
from playwright.sync_api import expect

from etl import warehouse
from indicators import scope
from indicators.compare import compare
from indicators.repository.publications import every_publication
from tests.dashboard.published import APPROVER, EARLIER, FINAL, FULL, LATER, OWN

pytestmark = pytest.mark.browser

LIST = "/publications"
REASON = "Checked against the provinces' lists.\nThe method is that of the year before."


@pytest.fixture(scope="module")
def site(published_site):
    return published_site


def row_of(page, name):
    return page.locator("table.publications tbody tr").filter(has=page.locator(f'input[value="{name}"]')).first


def signatures(engine):
    """(publication, who, reason) of all that are signed."""
    with warehouse.reading(engine) as connection:
        every = every_publication(connection, scope.national())
    return [(one.code, one.approved_by, one.approved_reason) for one in every if one.approved_by]


def test_the_approver_signs_with_a_reason_and_everybody_sees_it(visit, published_store):
    evaluator, reporter, approver = (visit(name) for name in ("eva", "rep", APPROVER))
    for visitor in (evaluator, reporter):
        page = visitor.go(LIST, "table.publications")
        expect(row_of(page, FINAL)).to_contain_text("not signed yet")
        expect(page.get_by_text("Sign", exact=True)).to_have_count(0)
    page = reporter.go(f"/rankings?period={FULL}", ".ag-row a")
    expect(page.locator(".vintage")).to_contain_text("not signed yet")

    page = approver.go(LIST, "table.publications")
    expect(page.locator("h1")).to_have_text("Publications: 1 not signed yet")
    expect(page.locator("details.sign")).to_have_count(1)
    page.locator("details.sign summary").click()
    sign = page.get_by_role("button", name=f"Sign {FINAL}")
    sign.click()
    expect(page.get_by_label("Reason: what was checked, and how")).to_be_focused()
    assert signatures(published_store) == [], "without a reason nothing is signed"
    page.get_by_label("Reason: what was checked, and how").fill(REASON)
    sign.click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("cannot be changed or withdrawn")
    assert signatures(published_store) == [], "nobody was sure"
    question.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator("main").get_by_role("status")).to_have_text(f"Signed: {FINAL}.")
    expect(page.locator("details.sign")).to_have_count(0)
    assert [(name, who, said.split()) for name, who, said in signatures(published_store)] == [
        (FINAL, APPROVER, REASON.split())
    ]

    for visitor in (evaluator, reporter, approver):
        signed = row_of(visitor.go(LIST, "table.publications"), FINAL).locator(".signed")
        expect(signed.locator(".under")).to_have_text(APPROVER)
        expect(signed.locator("q")).to_have_text(REASON)
        visitor.check()
    page = reporter.go(f"/rankings?period={FULL}", ".ag-row a")
    expect(page.locator(".vintage")).not_to_contain_text("not signed yet")


def test_a_second_publication_is_held_against_the_first(visit, published_store):
    with warehouse.reading(published_store) as connection:
        rows = compare(connection, EARLIER, LATER)
    moved = {row.base: row for row in rows if row.moved}
    assert moved[OWN].lamp_a != moved[OWN].lamp_b, "between the two its return was accepted"

    visitor = visit("eva")
    page = visitor.go(LIST, "table.publications")
    page.get_by_role("radio", name=f"{EARLIER} as before").check()
    page.get_by_role("radio", name=f"{LATER} as after").check()
    page.get_by_role("button", name="Compare the two").click()
    expect(page.locator("h1")).to_have_text(f"From {EARLIER} to {LATER}")
    expect(page.get_by_role("status").filter(has_text="bases moved")).to_contain_text(
        f"{len(moved)} of {len(rows)} bases moved."
    )
    expect(page.locator("table.moved tbody tr")).to_have_count(len(moved))
    own = page.locator("table.moved tbody tr").filter(has=page.locator(f'a[href^="/explain/{OWN}/"]'))
    for part in ("index_b", "rank_b"):
        assert getattr(moved[OWN], part) is not None
    expect(own.locator("td").nth(0)).to_contain_text(f"{moved[OWN].index_b:.1f}")
    expect(own.locator("td").nth(6)).to_contain_text(f"{moved[OWN].rank_b}")
    expect(own.locator(".lamp-mark")).to_have_count(2)

    # The other way round, from the choices above the table, is told of the same bases.
    page.get_by_label("Before").select_option(label=LATER)
    expect(page.locator("h1")).to_have_text(f"From {LATER} to {LATER}")
    expect(page.get_by_role("status").filter(has_text="Nothing moved")).to_be_visible()
