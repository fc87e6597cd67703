"""One indicator over all bases: its standings, how its values are spread and how they went.

What of the others is told, indicators/repository/peers_seen.py says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from etl import schema
from etl.form import load_form
from indicators.flags import FLOOR
from indicators.repository.made_with import definitions_of
from indicators.repository.members import Member, all_members
from indicators.repository.peers_seen import peer_values, values_of_types
from indicators.repository.profiles import DECILES
from indicators.repository.publications import Publication, quarters_before, window
from indicators.repository.spread import Spread
from indicators.scope import REGION, Scope


@dataclass(frozen=True)
class Standing:
    """One base in one indicator. `place`: 1 is best, equal values share the best; `why`: why the value is missing."""

    member: Member
    place: int | None
    value: float | None
    numerator: float | None
    denominator: float | None
    score: float | None
    missed: bool
    why: str | None


@dataclass(frozen=True)
class Standings:
    """`rows`: the scope's own bases, the best first; `n` of `expected` bases of the type have a value."""

    rows: tuple[Standing, ...]
    n: int
    expected: int


@dataclass(frozen=True)
class Strip:
    """How a type's or a region's values are spread. `dots`: the values of the bases that the scope may see by name,
    without their names; `n`: how many bases the spread is of."""

    code: str
    spread: Spread | None
    dots: tuple[float, ...]
    n: int


@dataclass(frozen=True)
class Course:
    """The deciles of a type over the quarters; None with too few bases."""

    periods: tuple[str, ...]
    deciles: tuple[tuple[float, ...] | None, ...]


def standings(connection: Connection, scope: Scope, publication: Publication, code: str, type_code: str) -> Standings:
    """The scope's bases of a type by one indicator."""
    everyone = all_members(connection, publication, type_code)
    found = _results(connection, publication, code)
    values = {base: row.value for base, row in found.items() if base in everyone and row.value is not None}
    definitions = definitions_of(connection, scope, publication)
    places = _places(values, definitions.indicators[code].direction)
    missed = _missed(connection, publication, code)
    rows = [
        _standing(member, places.get(base), found.get(base), base in missed)
        for base, member in everyone.items()
        if scope.allows_base(member)
    ]
    rows.sort(key=lambda row: (row.place is None, row.place or 0, row.member.code))
    return Standings(tuple(rows), len(values), len(everyone))


def _standing(member: Member, place: int | None, row, missed: bool) -> Standing:
    if row is None:
        return Standing(member, None, None, None, None, None, missed, "history" if member.returned else "no_return")
    return Standing(member, place, row.value, row.numerator, row.denominator, row.score, missed, row.why)


def _places(values: Mapping[str, float], direction: str) -> dict[str, int]:
    """Base → 1 for the best; without a direction the largest value stands first."""
    ordered = sorted(values.values(), reverse=direction != "down")
    first = {value: place for place, value in reversed(list(enumerate(ordered, start=1)))}
    return {base: first[value] for base, value in values.items()}


def by_type(connection: Connection, scope: Scope, publication: Publication, code: str) -> tuple[Strip, ...]:
    """The spread in each type that the indicator is asked of."""
    types = definitions_of(connection, scope, publication).indicators[code].base_types
    found = _values(connection, publication, code)
    return tuple(_strip(scope, kind, [row for row in found if row[0].type == kind]) for kind in types)


def by_region(
    connection: Connection, scope: Scope, publication: Publication, code: str, type_code: str
) -> tuple[Strip, ...]:
    """The spread in each region that the scope may see, of the bases of one type. A region without a base of the type
    is left out."""
    found = [row for row in _values(connection, publication, code) if row[0].type == type_code]
    regions = [region for region in load_form().regions if scope.allows_area(REGION, region)]
    strips = (_strip(scope, region, [row for row in found if row[0].region == region]) for region in regions)
    return tuple(strip for strip in strips if strip.n)


def courses(
    connection: Connection, scope: Scope, publication: Publication, code: str, types: Sequence[str]
) -> dict[str, Course]:
    """Type → its deciles over the last quarters."""
    shown = window(connection, scope, publication)
    axis, period_of = quarters_before(publication), {known.code: known.period for known in shown}
    found = values_of_types(connection, scope, list(period_of), [code], types)
    deciles = {(kind, period_of[name]): values.percentiles(DECILES) for (kind, name, _), values in found.items()}

    def of(kind: str, period: str) -> tuple[float, ...] | None:
        points = deciles.get((kind, period))
        return tuple(points) if points else None

    return {kind: Course(axis, tuple(of(kind, period) for period in axis)) for kind in types}


Valued = Sequence[tuple[Member, float]]


def _values(connection: Connection, publication: Publication, code: str) -> Valued:
    """Every base with a value."""
    found = _results(connection, publication, code)
    everyone = all_members(connection, publication)
    return [
        (member, row.value)
        for base, member in everyone.items()
        if (row := found.get(base)) is not None and row.value is not None
    ]


def _strip(scope: Scope, code: str, rows: Valued) -> Strip:
    dots = tuple(sorted(value for member, value in rows if scope.allows_base(member)))
    return Strip(code, peer_values(scope, rows).spread(), dots, len(rows))


def _results(connection: Connection, publication: Publication, code: str):
    table = schema.result.c
    rows = connection.execute(
        select(table.base, table.numerator, table.denominator, table.value, table.score, table.why).where(
            table.publication == publication.code, table.code == code
        )
    )
    return {row.base: row for row in rows}


def _missed(connection: Connection, publication: Publication, code: str) -> Iterable[str]:
    """The bases that miss the indicator's floor."""
    table = schema.flag.c
    wanted = (table.publication == publication.code, table.kind == FLOOR, table.code == code)
    return set(connection.execute(select(table.base).where(*wanted)).scalars())
