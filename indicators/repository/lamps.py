"""How many bases of an area have which lamp."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, select

from etl import schema
from indicators.repository.area import Area
from indicators.repository.members import members
from indicators.repository.publications import Publication
from indicators.scope import NotAllowed, Scope


def lamps_of(
    connection: Connection, scope: Scope, publication: Publication, type_code: str, areas: Sequence[Area]
) -> dict[Area, dict[str, int]]:
    """Area → lamp → how many of its bases have it. Raises NotAllowed for an area whose bases the scope may not name: a
    count of others' lamps would give single ones away."""
    for area in areas:
        if not scope.covers(area.kind, area.code):
            raise NotAllowed(f"{area.kind} {area.code}")
    listed, table = members(connection, scope, publication, type_code or None), schema.verdict.c
    rows = connection.execute(select(table.base, table.lamp).where(table.publication == publication.code))
    known = [(listed[row.base].province, row.lamp) for row in rows if row.base in listed]
    return {area: dict(Counter(lamp for province, lamp in known if area.holds(province))) for area in areas}
