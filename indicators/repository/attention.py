"""Which bases a publication asks people to look at, and which improved: by verdict, never by rank alone."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from etl import periods, schema
from indicators.repository.groups import A_YEAR, NATIONWIDE, Area
from indicators.repository.made_with import definitions_of
from indicators.repository.members import Member, members
from indicators.repository.publications import Publication, window
from indicators.scope import Scope
from indicators.verdicts.reasons import GREY, IMPROVING, RED, WARNINGS, YELLOW, Reason
from indicators.verdicts.telling import most_telling_first


@dataclass(frozen=True)
class Place:
    """A base's index and rank, and between which ranks 90 % of the replications lie; None: not known."""

    index: float | None
    rank: int | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Noted:
    """A base with what its verdict says of it. `reasons`: for the lamp or the trend it is listed for, the main one
    first."""

    member: Member
    lamp: str
    reasons: tuple[Reason, ...]
    now: Place


@dataclass(frozen=True)
class Gained:
    """A base whose whole interval of ranks lies before the whole interval of the year before."""

    member: Member
    now: Place
    then: Place

    @property
    def gain(self) -> float:
        """Points of the index."""
        return (self.now.index or 0.0) - (self.then.index or 0.0)


@dataclass(frozen=True)
class Attention:
    """`lamps`: how many of the listed bases have which; empty for a publication without verdicts. `to_look_at`: red ones
    first, of one lamp those with the most reasons. `improving`: by how far their results rose. `gained`: those whose rank
    rose beyond its certainty in a year, where no verdict says improving. `year`: the quarter they are held against."""

    lamps: Mapping[str, int]
    to_look_at: tuple[Noted, ...]
    improving: tuple[Noted, ...]
    gained: tuple[Gained, ...]
    year: str

    @property
    def certain(self) -> bool:
        """Whether any lamp but grey is lit."""
        return any(count for lamp, count in self.lamps.items() if lamp != GREY)


def attention(
    connection: Connection, scope: Scope, publication: Publication, type_code: str = "", area: Area = NATIONWIDE
) -> Attention:
    """Of the scope's bases of that type and area."""
    listed = {
        code: member
        for code, member in members(connection, scope, publication, type_code or None).items()
        if area.holds(member.province)
    }
    table = schema.verdict.c
    of_these = table.publication == publication.code
    lit = connection.execute(select(table.base, table.lamp).where(of_these))
    lamps = Counter(row.lamp for row in lit if row.base in listed)
    told = connection.execute(
        select(table.base, table.lamp, table.trend, table.reasons)
        .where(of_these, or_(table.lamp.in_(WARNINGS), table.trend == IMPROVING))
        .order_by(table.base)
    )
    places = _places(connection, scope, publication)
    found: dict[str, list[Noted]] = {RED: [], YELLOW: [], IMPROVING: []}
    for row in told:
        if row.base not in listed:
            continue
        reasons = [Reason.from_dict(one) for one in json.loads(row.reasons)]
        for why in {row.lamp, row.trend} & set(found):
            mine = most_telling_first(reason for reason in reasons if reason.weighs == why)
            found[why].append(Noted(listed[row.base], row.lamp, mine, places.get(row.base, NOWHERE)))
    for lamp in WARNINGS:
        found[lamp].sort(key=lambda one: (-len(one.reasons), one.now.index or 0.0, one.member.code))
    found[IMPROVING].sort(key=lambda one: (-_strength(one), one.member.code))
    year = periods.shift(publication.period, -A_YEAR)
    gained = () if found[IMPROVING] else _gained(connection, scope, publication, year, listed, places)
    return Attention(lamps, (*found[RED], *found[YELLOW]), tuple(found[IMPROVING]), gained, year)


NOWHERE = Place(None, None, None, None)


def _strength(one: Noted) -> float:
    """How far the results rose, as the verdict measures it."""
    return max((reason.value or 0.0 for reason in one.reasons if reason.rule == IMPROVING), default=0.0)


def _gained(
    connection: Connection,
    scope: Scope,
    publication: Publication,
    year: str,
    listed: Mapping[str, Member],
    places: Mapping[str, Place],
) -> tuple[Gained, ...]:
    """The bases whose interval of ranks lies wholly before that of the year before, the largest gain first."""
    then = [known for known in window(connection, scope, publication) if known.period == year]
    if not then:
        return ()
    before, types = _places(connection, scope, then[0]), _types(connection, then[0])
    found = []
    for code, member in listed.items():
        now, past = places.get(code, NOWHERE), before.get(code, NOWHERE)
        same = types.get(code) == member.type
        if same and now.high is not None and past.low is not None and now.high < past.low:
            found.append(Gained(member, now, past))
    return tuple(sorted(found, key=lambda one: (-one.gain, one.member.code)))


def _places(connection: Connection, scope: Scope, publication: Publication) -> dict[str, Place]:
    table, index = schema.result.c, definitions_of(connection, scope, publication).method.index.code
    rows = connection.execute(
        select(table.base, table.value, table.rank, table.low, table.high).where(
            table.publication == publication.code, table.code == index
        )
    )
    return {base: Place(*place) for base, *place in rows}


def _types(connection: Connection, publication: Publication) -> dict[str, str]:
    table = schema.standing.c
    rows = connection.execute(select(table.base, table.type).where(table.publication == publication.code))
    return {row.base: row.type for row in rows}
