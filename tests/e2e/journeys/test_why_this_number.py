""" "Why is this number 3.1 %?": from the number to its formula, its operands, the cell it came from, and the file itself."""

import hashlib
import re

import openpyxl
import pytest
from playwright.sync_api import expect

from etl import warehouse
from indicators.explain import Explanation
from indicators.explain_scores import explain_published
from tests.e2e.journeys.programme import EVALUATOR, NOW, REPORTER, WORST, names
from tests.e2e.journeys.steps import copied_link, front

pytestmark = pytest.mark.browser

RATIO = re.compile(r"100 × ([\d,.]+) ÷ ([\d,.]+) = ([\d.]+) %")


def test_from_a_percentage_to_its_cell_and_its_file(visit, made, store, tmp_path):
    page = front(visit(EVALUATOR))
    page.locator(".base-notes").first.get_by_role("link", name=names(WORST)[0]).click()
    page.wait_for_selector(".spine")
    share = a_percentage(page)
    words, code = share.inner_text(), re.search(r"/explain/\w+/\w+/(\w+)", share.get_attribute("href"))[1]
    share.click()
    page.wait_for_selector(".operands")
    expect(page.locator("h1")).to_have_text(re.compile(rf", {NOW}: {re.escape(words)} %$"))
    told = explanation(store, code)
    assert told.value == pytest.approx(float(words), abs=0.05)
    above, below = the_sum(page, told)

    cells = [the_cell(page, made, store, measure) for measure in ("fin_firms_ytd", "firms_end")]
    assert cells == [above, below], "what stands in the workbook is what was divided"
    written = copied_hash(page)
    reporter_takes_the_file(visit(REPORTER).page, copied_link(page), written, tmp_path)
    (sent,) = made.sent.glob(f"{WORST}-{NOW}.xlsx")
    assert written == hashlib.sha256(sent.read_bytes()).hexdigest()


def a_percentage(page):
    """The value of the share of firms that were financed."""
    row = page.locator(".spine tbody tr").filter(has=page.get_by_role("link", name="Financed share of firms (year)"))
    expect(row.locator(".unit-cell")).to_have_text("%")
    return row.locator("td.number a").first


def explanation(store, code: str) -> Explanation:
    with warehouse.reading(store) as connection:
        told = explain_published(connection, WORST, NOW, code, f"{NOW}-provisional-1")
    assert isinstance(told, Explanation)
    return told


def the_sum(page, told: Explanation) -> tuple[float, float]:
    """Numerator and denominator as the page has them, which are those of the library."""
    formula = page.locator("dl.worked")
    expect(formula).to_contain_text("Firms that raised any external finance")
    expect(formula).to_contain_text(told.indicator.formula)
    above, below, result = RATIO.search(formula.inner_text()).groups()
    above, below = (float(number.replace(",", "")) for number in (above, below))
    assert (above, below) == (told.numerator, told.denominator)
    assert 100 * above / below == pytest.approx(float(result), abs=0.05)
    return above, below


def the_cell(page, made, store, measure: str) -> float:
    """Opens the sheet around an operand's cell; what stands there is what stands in the workbook that was sent."""
    operand = next(one for one in explanation(store, "FIN01").operands if one.measure == measure)
    link = page.locator(".cell-place", has_text=f"{operand.sheet}!{operand.cell}")
    link.click()
    cell = page.locator("td.this-cell")
    expect(cell).to_have_count(1)
    expect(page.locator(".sheet-figure figcaption")).to_contain_text(
        f"{operand.file}, sheet {operand.sheet}: {operand.cell}"
    )
    original = openpyxl.load_workbook(made.sent / operand.file)[operand.sheet][operand.cell].value
    shown = float(cell.inner_text().split(":")[-1].strip().replace(",", ""))
    assert shown == original == operand.value
    row, column = re.match(r"([A-Z]+)(\d+)", operand.cell).group(2, 1)
    expect(page.locator("tr.this-row > th")).to_have_text(row)
    place = cell.evaluate("cell => cell.cellIndex")
    expect(page.locator(f".sheet-picture thead tr > :nth-child({place + 1})")).to_have_text(column)
    return shown


def copied_hash(page) -> str:
    """The fingerprint of the file whose sheet is open, as the page gives it to be compared."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.locator(".file-hash button")
    short = button.inner_text()
    button.press("Enter")
    expect(button).to_have_text("copied")
    whole = page.evaluate("navigator.clipboard.readText()")
    assert whole.startswith(short)
    return whole


def reporter_takes_the_file(page, link: str, written: str, folder) -> None:
    """A roster's rows are the base's own affair: it alone gets the workbook, from the same view."""
    page.goto(link)
    page.wait_for_selector("td.this-cell")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="file as sent").first.click()
    waiting.value.save_as(folder / "as-sent.xlsx")
    assert hashlib.sha256((folder / "as-sent.xlsx").read_bytes()).hexdigest() == written
