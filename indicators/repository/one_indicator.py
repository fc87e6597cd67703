"""One indicator over all bases: its standings, how its values are spread and how they went.

Only bases that the scope may see are in it one by one. All others are in percentiles, and there only where at least as
many others take part as the method asks for: with fewer, who knows the own values could work out a neighbour's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from etl import schema
from etl.form import load_form
from indicators.definition import load_definitions
from indicators.flags import FLOOR
from indicators.repository.members import Member, all_members
from indicators.repository.profiles import DECILES
from indicators.repository.publications import Publication, codes, quarters_before, window
from indicators.repository.spread import SHARES, Spread, percentiles
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
    places = _places(values, load_definitions().indicators[code].direction)
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
    types = load_definitions().indicators[code].base_types
    found = _values(connection, scope, publication, code)
    return tuple(_strip(kind, [row for row in found if row.member.type == kind]) for kind in types)


def by_region(
    connection: Connection, scope: Scope, publication: Publication, code: str, type_code: str
) -> tuple[Strip, ...]:
    """The spread in each region that the scope may see, of the bases of one type. A region without a base of the type
    is left out."""
    found = [row for row in _values(connection, scope, publication, code) if row.member.type == type_code]
    regions = [region for region in load_form().regions if scope.allows_area(REGION, region)]
    strips = (_strip(region, [row for row in found if row.member.region == region]) for region in regions)
    return tuple(strip for strip in strips if strip.n)


def courses(
    connection: Connection, scope: Scope, publication: Publication, code: str, types: Sequence[str]
) -> dict[str, Course]:
    """Type → its deciles over the last quarters."""
    shown = window(connection, scope, publication)
    axis, period_of = quarters_before(publication), {known.code: known.period for known in shown}
    result, standing = schema.result.c, schema.standing.c
    rows = connection.execute(
        select(result.publication, result.base, result.value, standing.type, standing.province)
        .join_from(
            schema.result,
            schema.standing,
            (standing.publication == result.publication) & (standing.base == result.base),
        )
        .where(result.publication.in_(codes(shown)), result.code == code, result.value.is_not(None))
        .where(standing.type.in_(types))
    )
    found: dict[tuple[str, str], list[tuple[float, bool]]] = {}
    for row in rows:
        own = not scope.everywhere and scope.allows_base(_Place(row.base, row.province))
        found.setdefault((row.type, period_of[row.publication]), []).append((row.value, own))
    return {kind: Course(axis, tuple(_deciles(found.get((kind, period), [])) for period in axis)) for kind in types}


@dataclass(frozen=True)
class _Place:
    code: str
    province: str


def _deciles(values: Sequence[tuple[float, bool]]) -> tuple[float, ...] | None:
    points = guarded([value for value, _ in values], sum(own for _, own in values), DECILES)
    return tuple(points) if points else None


def guarded(values: Sequence[float], own: int, shares: Sequence[float]) -> list[float] | None:
    """The percentiles; None where too few of the values are others' than the person's own."""
    return percentiles(values, shares) if len(values) - own >= load_definitions().method.peers.least_peers else None


@dataclass(frozen=True)
class _Valued:
    member: Member
    value: float
    named: bool
    """Whether the scope may see it by name."""
    own: bool
    """Whether it is the person's own, so that its value is nothing new to them."""


def _values(connection: Connection, scope: Scope, publication: Publication, code: str) -> list[_Valued]:
    everyone = all_members(connection, publication)
    found = _results(connection, publication, code)
    valued = []
    for base, member in everyone.items():
        row = found.get(base)
        if row is not None and row.value is not None:
            named = scope.allows_base(member)
            valued.append(_Valued(member, row.value, named, named and not scope.everywhere))
    return valued


def _strip(code: str, rows: Sequence[_Valued]) -> Strip:
    points = guarded([row.value for row in rows], sum(row.own for row in rows), SHARES)
    dots = tuple(sorted(row.value for row in rows if row.named))
    return Strip(code, Spread(len(rows), *points) if points else None, dots, len(rows))


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
