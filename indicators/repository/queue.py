"""Every base of a publication in the order in which it should be looked at: by its lamp, how sure that is, whether it is
getting worse, and how long it has stood."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from etl import periods, schema
from indicators.repository.members import Member, members
from indicators.repository.publications import Publication, window
from indicators.repository.verdicts import Verdict, verdicts
from indicators.scope import Scope
from indicators.verdicts.reasons import DECLINING, WARNINGS, WORST_FIRST, Reason
from indicators.verdicts.telling import is_sure, most_telling_first


@dataclass(frozen=True)
class Since:
    """From which quarter on a base has stood as it does, without a break. `earlier`: that quarter is the first that is
    known, so it may have stood longer."""

    period: str
    quarters: int
    earlier: bool


@dataclass(frozen=True)
class Queued:
    """A base in the queue. `verdict` is None for a publication that was made before there were verdicts. `reasons`: those
    for its lamp, the most telling first; `sure`: they are no chance."""

    member: Member
    verdict: Verdict | None
    reasons: tuple[Reason, ...] = ()
    sure: bool = False
    since: Since | None = None

    @property
    def lamp(self) -> str | None:
        return self.verdict.lamp if self.verdict else None

    @property
    def warned(self) -> bool:
        return self.lamp in WARNINGS


def queue(connection: Connection, scope: Scope, publication: Publication) -> tuple[Queued, ...]:
    """Every base that the scope may see."""
    said, past = verdicts(connection, scope, publication), _lamps_before(connection, scope, publication)
    listed = members(connection, scope, publication)
    return tuple(
        sorted(
            (
                _queued(member, said.get(code), past.get(code, {}), publication.period)
                for code, member in listed.items()
            ),
            key=_order,
        )
    )


def _queued(member: Member, verdict: Verdict | None, past: Mapping[str, str], period: str) -> Queued:
    if verdict is None:
        return Queued(member, None)
    reasons = most_telling_first(reason for reason in verdict.reasons if reason.weighs == verdict.lamp)
    return Queued(member, verdict, reasons, is_sure(reasons), _since(verdict.lamp, past, period))


def _order(one: Queued) -> tuple:
    if one.verdict is None:
        return (len(WORST_FIRST), one.member.code)
    quarters = one.since.quarters if one.since else 0
    worsening = one.verdict.trend == DECLINING
    return (WORST_FIRST.index(one.verdict.lamp), not one.sure, not worsening, -quarters, one.member.code)


def _since(lamp: str, past: Mapping[str, str], period: str) -> Since:
    """Red and yellow are one: a base that turned red has stood since it was yellow. A quarter without a verdict ends the
    run."""
    alike = WARNINGS if lamp in WARNINGS else (lamp,)
    first, quarters = period, 1
    while past.get(earlier := periods.shift(first, -1)) in alike:
        first, quarters = earlier, quarters + 1
    return Since(first, quarters, quarters > 1 and first == min(past, default=first))


def _lamps_before(connection: Connection, scope: Scope, publication: Publication) -> dict[str, dict[str, str]]:
    """Base → quarter → its lamp, of the quarters before in which the scope saw the base by name."""
    of = {one.code: one.period for one in window(connection, scope, publication)}
    verdict, standing = schema.verdict.c, schema.standing.c
    rows = connection.execute(
        select(verdict.publication, verdict.base, verdict.lamp, standing.province)
        .join_from(
            schema.verdict,
            schema.standing,
            (standing.publication == verdict.publication) & (standing.base == verdict.base),
        )
        .where(verdict.publication.in_(list(of)))
    )
    found: dict[str, dict[str, str]] = {}
    for name, base, lamp, province in rows:
        if scope.allows_base(_Place(base, province)):
            found.setdefault(base, {})[of[name]] = lamp
    return found


@dataclass(frozen=True)
class _Place:
    code: str
    province: str
