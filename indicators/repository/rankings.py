"""The ranking of one type: every base for a national scope, otherwise only one's own, each with its place "of n"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from etl import schema
from indicators.definition import Definitions
from indicators.repository.made_with import definitions_of
from indicators.repository.members import Member, members
from indicators.repository.of_type import STANDING, of_type, ranked
from indicators.repository.peers_seen import spreads
from indicators.repository.publications import Publication, codes, quarters_before, window
from indicators.repository.spread import Spread
from indicators.scope import Scope

TREND = 8
"""How many quarters of the index stand beside each base."""


@dataclass(frozen=True)
class RankingRow:
    """`change`: places gained since the publication before; `pillars`: score by pillar; `flags`: how many of each kind;
    `low` to `high`: where 90 % of the replications' ranks lie; `lamp` and `grade`: of the verdict, None without one.
    `trend`: the index by quarter, None where the base had none or was of another type."""

    member: Member
    rank: int | None
    low: float | None
    high: float | None
    index: float | None
    change: int | None
    pillars: dict[str, float | None]
    flags: dict[str, int]
    trend: tuple[float | None, ...]
    lamp: str | None = None
    grade: str | None = None


@dataclass(frozen=True)
class Ranking:
    """`n` bases of the type have a rank, of `expected`; `rows` are those the scope may see, unranked ones last.
    `periods`: the quarters of the rows' trends; `before`: the publication that changes are counted from."""

    type: str
    n: int
    expected: int
    rows: tuple[RankingRow, ...]
    spread: Spread | None
    """How the indices of the whole type are spread."""
    definitions: Definitions
    """Those that the publication was made with."""
    periods: tuple[str, ...] = ()
    before: Publication | None = None

    @property
    def complete(self) -> bool:
        """Whether every base of the type is listed."""
        return len(self.rows) == self.expected


def ranking(connection: Connection, scope: Scope, publication: Publication, type_code: str) -> Ranking:
    """The type's bases by rank."""
    definitions = definitions_of(connection, scope, publication)
    index = definitions.method.index.code
    listed = members(connection, scope, publication, type_code)
    found = _results(connection, publication, [index, *definitions.pillars], listed)
    shown = window(connection, scope, publication, TREND)
    history = _history(connection, shown, index, type_code)
    last = next(iter(shown[-2::-1]), None)
    axis = quarters_before(publication, TREND)
    flagged = _flag_counts(connection, publication, listed)
    judged = _verdicts(connection, publication, listed)
    rows = []
    for code, member in listed.items():
        own = found.get((index, code))
        rank = own.rank if own else None
        then = history.get((last.period, code)) if last else None
        rows.append(
            RankingRow(
                member=member,
                rank=rank,
                low=own.low if own else None,
                high=own.high if own else None,
                index=own.value if own else None,
                change=then.rank - rank if rank is not None and then and then.rank is not None else None,
                pillars={p: found[p, code].value if (p, code) in found else None for p in definitions.pillars},
                flags=flagged.get(code, {}),
                trend=tuple(_value(history.get((period, code))) for period in axis),
                lamp=judged[code].lamp if code in judged else None,
                grade=judged[code].grade if code in judged else None,
            )
        )
    rows.sort(key=lambda row: (row.rank is None, row.rank or 0, row.member.code))
    whole = spreads(connection, scope, publication, [index], type_code).get(index)
    n, expected = _counts(connection, publication, index, type_code)
    return Ranking(type_code, n, expected, tuple(rows), whole, definitions, axis, last)


def _results(connection: Connection, publication: Publication, codes: Sequence[str], listed: Mapping[str, Member]):
    table = schema.result.c
    rows = connection.execute(
        select(table.code, table.base, table.value, table.rank, table.low, table.high).where(
            table.publication == publication.code, table.code.in_(codes)
        )
    )
    return {(row.code, row.base): row for row in rows if row.base in listed}


def _verdicts(connection: Connection, publication: Publication, listed: Mapping[str, Member]):
    table = schema.verdict.c
    rows = connection.execute(select(table.base, table.lamp, table.grade).where(table.publication == publication.code))
    return {row.base: row for row in rows if row.base in listed}


def _history(connection: Connection, shown: Sequence[Publication], index: str, type_code: str):
    """(quarter, base) → the index and rank that were published of it, for the bases that were of the type then. One
    query for all quarters."""
    result = schema.result
    period_of = {known.code: known.period for known in shown}
    columns = (result.c.publication, result.c.base, result.c.value, result.c.rank)
    rows = connection.execute(of_type(result, codes(shown), [type_code], [index], *columns))
    return {(period_of[row.publication], row.base): row for row in rows}


def _value(row) -> float | None:
    return row.value if row else None


def _flag_counts(
    connection: Connection, publication: Publication, listed: Mapping[str, Member]
) -> dict[str, dict[str, int]]:
    table = schema.flag.c
    rows = connection.execute(
        select(table.base, table.kind, func.count().label("number"))
        .where(table.publication == publication.code)
        .group_by(table.base, table.kind)
    )
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        if row.base in listed:
            counts.setdefault(row.base, {})[row.kind] = row.number
    return counts


def _counts(connection: Connection, publication: Publication, index: str, type_code: str) -> tuple[int, int]:
    """(ranked, in the programme) of the type."""
    mine = (STANDING.publication == publication.code) & (STANDING.type == type_code)
    expected = connection.execute(select(func.count()).select_from(schema.standing).where(mine)).scalar_one()
    return ranked(connection, publication, index, type_code), expected
