""" "Find the three weakest regional bases in the west, see why, and send the link to a colleague", who opens the same view
under another role and sees only what that role may."""

import re

import pytest
from playwright.sync_api import expect

from etl.form import load_form
from tests.dashboard.programme import PASSWORD
from tests.e2e.journeys.programme import BASES, COORDINATOR, EVALUATOR, NOW, REPORTER, WEST, names
from tests.e2e.journeys.steps import Overheard, by_navigation, choose, copied_link, front

pytestmark = pytest.mark.browser


def test_the_weakest_are_found_explained_and_sent_to_colleagues(browser, visit, made):
    page = front(visit(EVALUATOR))
    ranking = find(page, made)
    comparison = compare(page, made)
    read_why(page, made)
    coordinator_opens(visit(COORDINATOR).page, ranking, comparison, made)
    reporter_opens(visit(REPORTER).page, ranking, comparison, made)
    signs_in_first(browser, ranking)


def find(page, made) -> str:
    """The link to the west's regional bases, the last first, three of them ticked."""
    by_navigation(page, "Rankings")
    page.wait_for_selector(".ag-row a")
    page.get_by_role("link", name="Regional bases").click()
    page.wait_for_selector(".segments [aria-current]")
    choose(page, "area", "West")
    expect(rows(page)).to_have_count(len(WEST))
    page.locator('.ag-header-cell[col-id="rank"]').press("Enter")
    expect(page.locator('.ag-header-cell[col-id="rank"]')).to_have_attribute("aria-sort", "descending")
    expect(rows(page).locator('[col-id="name"]')).to_have_text([re.compile(".*")] * len(WEST))
    assert listed(page)[:3] == [names(code)[0] for code in made.weakest]
    for row in range(3):
        page.locator(f'.ag-pinned-left-cols-container [row-index="{row}"] input[type="checkbox"]').press("Space")
    expect(page.locator(".comparing [role=status]")).to_have_text("3 bases chosen.")
    return copied_link(page)


def rows(page):
    return page.locator(".ag-pinned-left-cols-container .ag-row")


def listed(page) -> list[str]:
    """The names in the grid from above to below; the grid's own order is that of their coming."""
    found = [
        (int(row.get_attribute("row-index")), row.locator('[col-id="name"]').inner_text()) for row in rows(page).all()
    ]
    return [name for _, name in sorted(found)]


def compare(page, made) -> str:
    page.get_by_role("link", name="Compare", exact=True).click()
    page.wait_for_selector("table.facts")
    assert page.locator("table.facts thead a").all_inner_texts() == [names(code)[0] for code in made.weakest]
    return copied_link(page)


def read_why(page, made) -> None:
    """The comparison tells the first reasons; the base's page all of them, each with its evidence."""
    why = page.locator("table.facts tr").filter(has=page.get_by_role("rowheader", name="Why")).locator("td").first
    told = why.locator("li").all_inner_texts()
    assert len(told) == 2
    why.get_by_role("link", name="more reasons").click()
    page.wait_for_selector(".base-page .reasons")
    expect(page.locator("h1")).to_have_text(names(made.weakest[0])[0])
    reasons = page.locator(".base-page .verdict .reasons").first.inner_text()
    for sentence in told:
        assert sentence.strip("■◆ \n") in reasons
    page.locator(".reasons .evidence-link", has_text="see the charts").first.click()
    expect(page.locator("#indicator")).to_be_in_viewport()


def mine_of(made) -> list[str]:
    return [code for code in made.weakest if BASES[code] == made.province]


def nothing_leaks(page, overheard: Overheard, own: list[str]) -> None:
    """Neither on the page nor in anything that was sent to the browser is there another's name or code."""
    everything = page.content() + overheard.read()
    for code in set(BASES) - set(own):
        for text in (code, *names(code)):
            assert text not in everything, text
    assert all(names(code)[0] in everything for code in own if code in WEST)


def coordinator_opens(page, ranking: str, comparison: str, made) -> None:
    """The same views, with the own bases alone."""
    overheard = Overheard(page)
    own, mine = [code for code in BASES if BASES[code] == made.province], mine_of(made)

    page.goto(ranking)
    page.wait_for_selector(".ag-row a")
    page.wait_for_load_state("networkidle")
    expect(page.locator("h1")).to_have_text(f"Regional bases by composite index, {NOW}, only: West")
    expect(page.locator('.ag-header-cell[col-id="rank"]')).to_have_attribute("aria-sort", "descending")
    assert sorted(listed(page)) == sorted(names(code)[0] for code in own)
    expect(page.locator(".ag-row-selected [col-id=name]")).to_have_count(len(mine))
    note = page.locator("main").get_by_role("status").filter(has_text="in this address")
    expect(note).to_contain_text(f"Of the 3 bases or areas in this address {len(mine)} can be shown.")
    expect(note).to_contain_text("administrator can give access to more")
    nothing_leaks(page, overheard, own)

    page.goto(comparison)
    page.wait_for_selector(".chosen-ones")
    page.wait_for_load_state("networkidle")
    assert page.locator(".chosen-ones a:not(.take-away)").all_inner_texts() == [names(code)[0] for code in mine]
    expect(page.locator("main")).to_contain_text("administrator can give access to more")
    nothing_leaks(page, overheard, own)


def reporter_opens(page, ranking: str, comparison: str, made) -> None:
    """The own base, or in words who can help."""
    own, other = [made.weakest[0]], next(code for code in made.weakest if BASES[code] != made.province)
    overheard = Overheard(page)

    page.goto(ranking)
    page.wait_for_selector(".ag-row a")
    page.wait_for_load_state("networkidle")
    assert listed(page) == [names(own[0])[0]]
    west = load_form().regions["west"].name.en
    note = page.locator("main").get_by_role("status").filter(has_text="in this address")
    expect(note).to_contain_text(f"This address asks for {west}, which is not in your area")
    expect(note).to_contain_text("Your province's coordinator or the programme's administrator can help.")
    nothing_leaks(page, overheard, own)

    page.goto(comparison)
    expect(page.locator("h1")).to_have_text("Your role may not open this page: Compare")
    expect(page.locator(".empty")).to_contain_text(
        "national evaluator, approver, coordinator, auditor. Ask one of them"
    )
    nothing_leaks(page, overheard, own)

    page.goto(f"{comparison.split('/compare')[0]}/bases/{other}")
    expect(page.locator("h1")).to_have_text("This is not in your area")
    page.wait_for_load_state("networkidle")
    nothing_leaks(page, overheard, own)


def signs_in_first(browser, ranking: str) -> None:
    """Who has not signed in yet lands on the view that was sent."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(ranking)
    page.fill("#name", COORDINATOR)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector(".ag-row a")
    expect(page.locator("h1")).to_have_text(f"Regional bases by composite index, {NOW}, only: West")
    context.close()
