"""One base in the funnel of an indicator: does it differ from its peers by more than its size explains?

Who may not see a peer by name does not see its point: the limits, which rest on all peers together, and percentiles of
their values stand for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Row, select

from etl import schema
from indicators.definition import Indicator
from indicators.funnel import Z95, Z998, funnel
from indicators.peers import Scale, scale_of, takes_part
from indicators.repository.changes import LEAST
from indicators.repository.made_with import definitions_of
from indicators.repository.members import Member, members, named
from indicators.repository.publications import Publication
from indicators.repository.spread import SHARES, Spread, percentiles
from indicators.scope import Scope
from indicators.signals import FUNNEL

POINTS = 48
"""Of each limit's curve."""
EDGES = {"lower_998": -Z998, "lower_95": -Z95, "upper_95": Z95, "upper_998": Z998}
AROUND, ROOM = 4, 1.25
"""How far the curves go at least, in sizes of the base; and how far beyond the smallest and largest point."""


@dataclass(frozen=True)
class Limits:
    """In the indicator's unit."""

    lower_998: float
    lower_95: float
    upper_95: float
    upper_998: float


@dataclass(frozen=True)
class PeerPoint:
    """A base that the scope may see by name. `size`: the denominator."""

    member: Member
    size: float
    value: float


@dataclass(frozen=True)
class Position:
    """`limits`: at the base's own size; `curves`: at `sizes`; `n`: how many bases the funnel rests on, the base
    included; `others`: those the scope may see, without the base itself; `spread`: of all values. `z`, `q` and `place`
    (better, similar, worse) as they are published."""

    size: float
    value: float
    target: float
    limits: Limits
    sizes: tuple[float, ...]
    curves: tuple[Limits, ...]
    n: int
    others: tuple[PeerPoint, ...]
    spread: Spread | None
    z: float
    q: float | None
    place: str

    @property
    def beyond(self) -> int:
        """1 above, −1 below, 0 within the 99.8 % limits."""
        return int(self.value > self.limits.upper_998) - int(self.value < self.limits.lower_998)

    @property
    def beyond_95(self) -> int:
        return int(self.value > self.limits.upper_95) - int(self.value < self.limits.lower_95)


def position(connection: Connection, scope: Scope, publication: Publication, base: str, code: str) -> Position | None:
    """None for an indicator without a funnel, and where the base or its peers were not judged by one. Raises
    NotAllowed, UnknownBase as `profile` does."""
    member = named(connection, scope, publication, base)
    definitions = definitions_of(connection, scope, publication)
    indicator, told = definitions.indicators[code], _published(connection, publication, base, code)
    if indicator.funnel is None or told is None:
        return None
    rows = _counts(connection, publication, indicator, member.type)
    above, below = (np.array([getattr(row, name) for row in rows]) for name in ("numerator", "denominator"))
    names = [row.base for row in rows]
    scale = scale_of(indicator, definitions, above, below)
    if scale is None or base not in names or len(names) - 1 < LEAST:
        return None
    own, whole = names.index(base), funnel(above, below * scale.events, indicator.funnel)
    values = [float(row.value) for row in rows]
    spread = percentiles(values, SHARES)
    seen = members(connection, scope, publication, member.type)
    others = tuple(
        PeerPoint(seen[row.base], row.denominator, row.value) for row in rows if row.base in seen and row.base != base
    )
    sizes = _sizes(float(below[own]), others)
    return Position(
        size=float(below[own]),
        value=values[own],
        target=float(whole.target) * scale.per,
        limits=_limits(whole.limit, np.array([below[own]]), scale)[0],
        sizes=tuple(sizes.tolist()),
        curves=tuple(_limits(whole.limit, sizes, scale)),
        n=len(names),
        others=others,
        spread=Spread(len(values), *spread) if spread else None,
        z=told.z,
        q=told.q,
        place=told.against_peers,
    )


def _published(connection: Connection, publication: Publication, base: str, code: str) -> Row | None:
    signal = schema.signal.c
    return connection.execute(
        select(signal.z, signal.q, signal.against_peers).where(
            signal.publication == publication.code, signal.code == code, signal.base == base, signal.kind == FUNNEL
        )
    ).first()


def _counts(connection: Connection, publication: Publication, indicator: Indicator, type_code: str) -> Sequence[Row]:
    """The counts of the bases of the type that take part, by base."""
    result, standing = schema.result.c, schema.standing.c
    rows = connection.execute(
        select(result.base, result.numerator, result.denominator, result.value)
        .join_from(
            schema.result,
            schema.standing,
            (standing.publication == result.publication) & (standing.base == result.base),
        )
        .where(result.publication == publication.code, result.code == indicator.code, standing.type == type_code)
        .where(standing.returned, result.value.is_not(None), result.denominator.is_not(None))
        .order_by(result.base)
    ).all()
    above, below = (np.array([getattr(row, name) for row in rows]) for name in ("numerator", "denominator"))
    return [row for row, fit in zip(rows, takes_part(indicator, above, below), strict=True) if fit]


def _sizes(own: float, others: Sequence[PeerPoint]) -> np.ndarray:
    """Where the curves are drawn: around the points that are shown, so that they tell nothing of others' sizes."""
    sizes = [own / AROUND, own * AROUND, *(one.size for one in others)]
    return np.geomspace(min(sizes) / ROOM, max(sizes) * ROOM, POINTS)


def _limits(limit, sizes: np.ndarray, scale: Scale) -> list[Limits]:
    """At each size, that of the indicator's denominator."""
    edges = {name: limit(at, sizes * scale.events) * scale.per for name, at in EDGES.items()}
    return [Limits(**{name: float(edge[place]) for name, edge in edges.items()}) for place in range(sizes.size)]
