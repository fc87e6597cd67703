"""What may be said of a verdict: only a final or revised publication of a year's last quarter closes the year."""

import json
from itertools import product

import pytest
from sqlalchemy import update

from etl import schema
from etl import warehouse as module
from indicators import repository, said_verdicts, scope
from indicators.commands.telling import lines
from indicators.explain_scores import explain_any
from indicators.publish import publish
from indicators.refresh import refresh
from indicators.repository import every_publication
from indicators.verdicts.reasons import ADJUST, HONOUR, LAMPS
from tests import warehouses
from tests.indicators.publishing import LAST, archived

EARLIER, SETTLED = ("working", "provisional"), ("final", "revised")


@pytest.mark.parametrize(("vintage", "closes"), [*product((*EARLIER, *SETTLED), (True, False))])
def test_a_grade_is_final_only_where_year_and_publication_are(vintage, closes):
    assert said_verdicts.is_final(vintage, closes) == (closes and vintage in SETTLED)


@pytest.mark.parametrize(
    ("vintage", "lamp", "proposal"), [*product((*EARLIER, *SETTLED), LAMPS, (ADJUST, HONOUR, None))]
)
def test_figures_that_may_change_propose_nothing_and_a_grey_lamp_no_honour(vintage, lamp, proposal):
    said = said_verdicts.proposal_of(vintage, lamp, proposal)
    assert said == (None if vintage in EARLIER or (lamp == "grey" and proposal == HONOUR) else proposal)


def honoured(engine, folder):
    """The last quarter's working and final publication, in both of which an honour is stored for R1."""
    archived(engine, folder)
    refresh(engine)
    publish(engine, LAST, "final", "Ann")
    told = [{"rule": "a_twice", "weighs": HONOUR, "quarters": 8}, {"rule": "in_order", "weighs": "green"}]
    with module.writing(engine) as connection:
        mine = schema.verdict.c.base == "R1"
        row = {"lamp": "green", "grade": "A", "final": True, "proposal": HONOUR, "reasons": json.dumps(told)}
        connection.execute(update(schema.verdict).where(mine).values(row))


@pytest.fixture
def proposed(warehouse, tmp_path_factory):
    warehouses.fill(warehouse, tmp_path_factory, honoured)
    return warehouse


def test_the_repository_says_so_far_of_working_figures_and_proposes_by_the_final_ones(proposed):
    with module.reading(proposed) as connection:
        nation = scope.national()
        said = {
            one.vintage: repository.verdicts(connection, nation, one)["R1"]
            for one in every_publication(connection, nation)
            if one.period == LAST
        }
    working, final = said["working"], said["final"]
    assert (working.final, working.proposal) == (False, None)
    assert [reason.rule for reason in working.reasons] == ["in_order"]
    assert (final.final, final.proposal) == (True, HONOUR)
    assert [reason.rule for reason in final.reasons] == ["a_twice", "in_order"]


@pytest.mark.parametrize(("vintage", "final"), [("working", False), ("final", True)])
def test_explaining_says_the_same(proposed, vintage, final):
    with module.reading(proposed) as connection:
        told = explain_any(connection, "R1", LAST, "grade", f"{LAST}-{vintage}-1")
    printed = "\n".join(lines(told))
    assert f"final: {final}" in printed
    assert (f"proposal: {HONOUR}" in printed) == final
    assert ("honour is proposed" in printed) == final
    assert told.as_json()["final"] is final
