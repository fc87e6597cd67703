"""How the bases of each type are spread over the quarters: the median and the middle four fifths, which name nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from etl import schema
from etl.form import load_form
from indicators.repository.groups import NATIONWIDE, own_counts
from indicators.repository.publications import Publication, codes, quarters_before, window
from indicators.repository.spread import percentiles
from indicators.scope import Scope

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
    connection: Connection, scope: Scope, publication: Publication, wanted: Sequence[str]
) -> dict[str, dict[str, Bands]]:
    """Code → type → its bands over the last quarters, for the types that have one. A band needs as many bases as the
    method asks of peers, the person's own left out; so it is of the whole country only."""
    shown, axis = window(connection, scope, publication), quarters_before(publication)
    period_of = {known.code: known.period for known in shown}
    own = {} if scope.everywhere else own_counts(connection, scope, shown)
    found: dict[str, dict[str, dict[str, Band]]] = {code: {} for code in wanted}
    for (name, code, kind), numbers in _values(connection, shown, wanted).items():
        others = len(numbers) - own.get((name, kind, NATIONWIDE), 0)
        points = percentiles(numbers, SHARES, others)
        if points:
            found[code].setdefault(kind, {})[period_of[name]] = Band(len(numbers), *points)
    return {
        code: {
            kind: Bands(axis, tuple(found[code][kind].get(period) for period in axis))
            for kind in load_form().types
            if kind in found[code]
        }
        for code in wanted
    }


def _values(
    connection: Connection, shown: Sequence[Publication], wanted: Sequence[str]
) -> dict[tuple[str, str, str], list[float]]:
    """(publication, code, type) → the values of its bases."""
    result, standing = schema.result.c, schema.standing.c
    members = connection.execute(
        select(standing.publication, standing.base, standing.type).where(standing.publication.in_(codes(shown)))
    )
    types = {(name, base): kind for name, base, kind in members}
    rows = connection.execute(
        select(result.publication, result.code, result.base, result.value).where(
            result.publication.in_(codes(shown)), result.code.in_(wanted), result.value.is_not(None)
        )
    )
    found: dict[tuple[str, str, str], list[float]] = {}
    for name, code, base, value in rows:
        found.setdefault((name, code, types[name, base]), []).append(value)
    return found
