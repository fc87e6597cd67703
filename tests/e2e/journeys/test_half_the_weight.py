""" "What if finance weighed half?": by keyboard, with every rank that moves, and the published ones as they were."""

import re

import pytest
from playwright.sync_api import expect

from etl import warehouse
from indicators import repository, scope
from indicators.repository.made_with import made_with
from indicators.repository.publications import publications
from indicators.repository.whatif import stored_values
from indicators.whatif import Choice, what_if
from tests.e2e.journeys.programme import EVALUATOR, KIND, NOW, names
from tests.e2e.journeys.steps import by_navigation, front

pytestmark = pytest.mark.browser
PILLAR = "financing"


@pytest.fixture(scope="module")
def computed(store):
    """(base → its rank, its interval and its index at half the weight; base → its published rank) by the library."""
    with warehouse.reading(store) as connection:
        everyone = scope.national()
        publication = publications(connection, everyone)[-1]
        definitions = made_with(connection, everyone, publication).definitions
        there = [code for code, one in repository.members(connection, everyone, publication).items() if one.returned]
        values, published = stored_values(connection, publication, definitions, KIND, there)
    found = what_if(values, definitions, KIND, Choice({PILLAR: 0.5}), seed=0)
    sure = found.certainty
    each = zip(there, sure.nominal, sure.low, sure.high, found.index, strict=True)
    return {base: (int(rank), low, high, index) for base, rank, low, high, index in each}, published


def test_finance_at_half_its_weight(visit, computed):
    page = front(visit(EVALUATOR))
    by_navigation(page, "Rankings")
    page.wait_for_selector(".ag-row a")
    before = grid(page)
    page.get_by_role("link", name="What if the weights were others?").click()
    page.wait_for_selector(".what-if-table")
    expect(page.locator(".what-if-told")).to_contain_text("These are the published choices.")
    assert page.locator(".what-if-table .ghost").count() == 0

    halve(page)
    expect(page).to_have_url(re.compile(rf"w_{PILLAR}=15\b"))
    expect(page.locator(".what-if-told")).to_contain_text("would change places")
    expect(page.locator(f"#w_{PILLAR}")).to_be_focused()
    as_computed(page, *computed)
    expect(page.locator(".lead")).to_contain_text("What is published stays as it is")

    page.reload()
    page.wait_for_selector(".what-if-table")
    expect(page.locator(f"#w_{PILLAR}")).to_have_value("15")
    expect(page.locator(f"#w_{PILLAR}-exact")).to_have_value("15")
    as_computed(page, *computed)

    by_navigation(page, "Rankings")
    page.wait_for_selector(".ag-row a")
    assert grid(page) == before, "the published ranks stand"


def halve(page) -> None:
    """From 30 to 15 with the arrow key; the figure beside the slider follows."""
    slider, exact = page.locator(f"#w_{PILLAR}"), page.locator(f"#w_{PILLAR}-exact")
    expect(slider).to_have_value("30")
    for _ in range(15):
        slider.press("ArrowLeft")
    expect(exact).to_have_value("15")


def grid(page) -> list[tuple[str, str]]:
    rows = page.locator(".ag-pinned-left-cols-container .ag-row").all()
    return sorted(
        (row.locator('[col-id="name"]').inner_text(), row.locator('[col-id="rank"]').inner_text()) for row in rows
    )


def as_computed(page, half, published) -> None:
    """Every row of the page: rank, change, interval, ghost and index as the library has them."""
    moved = 0
    for base, (rank, low, high, index) in half.items():
        row = page.locator(".what-if-table tbody tr").filter(has=page.get_by_role("link", name=names(base)[0]))
        cells = row.locator("td").all_inner_texts()
        change = published[base] - rank
        moved += change != 0
        assert cells[0] == str(rank)
        assert cells[1] == (f"▲ {change}" if change > 0 else f"▼ {-change}" if change < 0 else "–")
        assert cells[3] == str(published[base])
        assert cells[4] == f"{index:.1f}"
        interval = f"rank {low:.0f} to {high:.0f}" + (f", published {published[base]}" if change else "")
        expect(row.locator(".interval")).to_have_attribute("aria-label", interval)
        expect(row.locator(".ghost")).to_have_count(1 if change else 0)
    assert moved, "half the weight moves somebody"
    moves = [abs(published[base] - rank) for base, (rank, *_) in half.items()]
    told = f"{moved} of {len(half)} bases would change places, by {sum(moves) / len(moves):.1f} places on average and {max(moves)} at most."
    expect(page.locator(".what-if-told")).to_have_text(told)
    order = page.locator(".what-if-table tbody td.rank").all_inner_texts()[: len(half)]
    assert order == sorted(order, key=int)
    assert NOW in page.locator("h1").inner_text()
