"""From a pillar, the index and a verdict down to the cells: what is told recombines to what is published."""

import json

import openpyxl
import pytest
from sqlalchemy import select

from etl import schema
from etl import warehouse as module
from etl.form import load_form
from indicators.commands.telling import lines
from indicators.definition import load_definitions
from indicators.explain import Explanation, Unexplained, paragraphs
from indicators.explain_scores import Score, explain_any
from indicators.publish import Refused, publish
from indicators.refresh import refresh
from tests import warehouses
from tests.builders import QUARTERS, Writer, load, programme
from tests.indicators.publishing import KINDS, LAST, correct, lock

DEFINITIONS = load_definitions()
SCORED = (*DEFINITIONS.pillars, DEFINITIONS.method.index.code)


def reported(engine, folder):
    """R1's last quarter leaves something blank, so that shares are re-scaled."""
    programme(engine, folder)
    load(engine, path := Writer(engine, folder).archive(KINDS, QUARTERS[2:]))
    lock(engine)
    refresh(engine)
    return path


@pytest.fixture
def filled(warehouse, tmp_path_factory):
    return warehouses.fill(warehouse, tmp_path_factory, reported)


def told(engine, code, base="R1", period=LAST, publication=None):
    with module.reading(engine) as connection:
        return explain_any(connection, base, period, code, publication)


def results(engine, publication, base):
    result = schema.result.c
    with module.reading(engine) as connection:
        rows = connection.execute(
            select(result.code, result.value, result.score).where(
                result.publication == publication, result.base == base
            )
        )
        return {row.code: row for row in rows}


@pytest.mark.parametrize("base", ["R1", "R2"])
@pytest.mark.parametrize("period", [QUARTERS[2], QUARTERS[4], LAST])
@pytest.mark.parametrize("code", SCORED)
def test_shares_times_scores_add_up_to_the_published_number(warehouse, filled, base, period, code):
    """In the first quarter most indicators have no history: the shares are of what is there."""
    published = results(warehouse, f"{period}-working-1", base)
    found = told(warehouse, code, base, period)
    assert found.value == published[code].value
    there = sum(part.share for part in found.components)
    if found.value is None:
        weight = sum(part.weight for part in found.components)
        assert sum(part.weight for part in found.components if part.score is not None) < found.min_share * weight
    else:
        assert sum(part.contribution for part in found.components) == pytest.approx(found.value, abs=1e-12)
        assert there == pytest.approx(1, abs=1e-12)
    assert {part.code: part.score for part in found.components} == {
        part.code: published[part.code].score for part in found.components
    }


def cells(found):
    """Every operand below."""
    if isinstance(found, Explanation):
        return list(found.operands)
    return [operand for part in found.components for operand in cells(part.below)]


def test_the_index_leads_down_to_cells_that_hold_the_values(warehouse, filled):
    book = openpyxl.load_workbook(filled, data_only=True)
    found = cells(told(warehouse, "index"))
    assert len(found) > 50
    for operand in found:
        assert book[operand.sheet][operand.cell].value == operand.value


def test_a_bonus_pillar_counts_its_indicators_equally_and_is_no_part_of_the_index(warehouse, filled):
    bonus = next(pillar.code for pillar in DEFINITIONS.method.pillars if pillar.bonus)
    assert {part.weight for part in told(warehouse, bonus).components} == {1.0}
    assert bonus not in {part.code for part in told(warehouse, "index").components}


def test_the_explanation_of_a_publication_stays_when_a_return_is_corrected(warehouse, filled, tmp_path):
    name = publish(warehouse, LAST, "final", "Ann").name
    before = told(warehouse, "index").as_json(), told(warehouse, "INC10").as_json()
    correct(warehouse, tmp_path, mentors=9)
    refresh(warehouse)
    assert (told(warehouse, "index").as_json(), told(warehouse, "INC10").as_json()) == before
    now = told(warehouse, "INC10", publication=f"{LAST}-working-1")
    assert now.denominator == 9
    assert {operand.version for operand in now.operands} == {2}
    assert told(warehouse, "INC10", publication=name).denominator != 9


def test_an_out_of_date_working_publication_is_not_explained(warehouse, filled, tmp_path):
    correct(warehouse, tmp_path, mentors=9)
    with pytest.raises(Refused, match="compute"):
        told(warehouse, "index")


def test_what_was_found_about_an_operand_and_its_answer_are_told(warehouse, writer):
    changes = {LAST: {"space_total_sqm": 9000.5}}
    paths = [one.path for one in writer.quarters("R1", "regional", QUARTERS[-2:], changes)]
    load(warehouse, *paths)
    with module.writing(warehouse) as connection:
        finding = schema.finding
        rows = connection.execute(select(finding).where(finding.c.measure.is_not(None), finding.c.period == LAST)).all()
        assert rows, "the change is asked about"
        connection.execute(finding.update().values(answer="A new hall was opened in May."))
    measure = rows[0].measure
    code = next(
        i.code for i in DEFINITIONS.of_type("regional") if measure in i.numerator or measure in (i.denominator or "")
    )
    operand = next(o for o in told(warehouse, code).operands if (o.measure, o.period) == (measure, LAST))
    assert next((about.code, about.answer) for about in operand.findings) == (
        rows[0].code,
        "A new hall was opened in May.",
    )
    assert any("A new hall" in line for line in lines(told(warehouse, code)))


def test_the_opinions_paragraphs_stand_above_with_their_names(warehouse, filled):
    found = told(warehouse, "index")
    asked = {paragraph["code"] for paragraph in found.paragraphs}
    assert asked == {
        mark
        for pillar in found.components
        for part in pillar.below.components
        for mark in part.below.indicator.paragraphs
    }
    assert all(paragraph["en"] and paragraph["zh"] for paragraph in found.paragraphs)


def test_the_paragraphs_stand_in_the_opinions_order():
    form = load_form()
    marks = list(form.paragraphs)
    found = paragraphs(form, ["nowhere", *reversed(marks)])
    assert [paragraph["code"] for paragraph in found] == [*marks, "nowhere"]


def test_everything_explained_is_json_and_can_be_printed(warehouse, filled):
    for code in (*SCORED, "EMP03"):
        found = told(warehouse, code)
        json.dumps(found.as_json(), allow_nan=False)
        text = "\n".join(lines(found))
        assert ".xlsx" in text
        assert isinstance(found, Score) == (code in SCORED)


@pytest.mark.parametrize(("base", "period", "code", "publication"), [
    ("R9", LAST, "index", None), ("R1", "2031Q1", "index", None), ("R1", LAST, "EMP99", f"{LAST}-working-1"),
    ("R1", QUARTERS[-2], "index", f"{LAST}-working-1"), ("R1", LAST, "index", "2026Q4-final-9"),
])  # fmt: skip
def test_what_is_not_there_cannot_be_explained(warehouse, filled, base, period, code, publication):
    with pytest.raises((Unexplained, Refused)):
        told(warehouse, code, base, period, publication)
