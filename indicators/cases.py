"""The case of a base that was flagged, or that deserves an honour: from the notice to a signed decision.

    –  ─notify→ notified ─answer, plan→ answered ─opinion→ considered ─propose→ proposed ─sign→ decided
                       └─withdraw→ withdrawn                   ↑──────── refuse ────┘      (notify opens it anew)

A base has a right of reply, with notice and a deadline, before anything is decided. Who lets a deadline pass does not
stop the case: the next in turn may go on without (`lapse` hands an unanswered notice to the province). A notice that
nobody has answered may be withdrawn. Steps are only ever added, each with its day, author and text; people decide, and
nothing here follows from a number alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from etl import audit, schema
from etl.clock import now, today
from etl.events import BASE, NATION, PROVINCE, Actor
from etl.force import NotPossible
from etl.warehouse import insert
from indicators.definition import Cases

APPROVER = "approver"
"""The level of whoever signs; the others are those of returns (etl.events)."""
LONGEST = 4_000
"""Characters of a text that are kept."""

NOTIFIED, ANSWERED, CONSIDERED, PROPOSED, DECIDED = "notified", "answered", "considered", "proposed", "decided"
WITHDRAWN = "withdrawn"
STATES = (NOTIFIED, ANSWERED, CONSIDERED, PROPOSED, DECIDED, WITHDRAWN)
ENDED = (DECIDED, WITHDRAWN)
"""Where nobody is in turn any more; a new notice opens the case anew."""

NOTIFY, WITHDRAW, ANSWER, PLAN, LAPSE, OPINION, PROPOSE, SIGN, REFUSE = (
    "notify", "withdraw", "answer", "plan", "lapse", "opinion", "propose", "sign", "refuse",
)  # fmt: skip
FALSE_DATA, LIFT = "false_data", "lift"
"""A person found the base's data of that quarter false, or took the finding back; neither moves the case."""

CLEAR, KEEP_WATCHING, PROPOSE_ADJUSTMENT, PROPOSE_HONOUR = "clear", "keep_watching", "adjust", "honour"
DECISIONS = (CLEAR, KEEP_WATCHING, PROPOSE_ADJUSTMENT, PROPOSE_HONOUR)
NEED_FINAL = (PROPOSE_ADJUSTMENT, PROPOSE_HONOUR)
"""Decisions that rest on a signed final or revised publication of the case's quarter."""
SETTLED = ("final", "revised")


@dataclass(frozen=True)
class Step:
    """One way on: from which states (None: no case yet), to which (None: it stays), and whose step it is. `overdue`:
    states from which it is possible once their deadline has passed."""

    sources: tuple[str | None, ...]
    target: str | None
    level: str
    overdue: tuple[str, ...] = ()


ANY = (None, *STATES)
STEPS: Mapping[str, Step] = {
    NOTIFY: Step((None, *ENDED), NOTIFIED, NATION),
    WITHDRAW: Step((NOTIFIED,), WITHDRAWN, NATION),
    ANSWER: Step((NOTIFIED, ANSWERED), ANSWERED, BASE),
    PLAN: Step((NOTIFIED, ANSWERED), ANSWERED, BASE),
    LAPSE: Step((), ANSWERED, NATION, overdue=(NOTIFIED,)),
    OPINION: Step((ANSWERED,), CONSIDERED, PROVINCE, overdue=(NOTIFIED,)),
    PROPOSE: Step((CONSIDERED,), PROPOSED, NATION, overdue=(ANSWERED,)),
    SIGN: Step((PROPOSED,), DECIDED, APPROVER),
    REFUSE: Step((PROPOSED,), CONSIDERED, APPROVER),
    FALSE_DATA: Step(ANY, None, APPROVER),
    LIFT: Step(ANY, None, APPROVER),
}


@dataclass(frozen=True)
class Event:
    """One step as it was taken. `publication`: what it rests on; `due`: until when the next one may take."""

    base: str
    period: str
    number: int
    event: str
    publication: str | None
    decision: str | None
    due: date | None
    day: date
    at: datetime
    by: str
    level: str
    text: str


