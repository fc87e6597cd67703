"""The funnel of one indicator and type for its chart: the limits as curves, and the bases that the scope may see.

The limits are those of indicators/peers.py, computed again from the published numerators and denominators; they name
nobody. How far the curves reach is told by percentiles, for a smallest and a largest base are single bases.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection, select

from etl import schema
from etl.panel import Why
from indicators.compute import Values
from indicators.definition import Indicator, load_definitions
from indicators.funnel import Z95
from indicators.peers import PeerFunnel, farthest, indicator_funnels
from indicators.repository.members import Member, all_members
from indicators.repository.one_indicator import guarded
from indicators.repository.publications import Publication
from indicators.repository.spread import SHARES, Spread
from indicators.scope import Scope
from indicators.signals import FUNNEL

REACH = (2, 98)
"""Between which percentiles of the denominators the curves are drawn for who may not see every base."""
STEPS = 60


@dataclass(frozen=True)
class FunnelPoint:
    """One base. `against_peers`: better, similar or worse, as it was published; None where it is not judged."""

    member: Member
    size: float
    value: float
    against_peers: str | None


@dataclass(frozen=True)
class PeerLimits:
    """All in the indicator's unit, by denominator (`sizes`). `wide`: the limits at the method's alarm, `narrow`: at
    95 %; `spread`: of all bases' values; `points`: the bases of the scope; `n`: how many bases the limits rest on."""

    target: float
    sizes: tuple[float, ...]
    wide: tuple[tuple[float, ...], tuple[float, ...]]
    narrow: tuple[tuple[float, ...], tuple[float, ...]]
    spread: Spread
    points: tuple[FunnelPoint, ...]
    n: int

    def outside(self) -> int:
        """How many of the points are judged to lie outside."""
        return sum(point.against_peers not in (None, "similar") for point in self.points)


def peer_limits(
    connection: Connection, scope: Scope, publication: Publication, code: str, type_code: str
) -> PeerLimits | None:
    """None where the indicator has no funnel, or too few others are in it."""
    indicator = load_definitions().indicators[code]
    everyone = all_members(connection, publication, type_code)
    rows = _rows(connection, publication, code, list(everyone))
    if not indicator.funnel or not rows:
        return None
    found = _computed(indicator, type_code, rows)
    funnel = found.funnels.get(type_code)
    judged = [place for place, target in enumerate(found.target) if not np.isnan(target)]
    if funnel is None or not judged:
        return None
    own = [place for place in judged if not scope.everywhere and scope.allows_base(everyone[rows[place].base])]
    values = [rows[place].value for place in judged]
    points = guarded(values, len(own), SHARES)
    sizes = _sizes(scope, [rows[place].denominator for place in judged], [rows[place].denominator for place in own])
    if points is None or sizes is None:
        return None
    per = float(found.target[judged[0]] / funnel.target)
    stretch = float(funnel.denominator[0] / rows[judged[0]].denominator)
    alarm = farthest(load_definitions())

    def curve(at: float) -> tuple[float, ...]:
        return tuple((funnel.limit(at, sizes * stretch) * per).tolist())

    return PeerLimits(
        target=float(found.target[judged[0]]),
        sizes=tuple(sizes.tolist()),
        wide=(curve(-alarm), curve(alarm)),
        narrow=(curve(-Z95), curve(Z95)),
        spread=Spread(len(judged), *points),
        points=_points(scope, connection, publication, code, everyone, [rows[place] for place in judged]),
        n=len(judged),
    )


def _rows(connection: Connection, publication: Publication, code: str, bases: Sequence[str]) -> list:
    table = schema.result.c
    return [
        row
        for row in connection.execute(
            select(table.base, table.numerator, table.denominator, table.value)
            .where(table.publication == publication.code, table.code == code, table.value.is_not(None))
            .order_by(table.base)
        )
        if row.base in set(bases) and row.numerator is not None and row.denominator
    ]


def _computed(indicator: Indicator, type_code: str, rows: Sequence) -> PeerFunnel:
    """The funnel of these bases alone; whether a base lies outside is published, so its own rate of false flags is not
    asked."""
    definitions = replace(load_definitions(), indicators={indicator.code: indicator})
    above, below, value = (
        np.array([[getattr(row, name) for row in rows]]) for name in ("numerator", "denominator", "value")
    )
    values = Values(above, below, value, np.full(value.shape, Why.PRESENT, dtype=np.uint8), value == value)
    nobody_missing = np.ones(len(rows), dtype=bool)
    found = indicator_funnels(
        {indicator.code: values}, definitions, 0, np.zeros(len(rows), dtype=int), nobody_missing, [type_code]
    )
    return found[indicator.code]


def _sizes(scope: Scope, sizes: Sequence[float], own: Sequence[float]) -> np.ndarray | None:
    """The denominators at which the limits are drawn, evenly on a log scale."""
    if scope.everywhere:
        low, high = min(sizes), max(sizes)
    else:
        ends = guarded(sizes, len(own), REACH)
        if ends is None:
            return None
        low, high = min([ends[0], *own]), max([ends[1], *own])
    return np.geomspace(low, high, STEPS) if high > low else np.array([low])


def _points(
    scope: Scope, connection: Connection, publication: Publication, code: str, everyone: dict[str, Member], rows: list
) -> tuple[FunnelPoint, ...]:
    table = schema.signal.c
    wanted = (table.publication == publication.code, table.code == code, table.kind == FUNNEL)
    judged = dict(map(tuple, connection.execute(select(table.base, table.against_peers).where(*wanted))))
    return tuple(
        FunnelPoint(everyone[row.base], row.denominator, row.value, judged.get(row.base))
        for row in rows
        if scope.allows_base(everyone[row.base])
    )
