"""How the bases of each type are spread over the quarters: the median and the middle four fifths, which name nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, select

from etl import schema
from etl.form import load_form
from indicators.repository.groups import NATIONWIDE, Area, own_counts, require
from indicators.repository.publications import Publication, codes, quarters_before, window
from indicators.repository.spread import percentiles
from indicators.scope import PROVINCE, REGION, Scope

SHARES = (10, 50, 90)


@dataclass(frozen=True)
class Band:
    """Of `n` bases: a tenth lie below `low`, half below `median`, a tenth above `high`."""

    n: int
    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Bands:
    """One band a quarter; None where there are too few bases for one."""

    periods: tuple[str, ...]
    points: tuple[Band | None, ...]


def bands(
    connection: Connection, scope: Scope, publication: Publication, wanted: Sequence[str], area: Area = NATIONWIDE
) -> dict[str, dict[str, Bands]]:
    """Code → type → its bands over the last quarters, for the types that have one. A band needs as many bases as the
    method asks of peers, the person's own left out. Raises NotAllowed for another's area."""
    require(scope, [area])
    shown, axis = window(connection, scope, publication), quarters_before(publication)
    period_of = {known.code: known.period for known in shown}
    values = _values(connection, shown, wanted, area)
    all_own = scope.everywhere or area == Area(PROVINCE, scope.province or "")
    own = {} if all_own else own_counts(connection, scope, shown)
    found: dict[str, dict[str, dict[str, Band]]] = {code: {} for code in wanted}
    for (name, code, kind), numbers in values.items():
        others = numbers.size - own.get((name, kind, area), 0)
        points = percentiles(numbers, SHARES, others)
        if points:
            found[code].setdefault(kind, {})[period_of[name]] = Band(numbers.size, *points)
    return {
        code: {
            kind: Bands(axis, tuple(found[code][kind].get(period) for period in axis))
            for kind in load_form().types
            if kind in found[code]
        }
        for code in wanted
    }


def _values(
    connection: Connection, shown: Sequence[Publication], wanted: Sequence[str], area: Area
) -> dict[tuple[str, str, str], np.ndarray]:
    """(publication, code, type) → the values of the area's bases."""
    types, names = _types(connection, shown, area), codes(shown)
    table = schema.result.c
    rows = connection.execute(
        select(table.publication, table.code, table.base, table.value).where(
            table.publication.in_(names), table.code.in_(wanted), table.value.is_not(None)
        )
    )
    found: dict[tuple[str, str, str], list[float]] = {}
    for name, code, base, value in rows:
        kind = types.get((name, base))
        if kind is not None:
            found.setdefault((name, code, kind), []).append(value)
    return {key: np.array(numbers) for key, numbers in found.items()}


def _types(connection: Connection, shown: Sequence[Publication], area: Area) -> dict[tuple[str, str], str]:
    """(publication, base) → what it was then, of the area's bases."""
    table, form = schema.standing.c, load_form()
    wanted = select(table.publication, table.base, table.type).where(table.publication.in_(codes(shown)))
    if area.kind == PROVINCE:
        wanted = wanted.where(table.province == area.code)
    if area.kind == REGION:
        wanted = wanted.where(table.province.in_([p.code for p in form.provinces.values() if p.region == area.code]))
    return {(name, base): kind for name, base, kind in connection.execute(wanted)}