@dataclass(frozen=True)
class Case:
    """A base's case, by its steps, oldest first; without any it is not opened."""

    base: str
    period: str
    events: tuple[Event, ...] = ()

    @property
    def _moves(self) -> list[Event]:
        return [event for event in self.events if STEPS[event.event].target]

    @property
    def state(self) -> str | None:
        return STEPS[self._moves[-1].event].target if self._moves else None

    @property
    def due(self) -> date | None:
        """Until when whoever is in turn should act; None where there is no deadline."""
        return self._moves[-1].due if self._moves else None

    @property
    def publication(self) -> str | None:
        """The publication that the notice rests on."""
        return self._last(NOTIFY, "publication")

    @property
    def proposal(self) -> Event | None:
        """The decision that waits for its signature."""
        return self._moves[-1] if self.state == PROPOSED else None

    @property
    def decision(self) -> Event | None:
        return self._moves[-1] if self.state == DECIDED else None

    @property
    def turn(self) -> str | None:
        """The level that is in turn; None before a case and after its end."""
        return TURNS.get(self.state or "")

    @property
    def false_data(self) -> bool:
        """Whether a finding of false data stands."""
        found = [event.event for event in self.events if event.event in (FALSE_DATA, LIFT)]
        return bool(found) and found[-1] == FALSE_DATA

    def overdue(self, day: date | None = None) -> bool:
        return self.due is not None and (day or today()) > self.due

    def allows(self, step: str, day: date | None = None) -> bool:
        """Whether the case stands where that step can be taken, whoever takes it."""
        way = STEPS[step]
        if (step == LIFT and not self.false_data) or (step == FALSE_DATA and self.false_data):
            return False
        if self.state in way.sources:
            return True
        return self.state in way.overdue and self.overdue(day)

    def _last(self, event: str, field: str) -> str | None:
        found = [getattr(one, field) for one in self.events if one.event == event]
        return found[-1] if found else None


TURNS = {NOTIFIED: BASE, ANSWERED: PROVINCE, CONSIDERED: NATION, PROPOSED: APPROVER}


def steps_for(case: Case, levels: Sequence[str], day: date | None = None) -> list[str]:
    """The steps that somebody who acts at those levels may take now."""
    return [name for name, step in STEPS.items() if step.level in levels and case.allows(name, day)]


def take(
    connection: Connection,
    case: Case,
    step: str,
    actor: Actor,
    text: str,
    days: Cases,
    publication: str | None = None,
    decision: str | None = None,
    remark: str = "",
) -> Event:
    """Adds one step to a case that was read in this transaction. `publication`: what a notice, a proposal or a signature
    rests on; `remark`: what is kept below the text. Raises NotPossible, saying why and what to do."""
    if STEPS[step].level != actor.level or not case.allows(step):
        raise NotPossible(
            "This step cannot be taken now. Load the page again to see where the case stands.",
            "目前不能进行此步骤。请重新载入页面查看进展。",
        )
    if not text.strip():
        raise NotPossible(
            "Write the reason: it is kept with the case, for everyone who is part of it.",
            "请写明理由:理由将随案卷保存,供各方查阅。",
        )
    if len(text) > LONGEST:
        raise NotPossible(f"Keep the text within {LONGEST:,} characters.", f"文字请控制在{LONGEST:,}字以内。")
    if step == NOTIFY:
        _require_publication(connection, case, publication)
    if step == PROPOSE:
        _require_decision(connection, case, decision)
    if step == SIGN:
        decision = _signed(case, actor)
        _require_decision(connection, case, decision)
    event = Event(
        case.base, case.period, len(case.events) + 1, step, publication if step in (NOTIFY, PROPOSE, SIGN) else None,
        decision if step in (PROPOSE, SIGN) else None, _due(case, step, days), today(), now(), actor.name[:80],
        actor.level, "\n\n".join(part for part in (text.strip(), remark) if part),
    )  # fmt: skip
    insert(connection, schema.case_event, [vars(event)])
    key = case.base, case.period, event.number
    audit.note(connection, f"case.{step}", "case_event", *key, by=actor.name, decision=decision, text=event.text)
    return event


