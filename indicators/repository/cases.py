"""Cases as each person may see and move them: the nation all, a province those of its bases, a base its own. Who approves
signs, and neither notifies nor proposes: so four eyes hold whatever somebody's name is."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from etl.events import BASE, NATION, PROVINCE, Actor
from etl.registry import Base, Registry
from etl.warehouse import reading, writing
from indicators import cases as life
from indicators.cases import APPROVER, Case
from indicators.definition import load_definitions
from indicators.doubts import Doubt, Said, doubt
from indicators.repository.publications import Publication, every_publication
from indicators.repository.returns import known_base
from indicators.repository.verdicts import Verdict, verdicts
from indicators.scope import NotAllowed, Scope


@dataclass(frozen=True)
class CaseRow:
    """A case with its base as it was in the case's quarter. `steps`: what the viewer may do now."""

    base: Base
    case: Case
    steps: tuple[str, ...]


def levels_of(scope: Scope) -> tuple[str, ...]:
    """The levels at which somebody with that scope acts in a case."""
    if not scope.acts:
        return ()
    match scope.role:
        case "national":
            return (APPROVER,) if scope.approves else (NATION,)
        case "province":
            return (PROVINCE,)
        case "base":
            return (BASE,)
    return ()


def cases(connection: Connection, scope: Scope) -> tuple[CaseRow, ...]:
    """Every case that the scope may see: first those in which the viewer is in turn, then the open ones, the newest
    quarter first."""
    opened = life.cases(connection)
    if not opened:  # at no cost of reading every base: each page asks how many wait
        return ()
    registry, settled = Registry(connection), _settled(connection, scope)
    found = []
    for one in opened:
        base = registry.base(one.base, one.period)
        if base is not None and scope.allows_base(base):
            found.append(_row(scope, base, one, settled))
    found.sort(key=lambda row: row.base.code)
    found.sort(key=lambda row: row.case.period, reverse=True)
    levels = levels_of(scope)
    return tuple(sorted(found, key=lambda row: (row.case.turn not in levels, row.case.turn is None)))


def waiting(connection: Connection, scope: Scope) -> int:
    """In how many cases the viewer is in turn."""
    levels = levels_of(scope)
    return sum(row.case.turn in levels for row in cases(connection, scope))


def case(connection: Connection, scope: Scope, base: str, period: str) -> CaseRow:
    """A base's case of a quarter, opened or not. Raises NotAllowed, UnknownBase."""
    known = known_base(Registry(connection), scope, base, period)
    return _row(scope, known, life.case(connection, base, period), _settled(connection, scope))


def cases_of(connection: Connection, scope: Scope, base: str) -> tuple[Case, ...]:
    """A base's cases, the newest quarter first. Raises NotAllowed for a base outside the scope."""
    known = Registry(connection).latest(base)
    if known is None or not scope.allows_base(known):
        raise NotAllowed(base)
    return tuple(reversed(life.cases(connection, base)))


def standing_cases(connection: Connection, scope: Scope, period: str) -> dict[str, CaseRow]:
    """Base → the case that matters in that quarter, of every base of the scope: the quarter's own; where none was opened,
    the newest one of before that is still open; else the quarter's own, not opened yet."""
    registry, settled = Registry(connection), _settled(connection, scope)
    known: dict[str, list[Case]] = {}
    for one in life.cases(connection):
        if one.period <= period and (one.period == period or one.turn):
            known.setdefault(one.base, []).append(one)
    found = {}
    for base in registry.bases(period):
        if scope.allows_base(base):
            one = known.get(base.code, [Case(base.code, period)])[-1]
            found[base.code] = _row(scope, registry.base(base.code, one.period) or base, one, settled)
    return found


def _row(scope: Scope, base: Base, one: Case, settled: Sequence[Publication]) -> CaseRow:
    steps = life.steps_for(one, levels_of(scope))
    if not _of(settled, one.period):  # nothing that a notice could rest on
        steps = [step for step in steps if step != life.NOTIFY]
    return CaseRow(base, one, tuple(steps))


# What a step rests on ----------------------------------------------------------------------------------------------------


