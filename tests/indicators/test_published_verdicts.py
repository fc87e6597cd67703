"""What a publication says of certainty and verdicts is what the engines say of the same data."""

import json
from itertools import pairwise

import numpy as np
import pytest
from sqlalchemy import select, update

from etl import periods, schema
from etl import warehouse as module
from etl.events import Actor
from etl.registry import open_period
from indicators import cases, recompute, repository, scope
from indicators.certainty import programme_uncertainty
from indicators.commands.telling import lines
from indicators.definition import load_definitions
from indicators.explain_scores import explain_any
from indicators.histories import histories
from indicators.peers import indicator_funnels
from indicators.publish import publish
from indicators.refresh import refresh
from indicators.sources import read_sources
from indicators.xmr import JUDGEMENTS
from indicators.year_certainty import year_top_share
from tests import warehouses
from tests.builders import PROGRAMME, QUARTERS, Writer, entry, load, programme, set_up
from tests.indicators.publishing import LAST, lock

CODES = [f"R{i}" for i in range(1, 8)]


def reported(engine, folder):
    """Seven regional bases; the enterprise and the institute have never reported."""
    programme(engine, folder)
    set_up(engine, [*PROGRAMME, *(entry(code, "regional", "ZJ") for code in CODES[2:])], ())
    load(engine, Writer(engine, folder).archive(dict.fromkeys(CODES, "regional")))
    lock(engine)


@pytest.fixture
def filled(warehouse, tmp_path_factory):
    return warehouses.fill(warehouse, tmp_path_factory, reported)


def rows(engine, table, name, **where) -> list:
    with module.reading(engine) as connection:
        query = select(table).where(table.c.publication == name)
        return connection.execute(query.where(*(table.c[key] == value for key, value in where.items()))).all()


def test_the_certainty_of_each_rank_is_published_and_stands_beside_it(warehouse, filled):
    name = publish(warehouse, LAST, "final", "Ann", seed=5).name
    with module.reading(warehouse) as connection:
        computed = recompute.made_from(connection, name).computed
    panel = computed.panel
    sure = programme_uncertainty(computed.values, computed.definitions, len(panel.periods) - 1, panel.types[-1],
                                 panel.returned[-1], list(computed.form.types), 5)  # fmt: skip
    published = rows(warehouse, schema.certainty, name, code="index")
    assert {row.base for row in published} == set(CODES)
    for row in published:
        place = panel.bases.index(row.base)
        assert (row.low, row.high, row.top_fifth) == tuple(
            getattr(sure["index"], figure)[place] for figure in ("low", "high", "top_fifth")
        )
        (result,) = rows(warehouse, schema.result, name, code="index", base=row.base)
        assert (result.low, result.high) == (row.low, row.high)
        assert 1 <= row.low <= row.high <= len(CODES)


@pytest.mark.parametrize("quarter", [2, 5, 7])
def test_how_sure_a_place_among_the_first_is_told_over_the_quarters_of_the_year(warehouse, filled, quarter):
    """Also where the panel has fewer than four: the grade so far is of the same quarters as its agreement."""
    period = QUARTERS[quarter]
    name = publish(warehouse, period, "provisional", "Ann", seed=5).name
    with module.reading(warehouse) as connection:
        computed = recompute.made_from(connection, name).computed
    panel, year = computed.panel, range(max(0, quarter - 3), quarter + 1)
    share = year_top_share(computed.values, computed.definitions, year, panel.types, panel.returned,
                           list(computed.form.types), 5)  # fmt: skip
    told = {
        row.base: (row.grade, reason["value"])
        for row in rows(warehouse, schema.verdict, name)
        for reason in json.loads(row.reasons)
        if reason["rule"] in ("sure", "unsure")
    }
    for base, (letter, value) in told.items():
        assert value == pytest.approx(share[panel.bases.index(base)], abs=1e-9)
        assert letter in (("A",) if value >= 0.8 else ("B", "D"))
    assert len(told) == (2 if quarter > 4 else 0), "two of seven are the first fifth, once three quarters have an index"


