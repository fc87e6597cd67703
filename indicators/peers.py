"""Is it noise? Every base against the bases of its type, for the indicators that are ratios of counts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np
from scipy.special import ndtri

from etl.panel import Why
from indicators.compute import Values
from indicators.definition import Definitions, Indicator
from indicators.discovery import false_discovery
from indicators.funnel import Funnel, Kind, funnel

WORSE, BETTER = -1, 1


@dataclass(frozen=True)
class PeerFunnel:
    """One indicator in one quarter: arrays [base], NaN (or 0, False) where a base is not judged. `target`, `lower` and
    `upper` are in the indicator's unit, the limits at the method's alarm; `z` allows for how much peers differ; `q` is
    the false discovery rate over all judged indicators and bases; `side` is WORSE or BETTER than the peers' target in the
    indicator's direction, 0 without one; `outlier`: beyond the alarm limits and q within the method's rate."""

    target: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    z: np.ndarray
    p: np.ndarray
    q: np.ndarray
    side: np.ndarray
    outlier: np.ndarray
    funnels: Mapping[str, Funnel]
    """By type of base: the funnel in parts of one (or events per expected), for its chart."""


def indicator_funnels(
    values: Mapping[str, Values],
    definitions: Definitions,
    quarter: int,
    types: np.ndarray,
    returned: np.ndarray,
    type_names: list[str],
) -> dict[str, PeerFunnel]:
    """The funnel of each indicator that has one. `types[base]` and `returned[base]` are that quarter's.

    A base takes part where its value is there, and is a proportion where the funnel is one: a fill rate over 100 % is left
    out. A type with fewer such bases than `peers.least_peers` is not judged. An indicator without a direction is shown
    and never flagged.
    """
    lines = [
        line
        for indicator in definitions.indicators.values()
        if indicator.funnel
        for line in _lines(indicator, values[indicator.code], definitions, quarter, types, returned, type_names)
    ]
    arrays = _arrays(lines, definitions, types.size)
    scored = [code for code in arrays if definitions.indicators[code].scored]
    q = dict(zip(scored, false_discovery(np.array([arrays[code]["p"] for code in scored])), strict=True))
    return {
        code: _judged(definitions, code, found, q.get(code), [line for line in lines if line.code == code])
        for code, found in arrays.items()
    }


@dataclass
class _Line:
    """The bases of one type in one indicator; `per`: the indicator's value for a funnel's value of 1."""

    code: str
    type: str
    funnel: Kind
    members: np.ndarray
    above: np.ndarray
    below: np.ndarray
    per: float
    found: Funnel | None = None


def _lines(
    indicator: Indicator,
    of: Values,
    definitions: Definitions,
    quarter: int,
    types: np.ndarray,
    returned: np.ndarray,
    type_names: list[str],
) -> Iterator[_Line]:
    assert indicator.funnel is not None
    if of.denominator is None:
        return
    for number, kind in enumerate(type_names):
        members = np.flatnonzero((types == number) & returned)
        above, below = of.numerator[quarter, members], of.denominator[quarter, members]
        fit = (of.why[quarter, members] == Why.PRESENT) & (above >= 0) & (below > 0)
        if indicator.funnel == "proportion":
            fit &= above <= below
        members, above, below, per = members[fit], above[fit], below[fit], indicator.factor
        if members.size < definitions.method.peers.least_peers:
            continue
        if indicator.funnel == "rate":  # expected: as many as the type has in all for each unit of the denominator
            pooled = above.sum() / below.sum()
            if pooled == 0:
                continue
            per, below = per * pooled, below * pooled
        yield _Line(indicator.code, kind, indicator.funnel, members, above, below, per)


def _arrays(lines: list[_Line], definitions: Definitions, bases: int) -> dict[str, dict[str, np.ndarray]]:
    """By indicator, arrays [base]. All funnels of a kind are computed together."""
    names = ("target", "lower", "upper", "z", "p")
    found = {
        code: {name: np.full(bases, np.nan) for name in names}
        for code, indicator in definitions.indicators.items()
        if indicator.funnel
    }
    edge = farthest(definitions)
    for kind in get_args(Kind):
        same = [line for line in lines if line.funnel == kind]
        if not same:
            continue
        whole = funnel(_padded([line.above for line in same]), _padded([line.below for line in same]), kind)
        lower, upper = (whole.limit(at, whole.denominator) for at in (-edge, edge))
        for row, line in enumerate(same):
            line.found, there = whole[row], slice(line.members.size)
            for name, value in (
                ("target", whole.target[row] * line.per),
                ("lower", lower[row, there] * line.per),
                ("upper", upper[row, there] * line.per),
                ("z", whole.adjusted_z[row, there]),
                ("p", whole.p[row, there]),
            ):
                found[line.code][name][line.members] = value
    return found


def _padded(rows: list[np.ndarray]) -> np.ndarray:
    table = np.full((len(rows), max(row.size for row in rows)), np.nan)
    for place, row in enumerate(rows):
        table[place, : row.size] = row
    return table


def _judged(
    definitions: Definitions, code: str, found: dict[str, np.ndarray], q: np.ndarray | None, lines: list[_Line]
) -> PeerFunnel:
    sign = {"up": 1, "down": -1, "context": 0}[definitions.indicators[code].direction]
    side = (sign * np.sign(np.nan_to_num(found["z"]))).astype(np.int8)
    q = np.full(side.shape, np.nan) if q is None else q
    far = np.abs(found["z"]) > farthest(definitions)
    outlier = far & (q <= definitions.method.signals.funnel.false_discovery)
    funnels = {line.type: line.found for line in lines if line.found is not None}
    return PeerFunnel(**found, q=q, side=side, outlier=outlier, funnels=funnels)


def farthest(definitions: Definitions) -> float:
    """The score at which the method's alarm sounds, on either side."""
    return float(ndtri((1 + definitions.method.signals.funnel.alarm) / 2))
