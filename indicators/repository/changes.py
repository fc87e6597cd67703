"""How a sum changed on the year, like for like: over the bases that have a value in both years.

A sum over whoever has reported falls when a return is missing; that is no change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from etl import schema
from indicators.repository.area import Area
from indicators.repository.peers_seen import Place
from indicators.repository.publications import Publication
from indicators.scope import Scope

LEAST = 3
"""A sum of which fewer bases are others than the person's own would give away what one of them reported."""


@dataclass(frozen=True)
class Change:
    """Relative, and how many bases it rests on."""

    ratio: float
    bases: int


def changes(
    connection: Connection,
    scope: Scope,
    now: Publication,
    then: Publication,
    wanted: Sequence[str],
    type_code: str,
    areas: Sequence[Area],
) -> dict[Area, dict[str, Change]]:
    """Area → code → change from one publication to the other; codes that cannot be compared, or shown, are left out."""
    places = _places(connection, now, type_code)
    values = {publication.code: values_of(connection, publication, wanted) for publication in (now, then)}
    return {
        area: _of_bases(scope, [place for place in places if area.holds(place.province)], wanted, now, then, values)
        for area in areas
    }


def _of_bases(
    scope: Scope,
    places: Sequence[Place],
    wanted: Sequence[str],
    now: Publication,
    then: Publication,
    values: Mapping[str, Mapping[tuple[str, str], float]],
) -> dict[str, Change]:
    """Code → change over these bases."""
    found = {}
    for code in wanted:
        both = [
            place
            for place in places
            if (code, place.code) in values[now.code] and (code, place.code) in values[then.code]
        ]
        before = sum(values[then.code][code, place.code] for place in both)
        others = sum(not scope.allows_base(place) for place in both)
        if before and (others == 0 or others >= LEAST or scope.everywhere):
            after = sum(values[now.code][code, place.code] for place in both)
            found[code] = Change(after / before - 1, len(both))
    return found


def _places(connection: Connection, publication: Publication, type_code: str) -> list[Place]:
    """Where the bases of that type are."""
    table = schema.standing.c
    wanted = select(table.base, table.province).where(table.publication == publication.code)
    if type_code:
        wanted = wanted.where(table.type == type_code)
    return [Place(row.base, row.province) for row in connection.execute(wanted)]


def values_of(connection: Connection, publication: Publication, wanted: Sequence[str]) -> dict[tuple[str, str], float]:
    """(code, base) → what was published of it."""
    table = schema.result.c
    rows = connection.execute(
        select(table.code, table.base, table.value).where(
            table.publication == publication.code, table.code.in_(wanted), table.value.is_not(None)
        )
    )
    return {(code, base): value for code, base, value in rows}
