"""Sums over bases: headlines, trends by type, provinces. Ratios of sums, with "n of N bases".

A sum of which fewer than LEAST bases are others than the person's own would give away what one of them reported: it
is hidden.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select

from etl import periods, schema
from etl.form import load_form
from indicators.definition import Headline as HeadlineDefinition
from indicators.repository.changes import LEAST, Change, changes
from indicators.repository.made_with import definitions_of
from indicators.repository.publications import Publication, codes, quarters_before, window
from indicators.scope import NATION, PROVINCE, REGION, NotAllowed, Scope

ALL_TYPES = ""
A_YEAR = 4


@dataclass(frozen=True)
class Area:
    kind: str = NATION
    code: str = ""

    def holds(self, province: str) -> bool:
        """Whether the province lies in it."""
        if self.kind == PROVINCE:
            return province == self.code
        known = load_form().provinces.get(province)
        return self.kind == NATION or (known is not None and known.region == self.code)


NATIONWIDE = Area()


@dataclass(frozen=True)
class GroupValue:
    """`value` over `bases` of `expected` bases; `hidden`: there is a value that may not be shown."""

    value: float | None
    bases: int
    expected: int
    hidden: bool = False


@dataclass(frozen=True)
class Series:
    """One value a quarter; None where there is none, or where it may not be shown."""

    periods: tuple[str, ...]
    points: tuple[GroupValue | None, ...]

    @property
    def values(self) -> list[float | None]:
        return [point.value if point else None for point in self.points]

    @property
    def last(self) -> GroupValue | None:
        return self.points[-1]


@dataclass(frozen=True)
class Headline:
    """`change`: on the year, like for like; None where it cannot be told."""

    definition: HeadlineDefinition
    series: Series
    change: Change | None

    @property
    def now(self) -> GroupValue | None:
        return self.series.last


def headlines(
    connection: Connection, scope: Scope, publication: Publication, type_code: str = ALL_TYPES, area: Area = NATIONWIDE
) -> tuple[Headline, ...]:
    """The sums at the head of the overview with their last quarters. Raises NotAllowed for another's area."""
    definitions = definitions_of(connection, scope, publication).method.headlines
    wanted = [headline.code for headline in definitions]
    found = _series(connection, scope, publication, wanted, [type_code], [area])
    last_year = periods.shift(publication.period, -A_YEAR)
    then = [known for known in window(connection, scope, publication) if known.period == last_year]
    changed: dict[str, Change] = {}
    if then:
        changed = changes(connection, scope, publication, then[0], wanted, type_code, area.kind, area.code)
    return tuple(
        Headline(headline, found[headline.code, type_code, area], changed.get(headline.code))
        for headline in definitions
    )


def trends(
    connection: Connection, scope: Scope, publication: Publication, wanted: Sequence[str], area: Area = NATIONWIDE
) -> dict[str, dict[str, Series]]:
    """Code → type → its last quarters, for the types that have a value. Raises NotAllowed for another's area."""
    types = list(load_form().types)
    found = _series(connection, scope, publication, wanted, types, [area])
    return {
        code: {kind: found[code, kind, area] for kind in types if any(found[code, kind, area].points)}
        for code in wanted
    }


def series(
    connection: Connection,
    scope: Scope,
    publication: Publication,
    wanted: Sequence[str],
    type_code: str = ALL_TYPES,
    area: Area = NATIONWIDE,
) -> dict[str, Series]:
    """Code → its last quarters in one area. Raises NotAllowed for another's area."""
    found = _series(connection, scope, publication, wanted, [type_code], [area])
    return {code: found[code, type_code, area] for code in wanted}


def provinces(
    connection: Connection, scope: Scope, publication: Publication, code: str, type_code: str = ALL_TYPES
) -> dict[str, GroupValue]:
    """Province → its value, for the provinces whose sums the scope may see."""
    wanted = [Area(PROVINCE, province) for province in load_form().provinces if scope.allows_area(PROVINCE, province)]
    found = _values(connection, scope, [publication], [code], [type_code], wanted)
    return {area.code: value for (_, _, _, area), value in found.items()}


