"""Several bases over the last quarters, for a comparison side by side."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from etl import schema
from indicators.repository.members import Member, members
from indicators.repository.publications import Publication, quarters_before, window
from indicators.scope import Scope

Course = tuple[float | None, ...]
"""One value a quarter, the oldest first; None where there is none."""


def known_members(
    connection: Connection, scope: Scope, publication: Publication, bases: Sequence[str]
) -> dict[str, Member]:
    """Those of the bases that the scope may see by name, in the order asked. Who may not see a base does not learn
    whether there is one."""
    listed = members(connection, scope, publication)
    return {code: listed[code] for code in bases if code in listed}


def courses_of(
    connection: Connection, scope: Scope, publication: Publication, bases: Sequence[str], wanted: Sequence[str]
) -> dict[str, dict[str, Course]]:
    """Code → base → its values of the last quarters. Bases outside the scope are left out."""
    known = known_members(connection, scope, publication, bases)
    period_of = {shown.code: shown.period for shown in window(connection, scope, publication)}
    result = schema.result.c
    rows = connection.execute(
        select(result.publication, result.code, result.base, result.value).where(
            result.publication.in_(list(period_of)), result.code.in_(wanted), result.base.in_(list(known))
        )
    )
    found = {(row.code, row.base, period_of[row.publication]): row.value for row in rows}
    axis = quarters_before(publication)
    return {
        code: {base: tuple(found.get((code, base, period)) for period in axis) for base in known} for code in wanted
    }
