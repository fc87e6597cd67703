""" "Write the bulletin": of a chosen quarter, as a sheet to print, on paper and as a document, with the published numbers."""

import csv
import re
from collections import Counter
from io import StringIO

import docx
import pytest
from docx.table import Table

from dashboard import numbers, texts
from dashboard.lamps import SHAPES
from etl.form import load_form
from indicators.definition import load_definitions
from tests.e2e.journeys.programme import BASES, BEST, EVALUATOR, KIND, MISSING, NOW, YEARS, names
from tests.e2e.journeys.steps import by_navigation, choose, front

pytestmark = pytest.mark.browser
PAGE, FONT = re.compile(rb"/Type\s*/Page(?!s)"), re.compile(rb"/(FontFile[23]?|CharProcs)\b")
CLOSED, RUNNING = YEARS[-1], NOW


@pytest.fixture(params=[("en", CLOSED), ("zh", RUNNING)], ids=["closed year", "running quarter"])
def asked(request):
    """(language, quarter)"""
    return request.param


def test_the_bulletin_of_a_quarter(visit, asked, tmp_path):
    language, quarter = asked
    say, visitor = texts.speaker(language), visit(EVALUATOR, language)
    page = front(visitor)
    page.context.on("console", lambda message: visitor.complaints.append(message.text))
    sheet = opened(page, say, quarter)
    assert quarter_words(quarter, language) in sheet.inner_text("h1")
    paper = sheet.pdf(prefer_css_page_size=True)
    assert 2 <= len(PAGE.findall(paper)) <= 6
    assert FONT.search(paper), "its fonts are in it"
    assert b"/ToUnicode" in paper, "its text can be searched and copied"

    file = taken(sheet, sheet.locator(".paper-tools a[download]"), tmp_path)
    sections = sections_of(docx.Document(str(file)))
    flat = "".join(sheet.inner_text("main").split())
    for title, blocks in sections.items():
        assert "".join(title.split()) in flat, "the document and the sheet have the same sections"
        for text in words_of(blocks):
            assert "".join(text.split()) in flat
    sheet.close()

    page.get_by_role("link", name=say("frame.product"), exact=True).click()
    page.wait_for_selector(".headlines")
    choose(page, "quarter", quarter_words(quarter, language))
    totals(page, sections[say("report.totals")], language)
    warnings(page, sections, say, tmp_path)
    returns(page, sections, say, quarter, tmp_path)
    by_navigation(page, say("nav.rankings"))
    page.wait_for_selector(".ag-row a")
    ranking(page, sections, say, language, tmp_path)
    honours(page, sections[say("report.honours")], say, quarter, language)


def quarter_words(quarter: str, language: str) -> str:
    return numbers.quarter(quarter, language)


def opened(page, say, quarter):
    """From the list of publications to the sheet to print, which opens beside it."""
    page.locator("main").get_by_role("link", name=say("nav.publications"), exact=True).click()
    page.wait_for_selector("table.publications")
    row = page.locator("table.publications tr").filter(has=page.locator(f'.downloads a[href*="period={quarter}"]'))
    with page.expect_popup() as waiting:
        row.get_by_role("link", name=say("report.as_html")).click()
    waiting.value.wait_for_selector("main.sheet h1")
    return waiting.value


def taken(page, link, folder):
    with page.expect_download() as waiting:
        link.click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def published(page, table: str, folder) -> list[dict[str, str]]:
    """A table as the page gives it for download: rows by the codes of its columns."""
    file = taken(page, page.locator(f'.downloads a[href^="/tables/{table}.csv"]'), folder)
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    return list(csv.DictReader(StringIO("\n".join(line for line in lines if not line.startswith("# ")))))


# The document ------------------------------------------------------------------------------------------------------------


def sections_of(document) -> dict[str, list]:
    """Heading → what stands below it: paragraphs as text, tables as rows of texts without their heads."""
    found: dict[str, list] = {}
    title = None
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            found[title].append([[cell.text for cell in row.cells] for row in part.rows[1:]])
        elif part.style.name == "Heading 1":
            title = part.text
            found[title] = []
        elif title and part.text.strip():
            found[title].append(part.text.replace("\t", " "))
    return found


