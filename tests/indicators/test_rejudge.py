"""Other thresholds on the last published quarters: as published under those of then, otherwise under others."""

from collections import Counter

import pytest
from sqlalchemy import select

from etl import periods, schema
from etl import warehouse as module
from etl.registry import open_period
from indicators import rejudge, repository, scope
from indicators.definition import load_definitions
from indicators.publish import publish
from indicators.refresh import refresh
from indicators.repository.rejudge import QUARTERS, other_thresholds, turns_red
from indicators.verdicts.reasons import LAMPS
from tests import warehouses
from tests.builders import PROGRAMME, Writer, entry, load, programme, set_up
from tests.builders import QUARTERS as TOLD
from tests.indicators.publishing import BEFORE, LAST, correct, lock

CODES = [f"R{i}" for i in range(1, 8)]


def reported(engine, folder):
    """Seven regional bases; the enterprise, the university and the institute have never reported what was long due. The
    last quarter is final, the one before it provisional, earlier ones are working."""
    programme(engine, folder)
    set_up(engine, [*PROGRAMME, *(entry(code, "regional", "ZJ") for code in CODES[2:])], ())
    load(engine, Writer(engine, folder).archive(dict.fromkeys(CODES, "regional")))
    with module.writing(engine) as connection:
        for period in TOLD:
            open_period(connection, period, periods.starts(TOLD[0]))
    lock(engine)
    refresh(engine)
    publish(engine, BEFORE, "provisional", "Ann", seed=3)
    publish(engine, LAST, "final", "Ann", seed=4)


@pytest.fixture
def published(warehouse, tmp_path_factory):
    warehouses.fill(warehouse, tmp_path_factory, reported)
    return warehouse


NATION = scope.national()


def simulated(engine, seen=NATION, **changed):
    with module.reading(engine) as connection:
        return other_thresholds(connection, seen, changed)


def stored(engine) -> list:
    """The verdicts of the publications that stand for the last four quarters."""
    with module.reading(engine) as connection:
        shown = repository.publications(connection, scope.national())[-QUARTERS:]
        table = schema.verdict
        query = select(table).where(table.c.publication.in_([known.code for known in shown]))
        return connection.execute(query).all()


def test_with_unchanged_thresholds_the_counts_are_those_of_the_published_verdicts(published):
    found, known = simulated(published), stored(published)
    assert found.lamps == (Counter(row.lamp for row in known),) * 2
    assert found.grades == (Counter(row.grade for row in known),) * 2
    assert found.changes == ()
    assert found.periods == TOLD[-QUARTERS:]
    assert found.working == TOLD[-QUARTERS:-2]
    assert (found.before, found.bases, found.turn_red) == ((), len(CODES) + 3, 0)
    assert {"red", "green"} <= set(found.lamps[0]) <= set(LAMPS)


def test_others_are_judged_otherwise_and_told_by_quarter_with_the_base(published):
    found, known = simulated(published, top=90, next=5, agreement=0), stored(published)
    before = {(row.publication[:6], row.base): (row.lamp, row.grade) for row in known}
    assert found.changes
    for base, change in found.changes:
        assert base.code == change.base
        assert before[change.period, change.base] == (change.lamp[0], change.grade[0])
        assert change.grade[1] == "A" != change.grade[0]
    assert found.lamps[0] == found.lamps[1]
    assert found.grades[1]["A"] - found.grades[0]["A"] == len(found.changes)


def test_who_turns_red_comes_first_and_each_base_counts_once(published):
    found = simulated(published, composite_below=100, pillars_weak=1, floors_missed=1)
    red = [turns_red(change) for _, change in found.changes]
    assert any(red)
    assert red == sorted(red, reverse=True)
    assert found.turn_red == len({base.code for base, change in found.changes if turns_red(change)})
    assert found.lamps[1]["red"] - found.lamps[0]["red"] == sum(red)


@pytest.mark.parametrize(
    "changed", [{"own_fall": 0.0}, {"least_quarters": 4}, {"least_indicators": 1000}, {"least_peers": 1}]
)
def test_what_is_known_is_gathered_anew_where_a_threshold_decides_it(published, changed):
    """As a method with those thresholds would gather and judge it."""
    settings = load_definitions().method.verdicts.changed(**changed)
    with module.reading(published) as connection:
        (quarter,) = rejudge.read_quarters(connection, [f"{LAST}-final-1"])
    known = quarter.evidence_under(settings)
    again = rejudge.rejudge([quarter], settings)
    assert known is not quarter.evidence
    assert quarter.evidence_under(quarter.settings) is quarter.evidence
    match changed:
        case {"least_indicators": _}:
            assert not (abs(known.changes.scores) > 0).any(), "nothing has so many indicators"
        case {"least_quarters": _}:
            assert again.grades[1][None] >= again.grades[0][None]
    assert sum(again.lamps[1].values()) == sum(again.lamps[0].values()) == len(quarter.bases)


def test_what_was_read_is_kept_until_the_data_change(published, tmp_path):
    names = [f"{TOLD[-3]}-working-1", f"{LAST}-final-1"]
    with module.reading(published) as connection:
        first = rejudge.read_quarters(connection, names)
        assert rejudge.read_quarters(connection, names) is first
        assert rejudge.read_quarters(connection, names[1:]) is not first
        first = rejudge.read_quarters(connection, names)
    correct(published, tmp_path, period=TOLD[-3], mentors=9)
    with module.reading(published) as connection:
        then = rejudge.read_quarters(connection, names)
    assert then is not first
    assert then[0].sources != first[0].sources, "a working quarter is judged on the data as they are now"
    assert then[1].sources == first[1].sources, "a published one on those of then"


@pytest.mark.parametrize("seen", [scope.province("ZJ"), scope.base("R1")])
def test_only_who_sees_every_base_may_simulate(published, seen):
    with pytest.raises(scope.NotAllowed):
        simulated(published, seen)


def test_a_threshold_out_of_its_range_is_refused(published):
    with pytest.raises(ValueError, match="must be a whole number from 2 to 3"):
        simulated(published, running=1)
    with pytest.raises(KeyError):
        simulated(published, nothing=1)


def test_every_threshold_has_a_range_that_holds_its_value():
    settings = load_definitions().method.verdicts
    assert set(settings.ranges()) == set(settings.thresholds)
    for name, setting in settings.thresholds.items():
        assert settings.ranges()[name].holds(setting.value), name