def _due(case: Case, step: str, days: Cases) -> date | None:
    """The base's deadline runs from the notice, the province's from the reply. A later reply does not move it."""
    if step == NOTIFY:
        return today() + timedelta(days.reply_days)
    if step in (ANSWER, PLAN, LAPSE):
        return case.due if case.state == ANSWERED else today() + timedelta(days.opinion_days)
    return None


def _require_publication(connection: Connection, case: Case, publication: str | None) -> None:
    """Nobody is notified of figures that may still be replaced."""
    table = schema.publication.c
    found = connection.execute(
        select(table.vintage).where(table.publication == (publication or ""), table.period == case.period)
    ).scalar()
    if found in (None, "working"):
        raise NotPossible(
            f"A notice rests on a publication that stays, and {case.period} has only working figures. The programme's "
            "administrator can publish them.",
            f"通知须以固定的发布结果为依据,而{case.period}仅有过程数据。请联系项目管理员公布。",
        )


def _require_decision(connection: Connection, case: Case, decision: str | None) -> None:
    if decision not in DECISIONS:
        raise NotPossible("Choose the decision that you propose.", "请选择拟作出的决定。")
    table, approval = schema.publication.c, schema.approval.c
    signed = (
        select(func.count())
        .select_from(schema.publication)
        .join(schema.approval, approval.publication == table.publication)
        .where(table.period == case.period, table.vintage.in_(SETTLED))
    )
    if decision in NEED_FINAL and not connection.execute(signed).scalar():
        raise NotPossible(
            f"Adjustment and honour rest on final figures that an approver has signed, and {case.period} has none yet. "
            "The programme's administrator publishes it as final, and an approver signs it (page Publications). Until then, "
            "keep watching.",
            f"调整或表彰须以已签批的最终数据为依据,而{case.period}尚无此类数据。须先由项目管理员作最终发布,再由签批人签批(见“公布结果”页);"
            "在此之前可继续观察。",
        )


def _signed(case: Case, actor: Actor) -> str | None:
    """The decision that is signed. Four eyes: nobody signs what they proposed."""
    proposal = case.proposal
    assert proposal is not None
    if proposal.by == actor.name:
        raise NotPossible(
            "You proposed this decision, so somebody else has to sign it.",
            "该决定由您提出,须由他人签批。",
        )
    return proposal.decision


# Reading -----------------------------------------------------------------------------------------------------------------

_EVENT = [schema.case_event.c[name] for name in Event.__dataclass_fields__]
_ORDER = [schema.case_event.c[name] for name in ("base", "period", "number")]


def case(connection: Connection, base: str, period: str) -> Case:
    """A base's case of a quarter; one without events where none was opened."""
    table = schema.case_event.c
    rows = connection.execute(select(*_EVENT).where(table.base == base, table.period == period).order_by(*_ORDER))
    return Case(base, period, tuple(Event(*row) for row in rows))


def cases(connection: Connection, base: str | None = None) -> list[Case]:
    """Every case, or those of one base, by base and quarter."""
    wanted = select(*_EVENT).order_by(*_ORDER)
    if base is not None:
        wanted = wanted.where(schema.case_event.c.base == base)
    found: dict[tuple[str, str], list[Event]] = {}
    for row in connection.execute(wanted):
        found.setdefault((row.base, row.period), []).append(Event(*row))
    return [Case(*key, tuple(events)) for key, events in found.items()]


def false_data(connection: Connection) -> frozenset[tuple[str, str]]:
    """(base, quarter) whose data a person found false, and the finding stands."""
    table = schema.case_event.c
    rows = connection.execute(
        select(table.base, table.period, table.event).where(table.event.in_((FALSE_DATA, LIFT))).order_by(*_ORDER)
    )
    last = {(row.base, row.period): row.event for row in rows}
    return frozenset(key for key, event in last.items() if event == FALSE_DATA)