def _settled(connection: Connection, scope: Scope) -> list[Publication]:
    """What is published and stays, by quarter, the least settled first."""
    return [one for one in every_publication(connection, scope) if one.settled]


def _of(settled: Sequence[Publication], period: str) -> list[Publication]:
    return [one for one in settled if one.period == period]


def grounds(connection: Connection, scope: Scope, base: str, period: str) -> Publication | None:
    """The publication that a notice would rest on: the newest of the highest vintage that stays; None without one."""
    known_base(Registry(connection), scope, base, period)
    return next(iter(_of(_settled(connection, scope), period)[::-1]), None)


def decisive(connection: Connection, scope: Scope, base: str, period: str) -> Publication | None:
    """The publication that adjustment and honour would rest on: the newest final or revised one that is signed."""
    known_base(Registry(connection), scope, base, period)
    signed = [
        one for one in _of(_settled(connection, scope), period) if one.vintage in life.SETTLED and not one.unsigned
    ]
    return next(iter(signed[::-1]), None)


def verdict_of(connection: Connection, scope: Scope, publication: str, base: str, period: str) -> Verdict | None:
    """What a publication says of a base; None for one that was made before there were verdicts."""
    known_base(Registry(connection), scope, base, period)
    found = [one for one in every_publication(connection, scope) if one.code == publication]
    return verdicts(connection, scope, found[0]).get(base) if found else None


def rests_on(connection: Connection, scope: Scope, one: Case, step: str, decision: str | None) -> str | None:
    """The name of the publication on which the case's step would rest; None for steps that rest on none."""
    if step == life.SIGN:  # what is signed rests on what its proposal did, or on what was signed since
        decision = one.proposal.decision if one.proposal else None
    if step not in (life.NOTIFY, life.PROPOSE, life.SIGN):
        return None
    found = (decisive if decision in life.NEED_FINAL else grounds)(connection, scope, one.base, one.period)
    return found.code if found else None


def doubt_of(connection: Connection, scope: Scope, one: Case, step: str, decision: str | None = None) -> Doubt | None:
    """What speaks against a step (of a proposal: against that decision)."""
    if step == life.SIGN:
        decision = one.proposal.decision if one.proposal else None
    publication = rests_on(connection, scope, one, step, decision)
    if publication is None:
        return None
    verdict = verdict_of(connection, scope, publication, one.base, one.period)
    said = Said(verdict.lamp, verdict.grade, verdict.proposal) if verdict else None
    return doubt(step, decision, publication, said)


# Moving a case -----------------------------------------------------------------------------------------------------------


def take(
    engine: Engine,
    scope: Scope,
    who: str,
    base: str,
    period: str,
    step: str,
    text: str,
    seen: int,
    decision: str = "",
    known: bool = False,
) -> Case:
    """Takes one step and returns the case as it is then. `seen`: how many steps there were on the page; somebody who
    decides on an older state is told to look again. `known`: they say that they know what speaks against the step; it is
    kept with it. Raises NotAllowed, UnknownBase, NotPossible."""
    if step not in life.STEPS or life.STEPS[step].level not in levels_of(scope):
        raise NotAllowed(step)
    with writing(engine) as connection:
        known_base(Registry(connection), scope, base, period)
        now = life.case(connection, base, period)
        if len(now.events) != seen:
            raise life.NotPossible(
                "Something has happened in this case since you loaded the page. Look at it again.",
                "页面载入后案卷已有新进展。请重新查看。",
            )
        against = doubt_of(connection, scope, now, step, decision or None)
        if against and not known:
            raise life.NotPossible(
                f"{against.words.en}. If you go on nevertheless, tick that you know.",
                f"{against.words.zh}。如仍要继续，请勾选已知悉。",
            )
        actor, days = Actor(who, life.STEPS[step].level), load_definitions().method.cases
        ground = rests_on(connection, scope, now, step, decision or None)
        remark = against.remark if against else ""
        life.take(connection, now, step, actor, text, days, ground, decision or None, remark)
    with reading(engine) as connection:
        return life.case(connection, base, period)
