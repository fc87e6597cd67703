"""What deserves a look: the flags of a publication, and who has reported."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from etl import schema
from etl.registry import Registry
from etl.status import Reporting, reporting
from etl.versions import ACCEPTED, FINAL
from indicators.definition import Indicator, Pillar
from indicators.flags import FLOOR, MISSING_RETURN, PEERS
from indicators.repository.groups import NATIONWIDE, Area
from indicators.repository.made_with import definitions_of
from indicators.repository.members import Member, members
from indicators.repository.publications import Publication
from indicators.scope import Scope

KINDS = (MISSING_RETURN, PEERS, FLOOR)
"""From the most serious; a pillar holds many indicators, so it comes before a single floor."""


@dataclass(frozen=True)
class FlagRow:
    """One thing to look into. `reference` is what the value was held against; `about`: the indicator or pillar as it was
    defined in the publication, None for a missing return."""

    member: Member
    kind: str
    code: str
    value: float | None
    reference: float | None
    about: Indicator | Pillar | None = None


@dataclass(frozen=True)
class Reports:
    """Who has reported: how many stand in which state, and whose return is not accepted. All within the scope."""

    period: str
    due: date | None
    states: dict[str, int]
    late: int
    waiting: tuple[Reporting, ...]

    @property
    def expected(self) -> int:
        return sum(self.states.values())


def flags(
    connection: Connection,
    scope: Scope,
    publication: Publication,
    kind: str | None = None,
    type_code: str | None = None,
) -> tuple[FlagRow, ...]:
    """The flags of the scope's bases; the bases with the most to look into first."""
    listed = members(connection, scope, publication, type_code)
    found = flags_of(connection, scope, publication, listed.values())
    counts = Counter((flag.member.code, flag.kind) for flag in found)

    def seriousness(flag: FlagRow) -> tuple:
        base = flag.member.code
        return (*(-counts[base, serious] for serious in KINDS), base, KINDS.index(flag.kind), flag.code)

    found.sort(key=seriousness)
    return tuple(flag for flag in found if kind in (None, "", flag.kind))


def flags_of(connection: Connection, scope: Scope, publication: Publication, listed: Iterable[Member]) -> list[FlagRow]:
    """The flags of these bases. For the repository itself: its callers pass bases that the scope allows."""
    by_code = {member.code: member for member in listed}
    definitions = definitions_of(connection, scope, publication)
    defined = definitions.indicators | definitions.pillars
    table = schema.flag.c
    wanted = select(schema.flag).where(table.publication == publication.code)
    if len(by_code) == 1:
        wanted = wanted.where(table.base == next(iter(by_code)))
    rows = connection.execute(wanted.order_by(table.base, table.kind, table.code))
    return [
        FlagRow(by_code[row.base], row.kind, row.code, row.value, row.reference, defined.get(row.code))
        for row in rows
        if row.base in by_code and row.kind in KINDS
    ]


def reports(connection: Connection, scope: Scope, period: str, type_code: str = "", area: Area = NATIONWIDE) -> Reports:
    """Who has reported for a quarter, as it stands now: the scope's bases of that type and area."""
    registry = Registry(connection)
    standings = [
        known
        for known in reporting(connection, registry, period)
        if scope.allows_base(known.base) and type_code in ("", known.base.type) and area.holds(known.base.province)
    ]
    states: dict[str, int] = {}
    for known in standings:
        states[known.state] = states.get(known.state, 0) + 1
    quarter = registry.quarters.get(period)
    return Reports(
        period=period,
        due=quarter.due if quarter else None,
        states=states,
        late=sum(bool(known.late) for known in standings),
        waiting=tuple(known for known in standings if known.state not in (ACCEPTED, FINAL)),
    )
