"""One base: every indicator beside its peers, and how one indicator went over the quarters."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from etl import periods, schema
from indicators.definition import Definitions, Indicator, Pillar
from indicators.flags import FLOOR
from indicators.repository.floors import A_YEAR, floor_of, is_upper
from indicators.repository.made_with import definitions_of
from indicators.repository.members import Member, named
from indicators.repository.of_type import ranked
from indicators.repository.peers_seen import PeerValues, values_of_type
from indicators.repository.publications import Publication, codes, quarters_before, window
from indicators.repository.spread import Spread
from indicators.repository.watch import FlagRow, flags_of
from indicators.scope import Scope

DECILES = (10, 20, 30, 40, 50, 60, 70, 80, 90)


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator of the base, with its definition in the publication. `why`: why the value is missing; `spread`: the peers' values, itself included;
    `trend`: the last quarters, oldest first."""

    code: str
    value: float | None
    score: float | None
    why: str | None
    spread: Spread | None
    floor: float | None
    floor_is_upper: bool
    below_floor: bool
    trend: tuple[float | None, ...]
    indicator: Indicator
    pillar: Pillar


@dataclass(frozen=True)
class PillarScore:
    """Score 0–100 and place within the type; `low` to `high`: where 90 % of the replications' ranks lie; `trend`: the
    score of the last quarters, oldest first."""

    code: str
    score: float | None
    rank: int | None
    low: float | None = None
    high: float | None = None
    trend: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Profile:
    """`n` bases of the type have a rank. `definitions`: those of the publication."""

    member: Member
    rank: int | None
    low: float | None
    high: float | None
    n: int
    index: PillarScore
    pillars: tuple[PillarScore, ...]
    indicators: tuple[IndicatorRow, ...]
    flags: tuple[FlagRow, ...]
    periods: tuple[str, ...]
    definitions: Definitions


@dataclass(frozen=True)
class TrendPoint:
    """`deciles`: the peers' nine, or None with too few others."""

    period: str
    value: float | None
    why: str | None
    deciles: tuple[float, ...] | None
    peers: int


@dataclass(frozen=True)
class Trend:
    member: Member
    code: str
    points: tuple[TrendPoint, ...]


def profile(connection: Connection, scope: Scope, publication: Publication, base: str) -> Profile:
    """Everything about one base. Raises NotAllowed for a base outside the scope, UnknownBase for none at all."""
    member = named(connection, scope, publication, base)
    definitions = definitions_of(connection, scope, publication)
    indicators = definitions.of_type(member.type)
    wanted = [indicator.code for indicator in indicators]
    index = definitions.method.index.code
    shown = window(connection, scope, publication)
    axis = quarters_before(publication)
    history = _history(connection, shown, [*wanted, *definitions.pillars, index], base)
    now = {code: history.get((publication.period, code)) for code in [*wanted, *definitions.pillars, index]}
    weak = definitions.method.peers.weak_below
    values = values_of_type(connection, scope, [publication.code], wanted, member.type)
    found = flags_of(connection, scope, publication, [member])
    past = {flag.code: flag for flag in found if flag.kind == FLOOR}
    a_year_before = periods.shift(publication.period, -A_YEAR)

    def course(code: str) -> tuple[float | None, ...]:
        return tuple(_value(history.get((period, code))) for period in axis)

    rows = []
    for indicator in indicators:
        code, peers = indicator.code, values.get((publication.code, indicator.code), PeerValues())
        ends = peers.percentiles((weak, 100 - weak))
        own, then = now[code], history.get((a_year_before, code))
        floor = floor_of(
            indicator,
            member,
            publication.period,
            then.value if then else None,
            (ends[0], ends[1]) if ends else None,
            definitions,
        )
        rows.append(
            IndicatorRow(
                code=code,
                value=own.value if own else None,
                score=own.score if own else None,
                why=own.why if own else ("no_return" if not member.returned else "history"),
                spread=peers.spread(),
                floor=past[code].reference if code in past else floor,
                floor_is_upper=is_upper(indicator),
                below_floor=code in past,
                trend=course(code),
                indicator=indicator,
                pillar=definitions.pillars[indicator.pillar],
            )
        )
    whole = now[index]
    return Profile(
        member=member,
        rank=whole.rank if whole else None,
        low=whole.low if whole else None,
        high=whole.high if whole else None,
        n=ranked(connection, publication, index, member.type),
        index=_score(index, whole, course(index)),
        pillars=tuple(_score(pillar, now[pillar], course(pillar)) for pillar in definitions.pillars),
        indicators=tuple(rows),
        flags=tuple(found),
        periods=axis,
        definitions=definitions,
    )


def trend(connection: Connection, scope: Scope, publication: Publication, base: str, code: str) -> Trend:
    """One indicator of a base over the last quarters beside the deciles of its type. Raises as `profile`."""
    member = named(connection, scope, publication, base)
    shown = window(connection, scope, publication)
    own = _history(connection, shown, [code], base)
    peers = values_of_type(connection, scope, codes(shown), [code], member.type)
    key = {known.period: known.code for known in shown}
    points = []
    for period in quarters_before(publication):
        row = own.get((period, code))
        found = peers.get((key.get(period, ""), code), PeerValues())
        deciles, n = found.percentiles(DECILES), len(found.values)
        points.append(TrendPoint(period, _value(row), row.why if row else None, tuple(deciles) if deciles else None, n))
    return Trend(member, code, tuple(points))


def _history(connection: Connection, shown: Sequence[Publication], wanted: Sequence[str], base: str):
    """(period, code) → the base's result."""
    table, period_of = schema.result.c, {known.code: known.period for known in shown}
    rows = connection.execute(
        select(
            table.publication, table.code, table.value, table.score, table.rank, table.low, table.high, table.why
        ).where(table.publication.in_(list(period_of)), table.code.in_(wanted), table.base == base)
    )
    return {(period_of[row.publication], row.code): row for row in rows}


def _value(row) -> float | None:
    return row.value if row else None


def _score(code: str, row, trend: tuple[float | None, ...]) -> PillarScore:
    if row is None:
        return PillarScore(code, None, None, trend=trend)
    return PillarScore(code, row.value, row.rank, row.low, row.high, trend)