def test_signals_against_peers_and_over_time_are_published(warehouse, filled):
    """What the two engines say of the same panel, for the bases that they judge."""
    name = publish(warehouse, LAST, "provisional", "Ann").name
    with module.reading(warehouse) as connection:
        computed = recompute.made_from(connection, name).computed
    panel, at = computed.panel, {code: place for place, code in enumerate(computed.panel.bases)}
    funnels = indicator_funnels(computed.values, computed.definitions, len(panel.periods) - 1, panel.types[-1],
                                panel.returned[-1], list(computed.form.types))  # fmt: skip
    charts = histories(computed.values, computed.definitions, computed.form, len(panel.periods) - 1)
    found = rows(warehouse, schema.signal, name)
    peers, time = ([row for row in found if row.kind == kind] for kind in ("funnel", "xmr"))
    assert {(row.code, row.base) for row in peers} == {
        (code, base) for code, of in funnels.items() for base, place in at.items() if of.z[place] == of.z[place]
    }
    assert peers
    for row in peers:
        of, place = funnels[row.code], at[row.base]
        assert (row.target, row.lower, row.upper) == (of.target[place], of.lower[place], of.upper[place])
        assert (row.against_peers == "similar") == (not of.outlier[place])
        assert (row.over_time, row.cause) == (None, None)
    assert {(row.code, row.base) for row in time} == {
        (code, base) for code, of in charts.items() for base, place in at.items() if of.judged[place]
    }
    assert time
    for row in time:
        of, place = charts[row.code], at[row.base]
        assert row.target == of.charts.mean[place, -1]
        assert row.over_time == JUDGEMENTS[of.judgement[place]]


def test_another_seed_gives_other_draws_and_the_same_ranks(warehouse, filled):
    one, other = (publish(warehouse, LAST, "provisional", "Ann", seed=seed) for seed in (1, 2))
    assert one.content != other.content
    ranks = [
        {row.base: row.rank for row in rows(warehouse, schema.result, made.name, code="index")} for made in (one, other)
    ]
    assert ranks[0] == ranks[1]
    with module.reading(warehouse) as connection:
        assert recompute.verify(connection, other.name) == []


def test_every_base_has_a_verdict_with_reasons(warehouse, filled):
    name = publish(warehouse, LAST, "provisional", "Ann").name
    found = {row.base: row for row in rows(warehouse, schema.verdict, name)}
    assert set(found) == {*CODES, "E1", "U1", "I1"}
    assert all(json.loads(row.reasons) for row in found.values())
    assert all(row.lamp in ("grey", "green", "yellow", "red") for row in found.values())
    assert found["R1"].final, "the fourth quarter closes a year"


def test_who_has_not_reported_is_judged_by_what_is_known_of_the_return(warehouse, filled):
    """Three quarters are long due and the last one not yet: until it is, nothing of it is missed."""
    refresh(warehouse)
    (early,) = rows(warehouse, schema.verdict, f"{LAST}-working-1", base="E1")
    assert next(reason["rule"] for reason in json.loads(early.reasons)) == "not_due"
    with module.writing(warehouse) as connection:
        for period in QUARTERS:
            open_period(connection, period, periods.starts(QUARTERS[0]))
    refresh(warehouse)
    (late,) = rows(warehouse, schema.verdict, f"{LAST}-working-1", base="E1")
    assert (late.lamp, late.grade) == ("red", "D")
    assert "missed_running" in {reason["rule"] for reason in json.loads(late.reasons)}


def grade(engine, name: str, **grades: str) -> None:
    verdict = schema.verdict
    with module.writing(engine) as connection:
        for base, letter in grades.items():
            mine = (verdict.c.publication == name, verdict.c.base == base)
            connection.execute(update(verdict).where(*mine).values(grade=letter))


def test_the_grade_of_the_year_before_counts_from_its_final_publication_only(warehouse, filled):
    """The product only proposes what two final years say."""
    year = "2025Q4"
    lock(warehouse, year)
    grade(warehouse, publish(warehouse, year, "provisional", "Ann").name, R1="D", E1="D")
    with module.reading(warehouse) as connection:
        assert read_sources(connection).until(LAST).grades == ()
    grade(warehouse, publish(warehouse, year, "final", "Ann").name, R1="B", E1="D")
    with module.writing(warehouse) as connection:
        for period in QUARTERS:
            open_period(connection, period, periods.starts(QUARTERS[0]))
    with module.reading(warehouse) as connection:
        known = {one.base: one.grade for one in read_sources(connection).until(LAST).grades}
    assert (known["R1"], known["E1"]) == ("B", "D")
    name = publish(warehouse, LAST, "provisional", "Ann").name
    (e1,) = rows(warehouse, schema.verdict, name, base="E1")
    assert (e1.grade, e1.proposal) == ("D", "adjust")
    with module.reading(warehouse) as connection:
        assert recompute.verify(connection, name) == []


def record(engine, base: str, period: str, *steps: str) -> None:
    """An approver's findings, one after another."""
    days = load_definitions().method.cases
    for step in steps:
        with module.writing(engine) as connection:
            case = cases.case(connection, base, period)
            cases.take(connection, case, step, Actor("Ann", cases.APPROVER), "seen on the spot", days)


