"""One base in the funnel of an indicator: does it differ from its peers by more than its size explains?"""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from etl import schema
from indicators.repository.members import named
from indicators.repository.peer_funnels import FunnelPoint, PeerFunnel, peer_funnel
from indicators.repository.peers_seen import curve
from indicators.repository.publications import Publication
from indicators.repository.spread import Spread
from indicators.scope import Scope
from indicators.signals import FUNNEL


@dataclass(frozen=True)
class Limits:
    """In the indicator's unit; 998: those at the method's alarm."""

    lower_998: float
    lower_95: float
    upper_95: float
    upper_998: float


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
    others: tuple[FunnelPoint, ...]
    spread: Spread
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
    """None for an indicator without a funnel, where the base or its peers were not judged by one, and where too few others
    are in it. Raises NotAllowed, UnknownBase as `profile` does."""
    member = named(connection, scope, publication, base)
    told = _published(connection, publication, base, code)
    found = peer_funnel(connection, scope, publication, code, member.type) if told else None
    own = next((point for point in found.points if point.member.code == base), None) if found else None
    if told is None or found is None or own is None:
        return None
    sizes = curve([point.size for point in found.points]).tolist()
    return Position(
        size=own.size,
        value=own.value,
        target=found.target,
        limits=_limits(found, [own.size])[0],
        sizes=tuple(sizes),
        curves=tuple(_limits(found, sizes)),
        n=found.n,
        others=tuple(point for point in found.points if point is not own),
        spread=found.spread,
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


def _limits(found: PeerFunnel, sizes: list[float]) -> list[Limits]:
    (lower_998, upper_998), (lower_95, upper_95) = found.wide(sizes), found.narrow(sizes)
    return [Limits(*edges) for edges in zip(lower_998, lower_95, upper_95, upper_998, strict=True)]
