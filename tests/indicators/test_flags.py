"""Floors, weak pillars and missing returns: each rule, at its edge, and eased for hardship bases."""

from dataclasses import replace

import numpy as np
import pytest

from indicators.composite import Composite
from indicators.compute import Values
from indicators.flags import flags, speaking
from tests.indicators.programmes import DEFINITIONS, base

nan = np.nan
EVERY = ["regional", "enterprise", "university", "institute"]


def flagged(
    code,
    values,
    *,
    period="2026Q4",
    before=None,
    hardship=False,
    kind="regional",
    returned=None,
    pillars=None,
    alone=None,
):
    """The flags of one indicator: (base, what it was held against). `values` of bases of one type; `before`: a year ago;
    `alone`: whether it may flag alone, which here it may unless told otherwise."""
    bases = [base(f"B{i}", kind, hardship=hardship) for i in range(len(values))]
    table = np.full((5, len(values)), nan)
    table[4] = values
    if before is not None:
        table[0] = before
    of = Values(table, None, table, np.isnan(table) * 2, ~np.isnan(table))
    indicator = DEFINITIONS.indicators[code].model_copy(update={"alone": True} if alone is None else {"alone": alone})
    only = replace(DEFINITIONS, indicators={code: indicator})
    nothing = np.full(len(values), nan)
    composite = Composite(
        {pillar: np.array((pillars or {}).get(pillar, nothing), dtype=float) for pillar in DEFINITIONS.pillars}
    )
    there = np.array(returned or [True] * len(values))
    found = flags({code: of}, composite, only, period, 4, bases, range(len(values)), there)
    return [(flag.base, flag.kind, flag.code, flag.reference) for flag in found]


def floor(*values, **more):
    code = more.pop("code")
    return [
        (name, None if limit is None else round(limit, 9))
        for name, kind, _, limit in flagged(code, values, **more)
        if kind == "floor"
    ]


# Every rule of the table with a floor: code, the floor of an ordinary base, that of a hardship base.
EDGES = [
    ("EMP02", -5, -6.25), ("EMP04", 10, 8), ("EMP05", 3, 2.4), ("EMP06", 30, 24), ("EMP07", 50, 40), ("INC01", -10, -12.5),
    ("INC02", 5, 4), ("INC04", 60, 48), ("INC07", 1, 0.8), ("INC08", 3, 2.4), ("INC11", 75, 60), ("FIN08", 0.05, 0.04),
    ("FIN09", 1, 0.8),
]  # fmt: skip


@pytest.mark.parametrize(("code", "ordinary", "eased"), EDGES)
@pytest.mark.parametrize("hardship", [False, True])
def test_a_lower_floor_flags_what_lies_below_it_and_hardship_eases_it(code, ordinary, eased, hardship):
    limit = eased if hardship else ordinary
    assert floor(limit - 0.01, limit, limit + 0.01, code=code, hardship=hardship) == [("B0", limit)]


@pytest.mark.parametrize(("code", "ordinary", "eased"), [("INC03", 15, 18.75), ("INC10", 20, 25)])
@pytest.mark.parametrize("hardship", [False, True])
def test_an_upper_floor_flags_what_lies_above_it(code, ordinary, eased, hardship):
    limit = eased if hardship else ordinary
    assert floor(limit - 0.01, limit, limit + 0.01, code=code, hardship=hardship) == [("B2", limit)]


def test_every_rule_of_the_definitions_is_tried_here():
    tried = {code for code, *_ in EDGES} | {"INC03", "INC10", "EMP01", "FIN01", "FIN05", "FIN06", "FIN07", "COL05"}
    peers = {code for code, i in DEFINITIONS.indicators.items() if i.floor and i.floor.rule == "peer_p20"}
    assert tried | peers == {code for code, i in DEFINITIONS.indicators.items() if i.floor}


