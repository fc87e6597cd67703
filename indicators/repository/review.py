"""What reviewers do with returns: accept or send back, one or many; reopen a quarter for a base; remind.

Every function takes the Scope: a province decides on its own bases, the nation on what a province has accepted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine

from etl import events, returns
from etl.catalogue import Text
from etl.form import load_form
from etl.registry import Base, Registry
from etl.reminders import UNSENT, words
from etl.status import reporting
from etl.versions import versions
from etl.warehouse import reading, writing
from indicators.repository.returns import known_base
from indicators.repository.sending import Read, actor_of, kept_returns
from indicators.scope import NotAllowed, Scope

DECISIONS = {
    "province": (returns.ACCEPT, returns.SEND_BACK),
    "national": (returns.FINALISE, returns.SEND_BACK),
}
"""Scope → the steps it may decide on."""


@dataclass(frozen=True)
class Chosen:
    """A return as the reviewer saw it."""

    base: str
    period: str
    version: int
    state: str


@dataclass(frozen=True)
class Outcome:
    """What became of one decision; `problem` says why it could not be taken."""

    chosen: Chosen
    problem: Text | None

    @property
    def done(self) -> bool:
        return self.problem is None


def decide(
    engine: Engine, scope: Scope, who: str, step: str, chosen: Sequence[Chosen], reason: str, read: Read
) -> Iterator[Outcome]:
    """Takes one step with each of the returns, each in a transaction of its own, as the outcomes are asked for. Raises
    NotAllowed or UnknownBase for a step or a base outside the scope, and then nothing is done."""
    if not scope.acts or step not in DECISIONS.get(scope.role, ()):
        raise NotAllowed(step)
    with reading(engine) as connection:
        registry = Registry(connection)
        for one in chosen:
            known_base(registry, scope, one.base, one.period)
    return (Outcome(one, _decide(engine, scope, who, step, one, reason, read)) for one in chosen)


def _decide(engine: Engine, scope: Scope, who: str, step: str, chosen: Chosen, reason: str, read: Read) -> Text | None:
    with writing(engine) as connection:
        registry, form = Registry(connection), load_form()
        known_base(registry, scope, chosen.base, chosen.period)
        seen = [
            version
            for version in versions(connection, chosen.base, chosen.period)
            if (version.version, version.state) == (chosen.version, chosen.state)
        ]
        try:
            if not seen:
                raise returns.NotPossible(
                    "This return has changed since the page was loaded. Look at it again.",
                    "页面加载后该报表已有变化。请重新查看。",
                )
            content = kept_returns(connection, read)
            returns.take(connection, form, registry, step, seen[0], actor_of(scope, who), reason, content)
        except returns.NotPossible as problem:
            return problem.message
    return None


def reopen(engine: Engine, scope: Scope, who: str, base: str, period: str, until: date, reason: str) -> None:
    """Lets one base send for a locked quarter until a day. For the nation only. Raises NotPossible."""
    if scope.role != "national" or not scope.acts:
        raise NotAllowed(base)
    with writing(engine) as connection:
        known_base(Registry(connection), scope, base, period)
        returns.reopen(connection, base, period, until, actor_of(scope, who), reason)


# Reminders


@dataclass(frozen=True)
class Reminder:
    """A base that has not submitted, and what to write to it. `reminded`: the day of the last reminder."""

    base: Base
    state: str
    reminded: date | None
    subject: Text
    text: Text


def reminders(connection: Connection, scope: Scope, period: str) -> tuple[Reminder, ...]:
    """The scope's bases whose return of the quarter is not submitted yet, with the words to send."""
    if scope.role == "base":
        raise NotAllowed(period)
    registry = Registry(connection)
    found = []
    for known in reporting(connection, registry, period):
        if scope.allows_base(known.base) and known.state in UNSENT:
            subject, text = words(known.base, period, known.state, known.due)
            found.append(Reminder(known.base, known.state, known.reminded, subject, text))
    return tuple(found)


def remind(engine: Engine, scope: Scope, who: str, period: str, bases: Sequence[str]) -> int:
    """Notes that these bases were reminded. Returns how many. Raises NotAllowed for a base outside the scope."""
    if scope.role == "base" or not scope.acts:
        raise NotAllowed(period)
    with writing(engine) as connection:
        registry = Registry(connection)
        for base in bases:
            known_base(registry, scope, base, period)
            events.note(connection, base, period, actor_of(scope, who), events.REMINDED)
    return len(bases)
