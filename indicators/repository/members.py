"""The bases of a publication: what each was then, with its names."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from etl import periods, schema
from etl.catalogue import Text
from etl.form import load_form
from etl.registry import Registry
from indicators.repository.publications import Publication
from indicators.scope import NotAllowed, Scope


class UnknownBase(LookupError):
    """No such base in the programme in that quarter."""


@dataclass(frozen=True)
class Member:
    """A base in one quarter. `returned`: an accepted return is there."""

    code: str
    name: Text
    type: str
    province: str
    region: str
    hardship: bool
    batch: int | None
    returned: bool


def members(
    connection: Connection, scope: Scope, publication: Publication, type_code: str | None = None
) -> dict[str, Member]:
    """The bases that the scope may see by name (of one type), by code."""
    everyone = all_members(connection, publication, type_code)
    return {code: member for code, member in everyone.items() if scope.allows_base(member)}


def all_members(connection: Connection, publication: Publication, type_code: str | None = None) -> dict[str, Member]:
    """Every base of the publication. For the repository itself: its callers show names only where the scope allows."""
    registry, form = Registry(connection), load_form()
    table = schema.standing.c
    wanted = select(schema.standing).where(table.publication == publication.code).order_by(table.base)
    if type_code:
        wanted = wanted.where(table.type == type_code)
    day = periods.ends(publication.period)
    found = {}
    for row in connection.execute(wanted):
        known = registry.latest(row.base, day)
        place = form.provinces.get(row.province)
        found[row.base] = Member(
            code=row.base,
            name=known.name if known else Text(en=row.base, zh=row.base),
            type=row.type,
            province=row.province,
            region=place.region if place else "",
            hardship=bool(known and known.hardship),
            batch=known.batch if known else None,
            returned=row.returned,
        )
    return found


def named(connection: Connection, scope: Scope, publication: Publication, base: str) -> Member:
    """One base of the publication. Raises NotAllowed for a base outside the scope, UnknownBase for none at all."""
    known = all_members(connection, publication)
    if base in known and scope.allows_base(known[base]):
        return known[base]
    # Only who may see every base learns that there is none of that name.
    raise UnknownBase(base) if scope.everywhere else NotAllowed(base)