@pytest.mark.parametrize("code", ["FIN07", "COL05"])
def test_a_value_must_be_strictly_above_its_floor(code):
    assert floor(-0.0, 0, 0.01, code=code, kind="university") == [("B0", 0), ("B1", 0)]


def test_the_closure_rate_alone_flags_nobody():
    assert not DEFINITIONS.indicators["INC03"].alone
    assert floor(99, 99, code="INC03", alone=False) == []


def test_what_may_not_speak_alone_is_told_beside_another():
    missed = np.array([[True, True, False], [True, False, True]])
    assert speaking(missed, np.array([False, True])).tolist() == [[True, False, False], [True, False, True]]
    assert not speaking(missed, np.array([False, False])).any()


def test_a_floor_can_be_lifted_for_a_type():
    assert floor(0, 0, code="COL05", kind="regional") == []


def test_a_floor_can_be_another_for_a_type():
    assert floor(24, 26, code="EMP04", kind="university") == [("B0", 25)]
    assert floor(19, 21, code="EMP04", kind="university", hardship=True) == [("B0", 20)]


@pytest.mark.parametrize(("hardship", "share"), [(False, 0.5), (True, 0.4)])
def test_a_share_of_last_years_value(hardship, share):
    low = 100 * share
    assert floor(low - 1, low, low + 1, code="EMP01", before=[100] * 3, hardship=hardship) == [("B0", low)]


@pytest.mark.parametrize(("period", "limit"), [("2026Q1", 2.5), ("2026Q2", 5), ("2026Q3", 7.5), ("2026Q4", 10)])
def test_a_year_to_date_floor_grows_with_the_quarters(period, limit):
    assert floor(limit - 0.01, limit, code="FIN01", period=period) == [("B0", limit)]


@pytest.mark.parametrize("code", ["FIN05", "FIN06"])
@pytest.mark.parametrize(("hardship", "points"), [(False, 10), (True, 12.5)])
def test_a_fall_in_points_over_a_year(code, hardship, points):
    limit = 50 - points
    assert floor(limit - 0.1, limit, 90, code=code, before=[50] * 3, hardship=hardship) == [("B0", limit)]


@pytest.mark.parametrize("code", ["EMP01", "FIN05"])
def test_a_floor_that_needs_last_year_says_nothing_without_it(code):
    assert floor(0, 0, code=code, before=[nan, nan]) == []


def test_a_value_that_only_rounding_puts_below_its_floor_is_not_flagged():
    assert floor(3 * 0.1 / 0.3 * 10 - 1e-14, code="EMP04") == []


def test_a_missing_value_is_no_floor_missed():
    assert floor(nan, 5, code="EMP04") == [("B1", 10)]


def test_the_lowest_fifth_of_the_peers_is_flagged():
    assert floor(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, code="EMP03") == [("B0", 3), ("B1", 3)]


def test_a_hardship_base_is_compared_with_its_peers_like_any_other():
    assert floor(1, 2, 3, 4, 5, 6, code="EMP03", hardship=True) == [("B0", 2)]


def test_with_four_peers_no_percentile_is_judged():
    assert floor(1, 2, 3, 4, code="EMP03") == []
    assert floor(1, 2, 3, 4, nan, nan, code="EMP03") == []


def test_equal_peers_are_not_weak():
    assert floor(*[7] * 10, code="EMP03") == []


def test_a_missing_return_is_flagged_once_and_nothing_else_of_that_base():
    found = flagged("EMP04", [1, 50], returned=[False, True])
    assert found == [("B0", "missing_return", "", None)]


def test_a_pillar_in_the_lowest_fifth_is_flagged():
    found = flagged("EMP04", [50] * 6, pillars={"financing": [10, 20, 30, 40, 50, 60]})
    assert found == [("B0", "p20", "financing", 20)]


def test_a_pillar_is_not_judged_among_four():
    assert flagged("EMP04", [50] * 4, pillars={"financing": [10, 20, 30, 40]}) == []
