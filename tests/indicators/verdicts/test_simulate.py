"""Other thresholds on the same evidence."""

from indicators.verdicts.judge import judge
from indicators.verdicts.simulate import Change, simulate
from tests.indicators.verdicts.known import SETTINGS, miss, ordinary, poor


def test_nothing_changes_under_the_same_thresholds():
    same = simulate({"2026Q4": poor(ordinary())}, SETTINGS, SETTINGS.changed())
    assert same.changes == []
    assert same.lamps[0] == same.lamps[1] == {"red": 1, "green": 9}


def test_it_tells_the_counts_and_who_would_be_judged_otherwise():
    evidence = {"2026Q3": miss(ordinary(), 3), "2026Q4": poor(ordinary())}
    found = simulate(evidence, SETTINGS, SETTINGS.changed(yellow_floors=3, composite_below=20))
    assert found.lamps == ({"green": 19, "red": 1}, {"green": 18, "yellow": 2})
    assert found.changes == [
        Change("2026Q3", "B00", ("green", "yellow"), ("B", "B")),
        Change("2026Q4", "B00", ("red", "yellow"), ("D", "C")),
    ]
    assert found.grades[0]["D"] == 1
    assert found.grades[1]["D"] == 0


def test_it_agrees_with_the_verdicts():
    known, other = poor(ordinary()), SETTINGS.changed(composite_below=20, top=50, agreement=0)
    found = simulate({"2026Q4": known}, SETTINGS, other)
    verdicts = judge(known, other)
    assert found.lamps[1] == {colour: verdicts.lamp.count(colour) for colour in set(verdicts.lamp)}
    assert found.grades[1] == {grade: verdicts.grade.count(grade) for grade in set(verdicts.grade)}
