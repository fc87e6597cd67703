"""The funnel of one indicator among the bases of a type: for its chart, with the bases that the scope may see, and for one
base (positions.py). What of the others is told, peers_seen.py says.

The limits are those of indicators/peers.py, computed again from the published numerators and denominators.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Row, select

from etl import schema
from indicators.definition import Definitions, Indicator
from indicators.funnel import Z95, Funnel, funnel
from indicators.peers import Scale, farthest, scale_of, takes_part
from indicators.repository.made_with import definitions_of
from indicators.repository.members import Member, all_members
from indicators.repository.of_type import STANDING, of_type
from indicators.repository.peers_seen import curve, peer_values
from indicators.repository.publications import Publication
from indicators.repository.spread import Spread
from indicators.scope import Scope
from indicators.signals import FUNNEL


@dataclass(frozen=True)
class FunnelPoint:
    """A base that the scope may see. `size`: the denominator; `against_peers`: better, similar or worse, as it was
    published; None where it is not judged."""

    member: Member
    size: float
    value: float
    against_peers: str | None


Edges = tuple[tuple[float, ...], tuple[float, ...]]
"""The lower and the upper limit at some sizes, in the indicator's unit."""


@dataclass(frozen=True)
class PeerFunnel:
    """Of the bases of a type, as a scope may know it: `target` in the indicator's unit; `spread`: of all bases' values;
    `n`: how many bases the limits rest on; `points`: those that the scope may see."""

    target: float
    spread: Spread
    n: int
    points: tuple[FunnelPoint, ...]
    _funnel: Funnel
    _scale: Scale
    _alarm: float

    def wide(self, sizes: Sequence[float]) -> Edges:
        """The limits at the method's alarm."""
        return self._edges(self._alarm, sizes)

    def narrow(self, sizes: Sequence[float]) -> Edges:
        """Those at 95 %."""
        return self._edges(Z95, sizes)

    def _edges(self, at: float, sizes: Sequence[float]) -> Edges:
        events = np.asarray(sizes, dtype=float) * self._scale.events
        low, high = (tuple((self._funnel.limit(z, events) * self._scale.per).tolist()) for z in (-at, at))
        return low, high


@dataclass(frozen=True)
class PeerLimits:
    """A funnel with its curves. `sizes`: at which the limits `wide` and `narrow` are drawn; none where no point may be
    shown."""

    target: float
    sizes: tuple[float, ...]
    wide: Edges
    narrow: Edges
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
    found = peer_funnel(connection, scope, publication, code, type_code)
    if found is None:
        return None
    sizes = curve([point.size for point in found.points]).tolist()
    wide, narrow = found.wide(sizes), found.narrow(sizes)
    return PeerLimits(found.target, tuple(sizes), wide, narrow, found.spread, found.points, found.n)


def peer_funnel(
    connection: Connection, scope: Scope, publication: Publication, code: str, type_code: str
) -> PeerFunnel | None:
    """As `peer_limits`, without curves."""
    definitions = definitions_of(connection, scope, publication)
    indicator, everyone = definitions.indicators[code], all_members(connection, publication, type_code)
    rows = _counts(connection, publication, indicator, type_code)
    spread = peer_values(scope, [(everyone[row.base], row.value) for row in rows]).spread()
    computed = _computed(definitions, indicator, rows)
    if spread is None or computed is None:
        return None
    whole, scale = computed
    return PeerFunnel(
        target=float(whole.target) * scale.per,
        spread=spread,
        n=len(rows),
        points=_points(connection, scope, publication, code, everyone, rows),
        _funnel=whole,
        _scale=scale,
        _alarm=farthest(definitions),
    )


def _counts(connection: Connection, publication: Publication, indicator: Indicator, type_code: str) -> Sequence[Row]:
    """The counts of the bases of the type that take part, by base."""
    if indicator.funnel is None:
        return []
    result = schema.result
    columns = (result.c.base, result.c.numerator, result.c.denominator, result.c.value)
    query = of_type(result, [publication.code], [type_code], [indicator.code], *columns)
    query = query.where(STANDING.returned, result.c.value.is_not(None), result.c.denominator.is_not(None))
    rows = connection.execute(query.order_by(result.c.base)).all()
    above, below = _arrays(rows)
    return [row for row, fit in zip(rows, takes_part(indicator, above, below), strict=True) if fit]


def _arrays(rows: Sequence[Row]) -> tuple[np.ndarray, np.ndarray]:
    """(numerators, denominators)"""
    above, below = (np.array([getattr(row, name) for row in rows], float) for name in ("numerator", "denominator"))
    return above, below


def _computed(definitions: Definitions, indicator: Indicator, rows: Sequence[Row]) -> tuple[Funnel, Scale] | None:
    """None where the bases are too few for a funnel, or nothing happened that could be expected."""
    above, below = _arrays(rows)
    scale = scale_of(indicator, definitions, above, below)
    if scale is None or indicator.funnel is None:
        return None
    return funnel(above, below * scale.events, indicator.funnel), scale


def _points(
    connection: Connection,
    scope: Scope,
    publication: Publication,
    code: str,
    everyone: Mapping[str, Member],
    rows: Sequence[Row],
) -> tuple[FunnelPoint, ...]:
    table = schema.signal.c
    wanted = (table.publication == publication.code, table.code == code, table.kind == FUNNEL)
    judged = dict(map(tuple, connection.execute(select(table.base, table.against_peers).where(*wanted))))
    return tuple(
        FunnelPoint(everyone[row.base], row.denominator, row.value, judged.get(row.base))
        for row in rows
        if scope.allows_base(everyone[row.base])
    )
