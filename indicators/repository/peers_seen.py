"""What a person may be told of peers. This is the one place that says it:

- By name, as a point, with its own value or size: only a base that the scope may see by name.
- Of all of them together, as percentiles and as the target and limits of a funnel: only where at least as many bases that
  take part are not the person's own as the method in force asks of peers (`peers.least_peers`). With fewer, who knows the
  own values could work out a neighbour's. A mark that says only in which quarter of its peers a base lies goes with them.
- Of the others' sizes: nothing. A curve by size is drawn around the points that are shown, and where there are none not
  at all.

The nation sees every base and owns none. What a verdict or a missed floor says of a base, with the limit that it was held
against, is told to everybody who may see the base: a decision gives its reasons.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import Connection

from etl import schema
from indicators.repository.of_type import STANDING, of_type
from indicators.repository.publications import Publication
from indicators.repository.spread import SHARES, Spread, percentiles
from indicators.scope import Located, Scope

POINTS = 48
"""Of a curve."""
ROOM, AROUND = 1.25, 4
"""How far a curve goes beyond the smallest and the largest point, and at least from their middle, as factors."""


@dataclass(frozen=True)
class Place:
    """A base and where it is."""

    code: str
    province: str


@dataclass
class PeerValues:
    """Values of bases, of which `own` are the person's own."""

    values: list[float] = field(default_factory=list)
    own: int = 0

    def percentiles(self, shares: Sequence[float]) -> list[float] | None:
        """None where too few of the values are others'."""
        return percentiles(self.values, shares, len(self.values) - self.own)

    def spread(self) -> Spread | None:
        points = self.percentiles(SHARES)
        return Spread(len(self.values), *points) if points else None


def is_own(scope: Scope, base: Located) -> bool:
    """Whether the base is the person's own, so that nothing of it is new to them."""
    return not scope.everywhere and scope.allows_base(base)


def peer_values(scope: Scope, found: Iterable[tuple[Located, float]]) -> PeerValues:
    """Of some bases with their values."""
    listed = list(found)
    return PeerValues([value for _, value in listed], sum(is_own(scope, base) for base, _ in listed))


def curve(shown: Sequence[float]) -> np.ndarray:
    """The sizes at which a curve is drawn, evenly in logarithms; `shown`: those of the points that are shown."""
    if not shown:
        return np.empty(0)
    low, high = min(shown), max(shown)
    middle = np.sqrt(low * high)
    return np.geomspace(min(low / ROOM, middle / AROUND), max(high * ROOM, middle * AROUND), POINTS)


def values_of_types(
    connection: Connection, scope: Scope, publications: Sequence[str], codes: Sequence[str], types: Sequence[str]
) -> dict[tuple[str, str, str], PeerValues]:
    """(type, publication, code) → the values of the bases that were of the type then."""
    result = schema.result
    columns = (STANDING.type, STANDING.province, result.c.base, result.c.publication, result.c.code, result.c.value)
    query = of_type(result, publications, types, codes, *columns).where(result.c.value.is_not(None))
    found: dict[tuple[str, str, str], PeerValues] = {}
    for kind, province, base, publication, code, value in connection.execute(query):
        values = found.setdefault((kind, publication, code), PeerValues())
        values.values.append(value)
        values.own += is_own(scope, Place(base, province))
    return found


def values_of_type(
    connection: Connection, scope: Scope, publications: Sequence[str], codes: Sequence[str], type_code: str
) -> dict[tuple[str, str], PeerValues]:
    """(publication, code) → the same of one type."""
    found = values_of_types(connection, scope, publications, codes, [type_code])
    return {(publication, code): values for (_, publication, code), values in found.items()}


def spreads(
    connection: Connection, scope: Scope, publication: Publication, codes: Sequence[str], type_code: str
) -> dict[str, Spread]:
    """Code → how the values of the type's bases are spread; codes of which that may not be told are left out."""
    found = values_of_type(connection, scope, [publication.code], codes, type_code)
    told = {code: values.spread() for (_, code), values in found.items()}
    return {code: spread for code, spread in told.items() if spread}
