"""Every table of the product as a file: the same numbers as its page, whole, with what they are; and nobody else's."""

import csv
import json
from io import BytesIO, StringIO

import openpyxl
import pytest

from dashboard.downloads import TABLES
from tests.dashboard.programme import OWN, samples

OWN_BASE = samples()[OWN]
VISIBLE = {
    "eva": {base.code for base in samples()},
    "cora": {base.code for base in samples() if base.province == OWN_BASE.province},
    "rep": {OWN_BASE.code},
}
EVERYONE = {base.code for base in samples()}
CHOICES = f"type={OWN_BASE.type}&base={OWN_BASE.code}&bases={OWN_BASE.code}"


def fetch(signed_in, name, table, kind, query=CHOICES):
    return signed_in(name).get(f"/tables/{table}.{kind}?{query}")


def csv_of(answer):
    """(lines of metadata, head, rows)"""
    text = answer.data.decode("utf-8-sig")
    lines = text.splitlines()
    told = [line for line in lines if line.startswith("# ")]
    head, *rows = csv.reader(StringIO("\n".join(lines[len(told) :])))
    return told, head, rows


@pytest.mark.parametrize("table", TABLES)
def test_a_workbook_and_a_csv_hold_the_same(signed_in, table):
    book = openpyxl.load_workbook(BytesIO(fetch(signed_in, "eva", table, "xlsx").data))
    told, head, rows = csv_of(fetch(signed_in, "eva", table, "csv"))
    _, codes, *in_book = book["Data"].iter_rows(values_only=True)
    assert list(codes) == head
    assert rows, "the table is empty"
    for ours, theirs in zip(in_book, rows, strict=True):
        for value, text in zip(ours, theirs, strict=True):
            if isinstance(value, int | float):
                assert float(text) == pytest.approx(value, rel=1e-14)  # a workbook keeps 16 digits, a csv 17
            else:
                assert text == (value or "")
    about = [f"# {name}: {value}" for name, value in book["About"].iter_rows(values_only=True)]
    assert about[:6] == told[:6]


@pytest.mark.parametrize("table", TABLES)
def test_a_file_says_which_publication_it_is_of(signed_in, table):
    told, _, _ = csv_of(fetch(signed_in, "eva", table, "csv"))
    named = {line[2:].split(":")[0] for line in told}
    assert {"Publication", "Status of the figures", "Data as of", "Method (sha256)", "Definitions (sha256)"} <= named


@pytest.mark.parametrize("name", VISIBLE)
@pytest.mark.parametrize("table", TABLES)
def test_a_file_names_only_the_viewers_bases(signed_in, table, name):
    answer = fetch(signed_in, name, table, "csv")
    assert answer.status_code in (200, 403)
    if answer.status_code == 200:
        text = answer.data.decode()
        for number, base in enumerate(samples(), start=1):
            if base.code not in VISIBLE[name]:
                assert f"Invented base {number:02d}" not in text
                assert f"{base.code}," not in text


@pytest.mark.parametrize("path", ["/tables/none.csv", "/tables/rankings.exe", "/tables/rankings.pdf"])
def test_an_unknown_table_is_said_to_be_unknown(signed_in, path):
    assert signed_in("eva").get(path).status_code == 404


def test_senseless_choices_give_the_default(signed_in):
    answer = fetch(signed_in, "eva", "rankings", "csv", "type=zzz&period=1999Q9&bases=%00,&base=')--&batch=x")
    assert answer.status_code == 200


def test_every_link_to_a_file_leads_to_a_table(open_page):
    text = json.dumps(open_page("eva", "/rankings"))
    assert "/tables/rankings.xlsx" in text
    assert "/tables/rankings.csv" in text
