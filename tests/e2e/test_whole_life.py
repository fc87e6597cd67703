"""A return from the empty form to the ranking: its reporter and its coordinator, each in a browser of their own."""

import re

import openpyxl
import pytest
from playwright.sync_api import expect

from dashboard.accounts import create_account
from etl import warehouse
from indicators.refresh import refresh
from tests import builders, warehouses
from tests.builders import entry
from tests.dashboard.programme import PASSWORD
from tests.dashboard.returning import NOW, cell_of, changed
from tests.e2e.test_return import filled, told, upload
from tests.served import serving

pytestmark = pytest.mark.browser

QUARTERS = ("2026Q1", "2026Q2", "2026Q3", NOW)
OWN, OTHERS = "R1", ("R2", "R3", "R4", "R5")
HERE = f"/returns/{OWN}/{NOW}"


def build(engine, folder):
    """Everybody's returns are accepted but R1's last, which is still to be sent: its filled form is told."""
    warehouse.create(engine)
    builders.set_up(engine, [entry(code) for code in (OWN, *OTHERS)], QUARTERS)
    writer = builders.Writer(engine, folder)
    tales = {code: list(writer.quarters(code, "regional", QUARTERS)) for code in (OWN, *OTHERS)}
    builders.load(engine, *(one.path for tale in tales.values() for one in tale if one.path != tales[OWN][-1].path))
    with warehouse.writing(engine) as connection:
        for name, role, place in (("rep", "reporter", OWN), ("cora", "coordinator", "ZJ"), ("eva", "evaluator", None)):
            create_account(connection, name, PASSWORD, role, place)
    refresh(engine)
    return tales[OWN][-1].path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return warehouses.once(tmp_path_factory, build)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with warehouses.copied(tmp_path_factory, build) as engine, serving(warehouses.url_of(engine)) as address:
        yield address


def test_from_the_form_to_the_ranking(visit, made, tmp_path):
    reporter, coordinator = visit("rep"), visit("cora")
    truth = openpyxl.load_workbook(made.told)["Return"]

    page = coordinator.go("/rankings?type=regional", ".ag-row a")
    expect(page.locator(f'.ag-row[row-id="{OWN}"] [col-id="rank"]')).to_have_text(re.compile(r"^\D*$"))

    page = reporter.go(HERE)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the form").click()
    form = tmp_path / download.value.suggested_filename
    download.value.save_as(form)
    good = filled(form, made.told)

    sent = tmp_path / "return.xlsx"
    sent.write_bytes(changed(good, firms_end=999, space_firms_sqm=9_999_999, voucher_amt=None))
    upload(page, sent)
    told(page, "Version 1 was taken")
    assert page.get_by_role("button", name="Submit version").count() == 0

    with page.expect_download() as download:
        page.get_by_role("link", name="Download with marks").click()
    marked = tmp_path / download.value.suggested_filename
    download.value.save_as(marked)
    right = {code: truth[cell_of(good, code)].value for code in ("firms_end", "space_firms_sqm")}
    sent.write_bytes(changed(marked.read_bytes(), **right))
    upload(page, sent)
    told(page, "Version 2 was taken: 1 open query.")
    page.locator(".finding.query.open textarea").fill("The scheme ended in the quarter before.")
    page.get_by_role("button", name="Save answers").click()
    told(page, "1 answer saved.")
    page.get_by_text("Look and submit").click()
    page.get_by_role("button", name="Submit version 2").click()
    told(page, "Version 2 is submitted.")

    page = coordinator.go(HERE, ".standing")
    expect(page.locator("main")).to_contain_text("The scheme ended in the quarter before.")
    page.locator(".send-back summary").click()
    page.locator("#reason").fill("There were 3 trainees too many in the spring list: please correct.")
    page.get_by_role("button", name="Send back", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("1 sent back.")

    page = reporter.go(HERE)
    expect(page.locator("main")).to_contain_text("3 trainees too many")
    trainees = truth[cell_of(good, "trainees")].value
    sent.write_bytes(changed(sent.read_bytes(), trainees=trainees - 3))
    upload(page, sent)
    told(page, "Version 3 was taken")
    expect(page.locator(".finding.query.open")).to_have_count(0)  # what was answered before stays answered
    page.get_by_text("Look and submit").click()
    page.get_by_role("button", name="Submit version 3").click()
    told(page, "Version 3 is submitted.")

    page = coordinator.go(HERE, ".standing")
    page.get_by_role("button", name="Accept", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 accepted.")
    expect(dialog).to_contain_text("The rankings are up to date.")

    page = coordinator.go("/rankings?type=regional", ".ag-row a")
    expect(page.locator(f'.ag-row[row-id="{OWN}"] [col-id="rank"]')).to_have_text(re.compile(r"^\d"))
    page = reporter.go(f"{HERE}/peers")
    expect(page.locator("main")).to_contain_text("5")
    page = visit("eva").go("/returns/review", ".queue")
    expect(page.locator("main")).to_contain_text("Test base R1")
    coordinator.check()
    reporter.check()
