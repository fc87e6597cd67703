"""The composite index of a place, and its pillars: the median over the place's bases.

The index of a base says where it stands among the bases of its own type, so indices must not be added up, and a mean
would be pulled by one base. The median reads: half of the place's bases stand above this, half below. It says nothing
of how large the bases are. Where fewer than LEAST bases are others than the person's own it is hidden, as sums are.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from sqlalchemy import Connection, select

from etl import schema
from etl.form import load_form
from indicators.repository.changes import values_of
from indicators.repository.groups import ALL_TYPES, Area, GroupValue, guarded, own_counts, require
from indicators.repository.publications import Publication
from indicators.scope import PROVINCE, REGION, Scope


def medians(
    connection: Connection,
    scope: Scope,
    publication: Publication,
    wanted: Sequence[str],
    type_code: str = ALL_TYPES,
    places: Sequence[Area] = (),
) -> dict[str, dict[Area, GroupValue]]:
    """Code → area → the median of its bases' values, for the index and pillars. Without `places`: every province that the
    scope may see. Raises NotAllowed for another's area."""
    shown = places or _provinces(scope)
    require(scope, shown)
    members = _members(connection, publication, type_code, shown)
    values = values_of(connection, publication, wanted)
    own = {} if scope.everywhere else own_counts(connection, scope, [publication])
    found: dict[str, dict[Area, GroupValue]] = {code: {} for code in wanted}
    for area, bases in members.items():
        mine = own.get((publication.code, type_code, area), 0)
        for code in wanted:
            known = [values[code, base] for base in bases if (code, base) in values]
            middle = float(np.median(known)) if known else None
            value = GroupValue(middle, len(known), len(bases))
            found[code][area] = value if scope.everywhere else guarded(value, mine)
    return found


def _provinces(scope: Scope) -> list[Area]:
    return [Area(PROVINCE, code) for code in load_form().provinces if scope.allows_area(PROVINCE, code)]


def _members(
    connection: Connection, publication: Publication, type_code: str, places: Iterable[Area]
) -> dict[Area, list[str]]:
    """Area → its bases, for the areas that have any."""
    table, form = schema.standing.c, load_form()
    wanted = select(table.base, table.province).where(table.publication == publication.code)
    if type_code:
        wanted = wanted.where(table.type == type_code)
    asked, found = set(places), {}
    for base, province in connection.execute(wanted.order_by(table.base)):
        known = form.provinces.get(province)
        for area in (Area(), Area(REGION, known.region if known else ""), Area(PROVINCE, province)):
            if area in asked:
                found.setdefault(area, []).append(base)
    return found
