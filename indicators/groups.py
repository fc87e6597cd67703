"""Regions, provinces and types: the ratio of sums over the bases that reported every operand, with "n of N".

Never the mean of the bases' ratios: a base with three firms must not weigh as much as one with three hundred.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from etl.form import Form
from etl.registry import Base
from indicators.compute import Values

ALL_TYPES = ""
NATION, REGION, PROVINCE = "nation", "region", "province"


@dataclass(frozen=True)
class Group:
    """Some bases: those of a type (ALL_TYPES: of any) in an area."""

    type: str
    area_kind: str
    area: str


@dataclass(frozen=True)
class GroupValue:
    """A group's ratio of sums. `bases` of `expected` are in it."""

    numerator: float | None
    denominator: float | None
    value: float | None
    bases: int
    expected: int


def groups_of(bases: Sequence[Base], form: Form) -> tuple[list[Group], np.ndarray]:
    """Every group that has a base, and membership[group, base] as 0 and 1."""
    areas = [(NATION, ""), *((REGION, code) for code in form.regions), *((PROVINCE, code) for code in form.provinces)]
    groups, rows = [], []
    for kind in (ALL_TYPES, *form.types):
        of_type = np.array([kind in (ALL_TYPES, base.type) for base in bases], dtype=bool)
        for area_kind, area in areas:
            inside = of_type & np.array([_inside(base, area_kind, area, form) for base in bases], dtype=bool)
            if inside.any():
                groups.append(Group(kind, area_kind, area))
                rows.append(inside)
    return groups, np.array(rows, dtype=float).reshape(len(rows), len(bases))


def _inside(base: Base, area_kind: str, area: str, form: Form) -> bool:
    if area_kind == PROVINCE:
        return base.province == area
    return area_kind == NATION or form.provinces[base.province].region == area


def group_values(
    values: Mapping[str, Values],
    factors: Mapping[str, float],
    asked: Mapping[str, np.ndarray],
    quarter: int,
    columns: Sequence[int],
    membership: np.ndarray,
) -> Iterable[tuple[str, int, GroupValue]]:
    """(code, group, its value) for every indicator of `values` in one quarter.

    `columns` are the bases' places in the arrays, in the order of `membership`; `asked[code][base]` tells for whom
    the indicator is defined.
    """
    codes = list(values)
    complete = np.array([values[code].complete[quarter, columns] for code in codes])
    above = _sums(np.array([values[code].numerator[quarter, columns] for code in codes]), complete, membership)
    ones = np.ones(len(columns))
    below = _sums(
        np.array([_denominator(values[code], quarter, columns, ones) for code in codes]), complete, membership
    )
    counted = complete.astype(float) @ membership.T
    expected = np.array([asked[code] for code in codes], dtype=float) @ membership.T
    for i, code in enumerate(codes):
        ratio = values[code].denominator is not None
        for group in range(len(membership)):
            there = counted[i, group] > 0
            top = float(above[i, group]) if there else None
            bottom = float(below[i, group]) if there and ratio else None
            value = None if top is None or bottom == 0 else factors[code] * top / (1.0 if bottom is None else bottom)
            yield code, group, GroupValue(top, bottom, value, int(counted[i, group]), int(expected[i, group]))


def _denominator(values: Values, quarter: int, columns: Sequence[int], ones: np.ndarray) -> np.ndarray:
    return ones if values.denominator is None else values.denominator[quarter, columns]


def _sums(table: np.ndarray, complete: np.ndarray, membership: np.ndarray) -> np.ndarray:
    """[code, base] and [group, base] → sums [code, group] over the complete bases."""
    return np.where(complete, table, 0.0) @ membership.T
