"""Reports: the figures of the repository, the same in the document and on the sheet, and nobody else's bases."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from sqlalchemy import update

from dashboard import numbers
from dashboard.reports.as_docx import as_docx
from dashboard.reports.base_report import base_report
from dashboard.reports.bulletin import bulletin
from dashboard.reports.content import Grid, Marked, Points, Report, Section, Two, Words, texts
from dashboard.view import View
from etl import schema, warehouse
from etl.form import load_form
from indicators import repository, scope
from indicators.definition import load_definitions
from tests.dashboard import programme
from tests.dashboard.programme import LAST, MISSING, OWN, samples
from tests.dashboard.standing import standing_on_copy

OWN_BASE, GONE = samples()[OWN], samples()[MISSING]
VISIBLE = {
    "eva": {base.code for base in samples()},
    "cora": {base.code for base in samples() if base.province == OWN_BASE.province},
    "rep": {OWN_BASE.code},
}
SCOPES = {"eva": scope.national(), "cora": scope.province(OWN_BASE.province), "rep": scope.base(OWN_BASE.code)}
ROLES = {"eva": "evaluator", "cora": "coordinator", "rep": "reporter"}
HOSTILE = '=cmd|"<b>x</b>"&\x07\x00{{ 7 * 7 }}'


@pytest.fixture
def shown(app):
    """shown("eva", "zh") → that person's view, within a request."""
    with app.server.test_request_context("/"):
        yield lambda name, language="en": View(name, ROLES[name], SCOPES[name], None, language, "light")


def words_of(answer):
    """Every word of an HTML page, in its order."""
    body = re.sub(r"(?s)^.*<main[^>]*>|</main>.*$", "", answer.get_data(as_text=True))
    return unescape(re.sub(r"<[^>]+>", " ", body)).split()


def words_of_document(content):
    """Every paragraph of a .docx with its tables and foot, as words in their order."""
    document = docx.Document(BytesIO(content))
    body = [part.text or "" for part in document.element.body.iter("{*}t")]
    return " ".join(body + [line.text for line in document.sections[0].footer.paragraphs])


def expected(report):
    return [word for text in texts(report) for word in text.split()]


# The figures -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_bases_report_has_the_figures_of_its_profile(shown, language):
    who = shown("rep", language)
    publication = who.published[-1]
    profile = who.ask(repository.profile, publication, OWN_BASE.code)
    told = texts(base_report(who, publication, OWN_BASE.code))
    assert profile.member.name[language] in told
    for part in (profile.index, *profile.pillars):
        at = told.index(load_definitions().name(part.code)[language])
        assert told[at + 1] == numbers.score(part.score)
        assert str(part.rank) in told[at + 2]
    for row in profile.indicators:
        indicator = load_definitions().indicators[row.code]
        (at,) = [
            i for i, text in enumerate(told) if re.fullmatch(rf"{re.escape(indicator.name[language])}(, |（).*", text)
        ]
        assert told[at + 1] == numbers.in_unit(row.value, indicator.unit)
        assert told[at + 2] == numbers.in_unit(row.spread.p50 if row.spread else None, indicator.unit)
    assert any(str(len([row for row in profile.indicators if row.below_floor])) in text for text in told)
    assert publication.code in told[-1]


def test_a_bulletin_has_the_totals_and_the_ends_of_each_ranking(shown):
    who = shown("eva")
    publication = who.published[-1]
    told = texts(bulletin(who, publication))
    for headline in who.ask(repository.headlines, publication):
        at = told.index(headline.definition.name.en)
        number, _ = numbers.headline(headline.now.value, headline.definition.unit, "en")
        assert told[at + 1].startswith(number)
        change = numbers.change(headline.change.ratio, "en") if headline.change else numbers.NONE
        assert told[at + 2] == change
        assert told[at + 3] == f"{headline.now.bases}/{headline.now.expected}"
    for kind in load_form().types:
        rows = [row for row in who.ask(repository.ranking, publication, kind).rows if row.rank]
        for row in (rows[0], rows[-1]):
            at = told.index(row.member.name.en)
            assert told[at - 1] == str(row.rank)
            assert told[at + 2] == numbers.score(row.index)
    missing = who.ask_now(repository.reports, LAST).waiting
    assert len(missing) == 3
    assert all(any(known.base.name.en in text for text in told) for known in missing)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("address", [f"bases/{OWN_BASE.code}", "bulletin"])
def test_the_document_and_the_sheet_say_the_same(signed_in, shown, address, language):
    client = signed_in("eva")
    who = shown("eva", language)
    publication = who.published[-1]
    report = bulletin(who, publication) if address == "bulletin" else base_report(who, publication, OWN_BASE.code)
    document = client.get(f"/reports/{address}.docx?language={language}")
    sheet = client.get(f"/reports/{address}.html?language={language}")
    assert document.status_code == sheet.status_code == 200
    # The moment at which it was made may differ; marks stand before their texts in both.
    told = [text for text in texts(report)[:-1] if text]
    flat = "".join(words_of(sheet))
    in_document = re.sub(r"\s", "", words_of_document(document.data))
    for text in told:
        assert re.sub(r"\s", "", text) in flat
        assert re.sub(r"\s", "", text) in in_document