def verdict_of(engine, base: str, vintage: str = "provisional"):
    """(publication's row, the base's verdict, all other verdicts) of a new publication; it can be computed again."""
    name = publish(engine, LAST, vintage, "Ann").name
    with module.reading(engine) as connection:
        assert recompute.verify(connection, name) == []
    (made,) = rows(engine, schema.publication, name)
    found = {row.base: tuple(row)[1:] for row in rows(engine, schema.verdict, name)}
    (own,) = rows(engine, schema.verdict, name, base=base)
    del found[base]
    return made, own, found


@pytest.mark.parametrize("period", [LAST, QUARTERS[-3]])
def test_data_found_false_are_grade_d_until_the_finding_is_lifted(warehouse, filled, period):
    """A finding of any quarter of the year counts for the year."""
    before, honest, others = verdict_of(warehouse, "R1")
    assert honest.lamp != "red"
    assert honest.grade in ("A", "B", "C")
    record(warehouse, "R1", period, cases.FALSE_DATA)
    found, false, same = verdict_of(warehouse, "R1")
    assert (false.lamp, false.grade, false.proposal) == ("red", "D", None)
    assert {"red", "D"} <= {reason["weighs"] for reason in json.loads(false.reasons) if reason["rule"] == "false_data"}
    assert same == others, "nobody else's verdict moves"
    record(warehouse, "R1", period, cases.LIFT)
    after, cleared, _ = verdict_of(warehouse, "R1")
    assert tuple(cleared)[1:] == tuple(honest)[1:]
    assert [one.data_state == other.data_state for one, other in pairwise((before, found, after))] == [False, False]
    assert (after.data_state, after.content) == (before.data_state, before.content)


def test_a_finding_makes_the_working_publication_stale_and_refreshing_brings_it_in(warehouse, filled):
    refresh(warehouse)
    record(warehouse, "R1", LAST, cases.FALSE_DATA)
    refresh(warehouse)
    (row,) = rows(warehouse, schema.verdict, f"{LAST}-working-1", base="R1")
    assert (row.lamp, row.grade) == ("red", "D")


def test_false_data_of_another_year_or_of_a_later_quarter_are_not_held_against_it(warehouse, filled):
    before, honest, _ = verdict_of(warehouse, "R1")
    record(warehouse, "R1", QUARTERS[3], cases.FALSE_DATA)
    after, own, _ = verdict_of(warehouse, "R1")
    assert (after.data_state, after.content) == (before.data_state, before.content)
    assert tuple(own)[1:] == tuple(honest)[1:]
    with module.reading(warehouse) as connection:
        known = read_sources(connection)
        assert [found.period for found in known.false_data] == [QUARTERS[3]]
        assert known.until(QUARTERS[2]).false_data == known.until(LAST).false_data == ()
        assert known.until(QUARTERS[3]).false_data == known.false_data


def test_a_verdict_is_explained_down_to_the_cells_of_its_reasons(warehouse, filled):
    refresh(warehouse)
    name = f"{LAST}-working-1"
    about = 0
    for base in CODES:
        with module.reading(warehouse) as connection:
            lamp, letter = (explain_any(connection, base, LAST, code) for code in ("lamp", "grade"))
        (row,) = rows(warehouse, schema.verdict, name, base=base)
        assert (lamp.value, letter.value) == (row.lamp, row.grade)
        told = lamp.as_json()
        assert [
            {k: v for k, v in reason.items() if k not in ("explanation", "words")} for reason in told["reasons"]
        ] == json.loads(row.reasons)
        about += sum(reason["explanation"] is not None for reason in told["reasons"])
        assert "because" in "\n".join(lines(lamp))
    assert about


def test_the_repository_shows_verdicts_and_certainty_of_the_scopes_bases_only(warehouse, filled):
    refresh(warehouse)
    with module.reading(warehouse) as connection:
        shown = repository.publications(connection, scope.national())[-1]
        everyone = repository.verdicts(connection, scope.national(), shown)
        own = repository.verdicts(connection, scope.base("R3"), shown)
        mine = repository.verdicts(connection, scope.province("LN"), shown)
        sure = repository.certainties(connection, scope.base("R3"), shown, "index")
        assert set(everyone) == {*CODES, "E1", "U1", "I1"}
        assert set(own) == {"R3"}
        assert set(mine) == {"R2"}
        assert own["R3"] == everyone["R3"]
        assert set(sure) == {"R3"}
        row = next(row for row in repository.ranking(connection, scope.base("R3"), shown, "regional").rows)
        assert (row.low, row.high) == (sure["R3"].low, sure["R3"].high)
        assert row.lamp == own["R3"].lamp
        told = repository.comparison(connection, scope.base("R3"), shown, shown)
        assert [one.base for one in told] == ["R3"]
        assert not np.isnan(told[0].index_by.own)
