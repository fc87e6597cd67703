"""Groups of bases: the ratio of sums, over the bases that have every operand, with "n of N"."""

import numpy as np
import pytest

from etl.form import load_form
from indicators.compute import Values
from indicators.groups import ALL_TYPES, GroupValue, group_values, groups_of
from tests.indicators.programmes import base

nan = np.nan
BASES = [
    base("A", "regional", "ZJ"),
    base("B", "regional", "ZJ"),
    base("C", "university", "LN"),
    base("D", "regional", "LN"),
]


def grouped(numerator, denominator, complete, asked=(True,) * 4, factor=100.0, bases=BASES):
    """(type, kind, area) → value of one indicator."""
    below = None if denominator is None else np.array([denominator], dtype=float)
    above = np.array([numerator], dtype=float)
    of = Values(above, below, above, np.zeros(above.shape), np.array([complete]))
    groups, membership = groups_of(bases, load_form())
    found = group_values({"X": of}, {"X": factor}, {"X": np.array(asked)}, 0, range(len(bases)), membership)
    return {(groups[i].type, groups[i].area_kind, groups[i].area): value for _, i, value in found}


NATION = (ALL_TYPES, "nation", "")


def test_a_group_is_the_ratio_of_sums_and_never_the_mean_of_ratios():
    found = grouped([1, 90, 0, 0], [2, 100, 0, 0], [True, True, False, False])
    assert found[NATION].value == pytest.approx(100 * 91 / 102)
    assert found[NATION].value != pytest.approx(100 * (0.5 + 0.9) / 2)


def test_only_bases_with_every_operand_are_summed_and_counted():
    found = grouped([1, nan, 3, 7], [10, 10, nan, 10], [True, False, False, True])
    assert found[NATION] == GroupValue(8, 20, 40, 2, 4)


def test_bases_that_the_indicator_is_not_for_are_not_expected():
    found = grouped([1, 2, nan, 3], [1, 1, nan, 1], [True, True, False, True], asked=(True, True, False, True))
    assert (found[NATION].bases, found[NATION].expected) == (3, 3)
    assert found["university", "nation", ""].expected == 0


def test_a_group_without_any_complete_base_has_no_value_but_tells_how_many_were_expected():
    found = grouped([nan] * 4, [nan] * 4, [False] * 4)
    assert found[NATION] == GroupValue(None, None, None, 0, 4)


def test_a_zero_denominator_gives_no_value():
    assert grouped([0] * 4, [0] * 4, [True] * 4)[NATION] == GroupValue(0, 0, None, 4, 4)


def test_an_indicator_without_denominator_is_the_sum():
    assert grouped([1, 2, 3, 4], None, [True] * 4, factor=1)[NATION] == GroupValue(10, None, 10, 4, 4)


def test_there_is_a_group_for_each_type_region_and_province_that_has_a_base():
    found = grouped([1] * 4, [1] * 4, [True] * 4)
    assert set(found) == {
        ("", "nation", ""), ("", "region", "east"), ("", "region", "northeast"), ("", "province", "ZJ"),
        ("", "province", "LN"), ("regional", "nation", ""), ("regional", "region", "east"),
        ("regional", "region", "northeast"), ("regional", "province", "ZJ"), ("regional", "province", "LN"),
        ("university", "nation", ""), ("university", "region", "northeast"), ("university", "province", "LN"),
    }  # fmt: skip


@pytest.mark.parametrize("split", [("type", "nation"), (ALL_TYPES, "region"), (ALL_TYPES, "province")])
def test_the_parts_add_up_to_the_nation(split):
    found = grouped([1, 20, 300, 4000], [5, 6, 7, 8], [True, True, True, False])
    kind, area_kind = split
    parts = [v for (t, k, _), v in found.items() if k == area_kind and (bool(t) if kind == "type" else t == "")]
    for name in ("numerator", "denominator", "bases", "expected"):
        assert sum(getattr(part, name) or 0 for part in parts) == getattr(found[NATION], name)


def test_a_programme_without_bases_has_no_groups():
    assert grouped([], [], [], asked=(), bases=[]) == {}