def test_a_base_that_did_not_report_has_a_report_that_says_so(shown):
    who = shown("eva")
    told = texts(base_report(who, who.published[-1], GONE.code))
    assert any("no return has been accepted" in text for text in told)
    assert not any(text == "no return" for text in told), "it is not said again for every indicator"
    assert sum("there are no figures of its own" in text for text in told) == 1
    assert "peers' median" in told


# Whose bases -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["html", "docx"])
@pytest.mark.parametrize("name", VISIBLE)
def test_a_report_of_anothers_base_is_refused(signed_in, name, kind):
    client = signed_in(name)
    for base in samples():
        answer = client.get(f"/reports/bases/{base.code}.{kind}")
        assert answer.status_code == (200 if base.code in VISIBLE[name] else 403)


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_the_bulletin_names_only_the_viewers_bases(signed_in, kind):
    for name in ("eva", "cora"):
        answer = signed_in(name).get(f"/reports/bulletin.{kind}")
        text = words_of_document(answer.data) if kind == "docx" else " ".join(words_of(answer))
        named = {base.code for number, base in enumerate(samples(), 1) if f"Invented base {number:02d}" in text}
        assert named <= VISIBLE[name]
        assert named & VISIBLE[name]
    assert signed_in("rep").get(f"/reports/bulletin.{kind}").status_code == 403


def test_what_is_not_there_is_not_found(signed_in, client):
    eva = signed_in("eva")
    for address in ("bases/none-such.html", f"bases/{OWN_BASE.code}.exe", "bulletin.pdf"):
        assert eva.get(f"/reports/{address}").status_code == 404
    assert signed_in("rep").get("/reports/bases/none-such.html").status_code == 403
    assert client.get("/reports/bulletin.html").status_code == 401


@pytest.mark.parametrize("name", VISIBLE)
def test_pages_lead_to_what_the_viewer_may_have(open_page, name):
    import json

    assert f"/reports/bases/{OWN_BASE.code}.docx" in json.dumps(open_page(name, f"/bases/{OWN_BASE.code}"))
    assert ("/reports/bulletin.docx" in json.dumps(open_page(name, "/"))) == (name != "rep")


# Inert -------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def hostile(app, tmp_path_factory):
    """The application on a copy of the programme in which the reporter's base has a hostile name."""
    table = schema.base_history
    with standing_on_copy(app, tmp_path_factory, programme.build) as engine:
        with warehouse.writing(engine) as connection:
            connection.execute(update(table).where(table.c.base == OWN_BASE.code).values(name_en=HOSTILE))
        yield


@pytest.mark.parametrize("address", [f"bases/{OWN_BASE.code}", "bulletin"])
def test_a_hostile_name_is_text(hostile, signed_in, address):
    client = signed_in("eva")
    sheet = client.get(f"/reports/{address}.html").get_data(as_text=True)
    assert "<b>x</b>" not in sheet
    assert "&lt;b&gt;x&lt;/b&gt;" in sheet
    assert "{{ 7 * 7 }}" in sheet
    answer = client.get(f"/reports/{address}.docx")
    assert '=cmd|"<b>x</b>"&{{ 7 * 7 }}' in words_of_document(answer.data)
    fields = re.findall(r"<w:instrText[^>]*>([^<]*)<", ZipFile(BytesIO(answer.data)).read("word/document.xml").decode())
    assert fields == []


# The document ------------------------------------------------------------------------------------------------------------

SMALL = Report(
    language="en",
    name="small",
    head=("Programme", "2026Q3"),
    title="A title",
    about="about",
    lead=(Words("lead"),),
    sections=(
        Section(
            "One", (Points(("a", Marked("■", "red", "b"))), Two((Grid(("name", "value"), (("x", "1"),), (3, 1)),)))
        ),
        Section("Two", (Grid(("h", "v"), (("y", Marked("●", "green", "2")),), (1, 1), title="T"),)),
    ),
    foot="foot",
)


@pytest.mark.parametrize("dense", [False, True])
def test_a_document_has_headings_repeated_heads_and_page_numbers(dense):
    content = as_docx(replace(SMALL, dense=dense))
    document = docx.Document(BytesIO(content))
    headings = [line.text for line in document.paragraphs if line.style.name in ("Title", "Heading 1")]
    assert headings == ["A title", "One", "Two"]
    assert [table.rows[0].cells[0].text for table in document.tables] == ["name", "h"]
    xml = ZipFile(BytesIO(content)).read("word/document.xml").decode()
    assert xml.count("<w:tblHeader/>") == 2
    columns = [section._sectPr.find("{*}cols").get(docx.oxml.ns.qn("w:num")) for section in document.sections]
    assert columns == [None, "2", "1"]
    foot = ZipFile(BytesIO(content)).read("word/footer1.xml").decode()
    assert "NUMPAGES" in foot
    assert "foot" in foot
    assert document.core_properties.title == "A title"