def areas(
    connection: Connection,
    scope: Scope,
    publication: Publication,
    wanted: Sequence[str],
    type_code: str,
    places: Sequence[Area],
) -> dict[str, dict[Area, GroupValue]]:
    """Code → area → value. Raises NotAllowed for another's area."""
    _require(scope, places)
    found: dict[str, dict[Area, GroupValue]] = {code: {} for code in wanted}
    for (_, code, _, area), value in _values(connection, scope, [publication], wanted, [type_code], places).items():
        found[code][area] = value
    return found


def courses(
    connection: Connection,
    scope: Scope,
    publication: Publication,
    wanted: Sequence[str],
    type_code: str,
    places: Sequence[Area],
) -> dict[str, dict[Area, Series]]:
    """Code → area → its last quarters. Raises NotAllowed for another's area."""
    found = _series(connection, scope, publication, wanted, [type_code], places)
    return {code: {area: found[code, type_code, area] for area in places} for code in wanted}


def _require(scope: Scope, places: Iterable[Area]) -> None:
    for area in places:
        if not scope.allows_area(area.kind, area.code):
            raise NotAllowed(f"{area.kind} {area.code}")


def _series(
    connection: Connection,
    scope: Scope,
    publication: Publication,
    wanted: Sequence[str],
    types: Sequence[str],
    places: Sequence[Area],
) -> dict[tuple[str, str, Area], Series]:
    _require(scope, places)
    shown = window(connection, scope, publication)
    period_of = {known.code: known.period for known in shown}
    axis = quarters_before(publication)
    found = {
        (period_of[key], code, kind, area): value
        for (key, code, kind, area), value in _values(connection, scope, shown, wanted, types, places).items()
    }
    return {
        (code, kind, area): Series(axis, tuple(found.get((period, code, kind, area)) for period in axis))
        for code in wanted
        for kind in types
        for area in places
    }


def _values(
    connection: Connection,
    scope: Scope,
    shown: Sequence[Publication],
    wanted: Sequence[str],
    types: Sequence[str],
    places: Sequence[Area],
) -> dict[tuple[str, str, str, Area], GroupValue]:
    """(publication, code, type, area) → value, for places that the scope allows."""
    table = schema.group_result.c
    rows = connection.execute(
        select(table.publication, table.code, table.type, table.area_kind, table.area)
        .add_columns(table.value, table.bases, table.expected)
        .where(table.publication.in_(codes(shown)), table.code.in_(wanted), table.type.in_(types))
        .where(table.area_kind.in_({area.kind for area in places}), table.area.in_({area.code for area in places}))
    )
    allowed = set(places)
    own = {} if scope.everywhere else _own_counts(connection, scope, shown)
    found = {}
    for row in rows:
        area = Area(row.area_kind, row.area)
        if area in allowed:
            value = GroupValue(row.value, row.bases, row.expected)
            mine = own.get((row.publication, row.type, area), 0)
            found[row.publication, row.code, row.type, area] = value if scope.everywhere else _guarded(value, mine)
    return found


def _guarded(value: GroupValue, own: int) -> GroupValue:
    """The value, hidden when it speaks of too few others; `own`: how many of the bases are the person's own."""
    only_own = own >= value.expected
    if only_own or value.bases - own >= LEAST or value.value is None:
        return value
    return replace(value, value=None, hidden=True)


def _own_counts(connection: Connection, scope: Scope, shown: Sequence[Publication]) -> dict[tuple[str, str, Area], int]:
    """How many of a person's own bases each group holds."""
    table, form = schema.standing.c, load_form()
    rows = connection.execute(
        select(table.publication, table.type, table.province, func.count())
        .where(table.publication.in_(codes(shown)))
        .where(table.base == scope.base if scope.base else table.province == scope.province)
        .group_by(table.publication, table.type, table.province)
    )
    counts: dict[tuple[str, str, Area], int] = {}
    for publication, type_code, province, count in rows:
        place = form.provinces.get(province)
        for kind in (ALL_TYPES, type_code):
            for area in (Area(), Area(REGION, place.region if place else ""), Area(PROVINCE, province)):
                counts[publication, kind, area] = counts.get((publication, kind, area), 0) + count
    return counts
