"""A return from the empty form to its receipt, in a real browser, as a reporter goes; each state of its page is held against
WCAG, too."""

import hashlib
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests import warehouses
from tests.dashboard import returning
from tests.dashboard.returning import NOW, OWN, cell_of, changed
from tests.e2e.axe import faults, judged
from tests.served import serving

pytestmark = pytest.mark.browser

HERE = f"/returns/{OWN}/{NOW}"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """What it told: the figures that R1 has to report, as a filled form."""
    return warehouses.once(tmp_path_factory, returning.build)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The application on the programme that really reports."""
    with warehouses.copied(tmp_path_factory, returning.build) as engine, serving(warehouses.url_of(engine)) as address:
        yield address


def filled(form: Path, truth: Path) -> bytes:
    """The downloaded form with every figure and the roster typed in, by the form's own headers."""
    book, known = openpyxl.load_workbook(form), openpyxl.load_workbook(truth)
    for name in ("Return", "Roster"):
        for row in known[name].iter_rows():
            for cell in row:
                mine = book[name][cell.coordinate]
                if cell.value is not None and mine.value is None:
                    mine.value = cell.value
    out = form.with_name("filled.xlsx")
    book.save(out)
    return out.read_bytes()


def upload(page, path):
    page.set_input_files("#file", path)
    expect(page.locator(".upload .chosen-file")).to_contain_text(Path(path).name)
    page.get_by_role("button", name="Upload and check").click()


def told(page, words):
    expect(page.locator("#told")).to_contain_text(words)


def test_from_the_form_to_the_receipt(visit, made, tmp_path):
    visitor = visit("rep")
    page = visitor.go(HERE)
    assert page.inner_text("main h1") == f"Your return for {NOW} is NOT yet submitted."
    assert faults(page) == []

    with page.expect_download() as download:
        page.get_by_role("link", name="Download the form").click()
    form = tmp_path / download.value.suggested_filename
    download.value.save_as(form)
    assert form.suffix == ".xlsx"

    good = filled(form, made.told)
    bad = tmp_path / "return.xlsx"
    bad.write_bytes(changed(good, firms_end=999, space_firms_sqm=9_999_999, voucher_amt=None))
    upload(page, bad)
    told(page, "Version 1 was taken")
    expect(page.locator(".finding.error").first).to_be_visible()
    cell = cell_of(good, "firms_end")
    expect(page.locator(".finding.error .place code", has_text=cell).first).to_be_visible()
    assert page.locator(".finding.query.open").count() >= 1
    assert page.get_by_role("button", name="Submit version").count() == 0
    judged(page)

    page.locator(".finding.error .place a", has_text=cell).first.click()
    expect(page.locator("#value-firms_end")).to_be_focused()
    expect(page.locator("#value-firms_end")).to_be_in_viewport()

    with page.expect_download() as download:
        page.get_by_role("link", name="Download with marks").click()
    marked = tmp_path / download.value.suggested_filename
    download.value.save_as(marked)
    assert marked.name == "return-findings.xlsx"
    sheet = openpyxl.load_workbook(marked)["Return"]
    assert sheet[cell].comment is not None
    true = openpyxl.load_workbook(made.told)["Return"]
    corrected = changed(
        marked.read_bytes(),
        firms_end=true[cell].value,
        space_firms_sqm=true[cell_of(good, "space_firms_sqm")].value,
    )
    mended = tmp_path / "return-corrected.xlsx"
    mended.write_bytes(corrected)
    upload(page, mended)
    told(page, "Version 2 was taken: 1 open query.")
    assert page.locator(".finding.error").count() == 0

    page.locator(".finding.query.open textarea").fill("The scheme ended in the quarter before.")
    expect(page.locator(".save-told")).to_have_text("1 not saved yet")
    page.get_by_role("button", name="Save answers").click()
    told(page, "1 answer saved.")
    assert page.locator(".finding.query.open").count() == 0

    page.get_by_text("Look and submit").click()
    assert faults(page) == []
    assert hashlib.sha256(corrected).hexdigest() in page.inner_text(".what")
    page.get_by_role("button", name="Submit version 2").click()
    told(page, "Version 2 is submitted.")
    assert "was submitted on" in page.inner_text("main h1")
    assert faults(page) == []

    with page.expect_popup() as opened:
        page.locator(".steps").get_by_role("link", name="Receipt").click()
    receipt = opened.value
    assert hashlib.sha256(corrected).hexdigest() in receipt.inner_text("main")
    assert receipt.locator(".qr svg").count() == 1
    receipt.close()
    visitor.check()


def test_what_is_no_return_is_told_and_nothing_is_lost(visit, made, tmp_path):
    page = visit("other").go(f"/returns/R2/{NOW}")
    notes = tmp_path / "notes.xlsx"
    notes.write_bytes(b"not a workbook")
    upload(page, notes)
    expect(page.locator("#refused")).to_contain_text("not an .xlsx file")
    page.reload()
    expect(page.locator("#refused")).to_contain_text("notes.xlsx")
    assert faults(page) == []
    upload(page, made.told)
    expect(page.locator("#refused")).to_contain_text("which is not yours")


def test_answers_are_not_lost_by_a_failed_save_or_by_leaving(visit, made, tmp_path):
    """R2 blanks everything: there is much to answer."""
    visitor = visit("other")
    page = visitor.go(f"/returns/R2/{NOW}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the form").click()
    form = tmp_path / "form.xlsx"
    download.value.save_as(form)
    upload(page, form)
    told(page, "was taken")
    field = page.locator(".finding.query.open textarea").first
    field.fill("It was not counted in this quarter.")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("link", name="Cases").click()
    assert page.url.split("#")[0].endswith(f"/returns/R2/{NOW}")
    page.route("**/answers", lambda route: route.abort())
    page.get_by_role("button", name="Save answers").click()
    expect(page.locator(".save-told")).to_contain_text("Not saved")
    assert field.input_value() == "It was not counted in this quarter."
    page.unroute("**/answers")
    assert visitor.complaints.pop().endswith("net::ERR_FAILED"), "the browser's own word on it"
    page.get_by_role("button", name="Save answers").click()
    told(page, "1 answer saved.")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_wider_than_a_phone(visit, language):
    visitor = visit("rep", language, width=390)
    for path in (HERE, f"{HERE}/peers", f"/returns/{OWN}/2026Q3", f"/returns/{OWN}/2026Q3/peers"):
        page = visitor.go(path)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path
    assert faults(page) == []
    visitor.check()


def test_before_anything_is_published_pages_say_how_it_comes(visit):
    visitor = visit("eva", "zh", width=390, theme="dark")
    for path in ("/", "/rankings", "/flags"):
        page = visitor.go(path)
        expect(page.locator("main h1")).to_have_text("尚无数据")
    assert faults(page) == []
