"""Cases as each person may see and move them: the nation all, a province those of its bases, a base its own."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from etl import schema
from etl.events import BASE, NATION, PROVINCE, Actor
from etl.registry import Base, Registry
from etl.warehouse import reading, writing
from indicators import cases as life
from indicators.cases import APPROVER, Case
from indicators.definition import load_definitions
from indicators.repository.returns import known_base
from indicators.scope import NotAllowed, Scope


@dataclass(frozen=True)
class CaseRow:
    """A case with its base as it was in the case's quarter. `steps`: what the viewer may do now."""

    base: Base
    case: Case
    steps: tuple[str, ...]


def levels_of(scope: Scope) -> tuple[str, ...]:
    """The levels at which somebody with that scope acts in a case."""
    match scope.role:
        case "national":
            return (NATION, APPROVER) if scope.approves else (NATION,)
        case "province":
            return (PROVINCE,)
    return (BASE,)


def cases(connection: Connection, scope: Scope) -> tuple[CaseRow, ...]:
    """Every case that the scope may see: first those in which the viewer is in turn, then the open ones, the newest
    quarter first."""
    registry = Registry(connection)
    found = []
    for one in life.cases(connection):
        base = registry.base(one.base, one.period)
        if base is not None and scope.allows_base(base):
            found.append(_row(scope, base, one))
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
    return _row(scope, known, life.case(connection, base, period))


def cases_of(connection: Connection, scope: Scope, base: str) -> tuple[Case, ...]:
    """A base's cases, the newest quarter first. Raises NotAllowed for a base outside the scope."""
    known = Registry(connection).latest(base)
    if known is None or not scope.allows_base(known):
        raise NotAllowed(base)
    return tuple(reversed(life.cases(connection, base)))


def _row(scope: Scope, base: Base, one: Case) -> CaseRow:
    return CaseRow(base, one, tuple(life.steps_for(one, levels_of(scope))))


def grounds(connection: Connection, scope: Scope, base: str, period: str) -> str | None:
    """The publication that a notice would rest on: the newest of the highest vintage that stays; None without one."""
    known_base(Registry(connection), scope, base, period)
    table = schema.publication.c
    rows = connection.execute(
        select(table.publication, table.vintage, table.number).where(
            table.period == period, table.vintage.in_(SETTLING)
        )
    )
    found = sorted(rows, key=lambda row: (SETTLING.index(row.vintage), row.number))
    return found[-1].publication if found else None


SETTLING = ("provisional", "final", "revised")


def take(
    engine: Engine, scope: Scope, who: str, base: str, period: str, step: str, text: str, seen: int, decision: str = ""
) -> Case:
    """Takes one step and returns the case as it is then. `seen`: how many steps there were on the page; somebody who
    decides on an older state is told to look again. Raises NotAllowed, UnknownBase, NotPossible."""
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
        actor, days = Actor(who, life.STEPS[step].level), load_definitions().method.cases
        ground = grounds(connection, scope, base, period) if step == life.NOTIFY else None
        life.take(connection, now, step, actor, text, days, ground, decision or None)
    with reading(engine) as connection:
        return life.case(connection, base, period)