def words_of(blocks) -> list[str]:
    return [
        text for block in blocks for text in ([block] if isinstance(block, str) else [c for row in block for c in row])
    ]


def tables_of(blocks) -> list[list[list[str]]]:
    return [block for block in blocks if not isinstance(block, str)]


def section(sections, title) -> list:
    return sections[title]


# Its numbers are the published ones ----------------------------------------------------------------------------------------


def totals(page, blocks, language) -> None:
    """The three numbers of the front page."""
    (rows,) = tables_of(blocks)
    shown = page.locator(".headlines > div").all()
    assert len(rows) == len(shown) == len(load_definitions().method.headlines)
    for (name, now, change, bases), part in zip(rows, shown, strict=True):
        told = "".join(part.inner_text().split())
        assert name == part.locator("h2").inner_text()
        assert "".join(now.split()) in told
        assert change == numbers.NONE or "".join(change.split()) in told
        assert re.search(r"{}\D+{}".format(*bases.split("/")), told) or re.search(
            r"{1}\D+{0}".format(*bases.split("/")), told
        )


def ranking(page, sections, say, language, folder) -> None:
    """The first and the last five, as in the table of the rankings."""
    index = load_definitions().method.index.code
    rows = [row for row in published(page, "rankings", folder) if row["rank"]]
    lines = [
        [
            row["rank"], row["base"],
            say("base.between", low=f"{float(row['low']):.0f}", high=f"{float(row['high']):.0f}"),
            f"{float(row[index]):.1f}", row["grade"] or numbers.NONE, row["lamp"],
        ]
        for row in rows
    ]  # fmt: skip
    told = tables_of(section(sections, say("report.ranking", type=load_form().types[KIND].name[language])))
    first, last = ([[*row[:-1], row[-1].split(" ")[-1]] for row in table] for table in told)
    assert first == lines[:5]
    assert last == lines[-5:]


def warnings(page, sections, say, folder) -> None:
    """The red and yellow lamps with their first reasons."""
    rows = published(page, "overview-attention", folder)
    counts = Counter(row["lamp"] for row in rows)
    red, yellow = (counts[say(f"lamp.{lamp}")] for lamp in ("red", "yellow"))
    assert red, "a bulletin without a warning would show nothing here"
    (told,) = tables_of(section(sections, say("report.warnings", red=red, yellow=yellow)))
    assert len(told) == len(rows)
    by_name = {row["base"]: row for row in rows}
    for lamp, base, why in told:
        row = next(row for name, row in by_name.items() if base.startswith(name))
        shape = {say("lamp.red"): SHAPES["red"], say("lamp.yellow"): SHAPES["yellow"]}[row["lamp"]]
        assert lamp.startswith(shape)
        assert why.split(".")[0].split("。")[0] in row["reasons"]


def returns(page, sections, say, quarter, folder) -> None:
    """How many returns stand where, and who has sent none."""
    rows = published(page, "overview-returns", folder)
    title = say(
        "returns.title", quarter=quarter_words(quarter, "zh" if say("frame.other_language") == "English" else "en")
    )
    blocks = section(sections, title)
    told = blocks[0].split(say("list.semicolon"))
    assert told[0] == say("report.expected", n=len(rows))
    for state, n in Counter(row["state"] for row in rows).items():
        assert say("returns.count", n=n, state=state) in told
    missing = [code for code in BASES if code == MISSING and quarter == RUNNING]
    listed = [code for code in BASES for text in blocks[1:] if any(name in text for name in names(code))]
    assert listed == missing


def honours(page, blocks, say, quarter, language) -> None:
    """Who was proposed for an honour, as that base's page says; nobody while the year runs."""
    told = [code for code in BASES for text in blocks if names(code)[language == "zh"] in text]
    assert told == ([BEST] if quarter == CLOSED else [])
    if not told:
        assert blocks == [say("report.no_honours")]
    page.locator(".ag-row a", has_text=names(BEST)[language == "zh"]).first.click()
    page.wait_for_selector(".verdict-line")
    proposal = page.locator(".verdict-line .proposal")
    assert proposal.count() == len(told)
    if told:
        assert proposal.inner_text() == say("verdict.proposal.honour")
