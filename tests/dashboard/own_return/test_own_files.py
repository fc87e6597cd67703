"""What a base takes away and hands in beside its return: its files, the receipt, the cover sheet, papers; and who may."""

import hashlib
import io

import openpyxl
import pytest
import segno
from sqlalchemy import select

from dashboard.sending import safe_name
from etl import schema, warehouse
from etl.config import settings
from etl.form import load_form
from etl.template import write_history
from tests.dashboard import returning
from tests.dashboard.returning import NOW, OWN, cell_of, changed, newest, text_of

PDF = b"%PDF-1.7 a scan"


# What is taken away


def test_the_file_comes_back_as_sent_and_with_its_findings(rep, good):
    bad = changed(good, firms_end=999)
    rep.send(bad, "my return.xlsx")
    answer = rep.get("file")
    assert answer.data == bad
    assert 'filename="my return.xlsx"' in answer.headers["Content-Disposition"]
    marked = rep.get("findings.xlsx")
    assert 'filename="my return-findings.xlsx"' in marked.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(marked.data))["Return"]
    assert sheet[cell_of(bad, "firms_end")].comment is not None


def test_an_older_version_can_be_taken_away_too(rep, good):
    bad = changed(good, firms_end=999)
    rep.send(bad)
    rep.send(good)
    assert rep.get("file?version=1").data == bad
    assert rep.get("file").data == good
    assert [rep.get(f"file?version={n}").status_code for n in ("3", "x", "", "-1")] == [404] * 4


def test_the_receipt_names_the_file_by_its_hash(submitted, good):
    text = submitted.get("receipt").get_data(as_text=True)
    sha256 = hashlib.sha256(good).hexdigest()
    told = f"Basewatch {OWN} {NOW} v1 {sha256}"
    assert sha256 in text
    assert "Test base R1" in text
    assert "sha256sum" in text
    drawn = segno.make(told, error="m").svg_inline(light="#fff", border=2, omitsize=True)
    assert drawn in text


def test_there_is_no_receipt_of_what_was_not_submitted(rep, good):
    assert rep.get("receipt").status_code == 404
    rep.send(good)
    assert rep.get("receipt").status_code == 404
    rep.post("submit", version=1)
    assert rep.get("receipt").status_code == 200
    rep.post("take-back", version=1)
    assert rep.get("receipt").status_code == 404


def test_the_cover_sheet_has_every_measure_in_both_languages(rep, good):
    assert rep.get("cover").status_code == 404
    rep.send(good)
    text = rep.get("cover").get_data(as_text=True)
    form = load_form()
    for measure in form.measures_of(returning.KIND):
        assert measure.name.zh in text
        assert measure.name.en.replace("&", "&amp;").replace("'", "&#39;") in text
    for key in ("head", "statistician", "phone", "date", "seal", "note"):
        assert text_of("zh", f"return.cover.{key}") in text
        assert text_of("en", f"return.cover.{key}") in text
    assert "未提交 · NOT SUBMITTED" in text
    sha256 = hashlib.sha256(good).hexdigest()
    assert sha256 in text
    rep.post("submit", version=1)
    text = rep.get("cover").get_data(as_text=True)
    assert "NOT SUBMITTED" not in text
    assert f"<span>v1 · {sha256[:12]}</span>" in text


# Papers


def test_a_scan_is_handed_in_and_taken_away_again(submitted, person):
    submitted.send(PDF, "../sealed cover.pdf", part="papers")
    text = submitted.page()
    assert "sealed cover.pdf was handed in." in text
    for reader in ("rep", "cora", "eva"):
        answer = person(reader).get("papers/1")
        assert (answer.status_code, answer.data) == (200, PDF)
        assert answer.headers["Content-Disposition"] == 'attachment; filename="sealed cover.pdf"'
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert person("other").get("papers/1").status_code == 403
    assert submitted.get("papers/2").status_code == 404


@pytest.mark.parametrize("content", [b"MZ a program", b"<html>", b"", b"PK\x03\x04"])
def test_only_scans_are_taken(submitted, store, content):
    submitted.send(content, "scan.pdf", part="papers")
    assert "must be a PDF, PNG or JPEG" in submitted.page()
    with warehouse.reading(store) as connection:
        assert connection.execute(select(schema.attachment)).first() is None


def test_a_scan_past_the_limit_says_what_to_do(submitted, monkeypatch):
    monkeypatch.setenv("LIMIT_PAPER_BYTES", str(2**20))
    settings.cache_clear()
    try:
        submitted.send(PDF + b"0" * 2**21, "scan.pdf", part="papers")
        assert "larger than 1 MiB" in submitted.page()
    finally:
        settings.cache_clear()


# Who may


GETS = ("form", "file", "findings.xlsx", "cover", "receipt", "papers/1")
POSTS = ("upload", "answers", "submit", "take-back", "papers")


def test_another_bases_reporter_takes_nothing_away(submitted, person):
    other = person("other")
    assert {part: other.get(part).status_code for part in GETS} == dict.fromkeys(GETS, 403)


@pytest.mark.parametrize("name", ["other", "cora", "eva"])
def test_nobody_acts_for_a_base(rep, person, store, good, name):
    rep.send(good)
    somebody = person(name)
    assert {part: somebody.send(good, part=part).status_code for part in POSTS} == dict.fromkeys(POSTS, 403)
    assert newest(store).state == "checked"


@pytest.mark.parametrize("name", ["cora", "eva"])
def test_the_roster_is_the_bases_own(submitted, person, name):
    reviewer = person(name)
    told = {"form": 200, "cover": 200, "receipt": 200, "file": 403, "findings.xlsx": 403}
    assert {part: reviewer.get(part).status_code for part in told} == told


def test_what_there_is_not_is_not_found(person):
    eva = person("eva")
    for here in (f"/returns/none-such/{NOW}", f"/returns/{OWN}/nonsense"):
        assert {part: eva.get(part, here=here).status_code for part in GETS} == dict.fromkeys(GETS, 404)


def test_another_bases_page_is_refused_with_who_can_help(rep):
    for address in (f"/returns/R2/{NOW}", f"/returns/R2/{NOW}/peers", f"/returns/none-such/{NOW}"):
        assert text_of("en", "empty.not_allowed") in rep.page(address)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("return.xlsx", "return.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\报表 四季度.xlsx", "报表 四季度.xlsx"),
        ('a\r\nb"c:d*.xlsx', "a b c d .xlsx"),
        ("\u202exslx.exe", "xslx.exe"),
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".xlsx", "x" * 115 + ".xlsx"),
    ],
)
def test_file_names_are_made_safe(name, safe):
    assert safe_name(name) == safe


def test_an_archive_is_not_taken_as_a_return_because_it_has_no_roster(rep, store, tmp_path):
    write_history(tmp_path / "h.xlsx", load_form(), [(OWN, NOW, {"mentors": 3.0})])
    rep.send((tmp_path / "h.xlsx").read_bytes(), "h.xlsx")
    assert newest(store) is None
