"""How a sum changed on the year, like for like: over the bases that have a value in both years.

A sum over whoever has reported falls when a return is missing; that is no change.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from etl import schema
from etl.form import load_form
from indicators.repository.publications import Publication
from indicators.scope import PROVINCE, REGION, Scope

LEAST = 3
"""A sum of which fewer bases are others than the person's own would give away what one of them reported."""


@dataclass(frozen=True)
class Change:
    """Relative, and how many bases it rests on."""

    ratio: float
    bases: int


@dataclass(frozen=True)
class _Place:
    code: str
    province: str


def changes(
    connection: Connection,
    scope: Scope,
    now: Publication,
    then: Publication,
    wanted: Sequence[str],
    type_code: str,
    area_kind: str,
    area: str,
) -> dict[str, Change]:
    """Code → change from one publication to the other; codes that cannot be compared, or shown, are left out."""
    places = _places(connection, now, type_code, area_kind, area)
    own = {code for code, province in places.items() if scope.allows_base(_Place(code, province))}
    values = {publication.code: _values(connection, publication, wanted) for publication in (now, then)}
    found = {}
    for code in wanted:
        both = [base for base in places if (code, base) in values[now.code] and (code, base) in values[then.code]]
        before = sum(values[then.code][code, base] for base in both)
        others = len([base for base in both if base not in own])
        if before and (others == 0 or others >= LEAST or scope.everywhere):
            after = sum(values[now.code][code, base] for base in both)
            found[code] = Change(after / before - 1, len(both))
    return found


def _places(
    connection: Connection, publication: Publication, type_code: str, area_kind: str, area: str
) -> dict[str, str]:
    """Base → province, of the bases of that type and area."""
    table, form = schema.standing.c, load_form()
    wanted = select(table.base, table.province).where(table.publication == publication.code)
    if type_code:
        wanted = wanted.where(table.type == type_code)
    if area_kind == PROVINCE:
        wanted = wanted.where(table.province == area)
    if area_kind == REGION:
        wanted = wanted.where(table.province.in_([p.code for p in form.provinces.values() if p.region == area]))
    return {row.base: row.province for row in connection.execute(wanted)}


def _values(connection: Connection, publication: Publication, wanted: Sequence[str]) -> dict[tuple[str, str], float]:
    table = schema.result.c
    rows = connection.execute(
        select(table.code, table.base, table.value).where(
            table.publication == publication.code, table.code.in_(wanted), table.value.is_not(None)
        )
    )
    return {(code, base): value for code, base, value in rows}
