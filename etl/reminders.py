"""Reminding bases of returns that are not handed in: whom, when, and in which words.

By e-mail each base is reminded once before the due day and once after it. What was sent is an event of the return; on
which side of the due day it was follows from its day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from etl.catalogue import Text
from etl.clock import today
from etl.config import settings
from etl.contacts import contacts
from etl.events import OPERATOR, REMINDED, Actor, Event, events_of_quarter
from etl.form import load_form
from etl.registry import Base, Quarter, Registry
from etl.status import MISSING, reporting
from etl.versions import CHECKED, DRAFT, RETURNED

UNSENT = (MISSING, DRAFT, CHECKED, RETURNED)
"""The states in which a return waits for its base."""
BY_MAIL = Actor("e-mail", OPERATOR)
BEFORE, AFTER = "before", "after"
LONGEST = 30
"""Days after the due day from which on nobody is reminded unless the quarter is named: the first run on an archive must
not write to everybody about years ago."""


@dataclass(frozen=True)
class Reminder:
    """An e-mail that is to be sent now. `kind`: before or after the due day."""

    base: Base
    period: str
    kind: str
    subject: Text
    text: Text
    emails: tuple[str, ...]


def quarters_to_remind_of(registry: Registry) -> list[str]:
    """The open quarters that are due soon, or were not long ago."""
    soon, long_ago = today() + timedelta(settings().remind_before_days), today() - timedelta(LONGEST)
    known = (registry.quarters[period] for period in registry.open_periods())
    return [quarter.period for quarter in known if long_ago <= quarter.due <= soon]


def kind_now(quarter: Quarter) -> str | None:
    """Which reminder it is time for, if any."""
    chosen, days = settings(), (today() - quarter.due).days
    if days > 0:
        return AFTER if chosen.remind_after_days and days >= chosen.remind_after_days else None
    return BEFORE if chosen.remind_before_days and -days <= chosen.remind_before_days else None


def due_reminders(connection: Connection, registry: Registry, period: str) -> Iterator[Reminder]:
    """What is to be sent now about a quarter, by the bases' codes; with no addresses where none is known."""
    quarter = registry.quarters[period]
    kind = kind_now(quarter)
    if kind is None:
        return
    known, happened = contacts(connection), events_of_quarter(connection, period)
    for one in reporting(connection, registry, period):
        if one.state in UNSENT and kind not in _sent(happened.get(one.base.code, ()), quarter.due):
            subject, text = words(one.base, period, one.state, one.due)
            yield Reminder(one.base, period, kind, subject, text, known.get(one.base.code, ()))


def _sent(happened: Sequence[Event], due: date) -> set[str]:
    """The kinds of e-mail that a base has had."""
    by = (BY_MAIL.name, BY_MAIL.level)
    mailed = (event for event in happened if event.event == REMINDED and (event.by, event.level) == by)
    return {AFTER if event.day > due else BEFORE for event in mailed}


def words(base: Base, period: str, state: str, due: date | None) -> tuple[Text, Text]:
    """(subject, text) of a reminder."""
    form = load_form()
    name, programme = base.name, form.programme.name
    past = due is not None and today() > due
    told = {
        "missing": ("nothing has come in yet", "尚未收到报表"),
        "draft": ("the file that came in has errors", "已收到的报表仍有错误"),
        "checked": ("the file is error-free, but was not submitted", "报表已核验,但尚未提交"),
        "returned": ("the return was sent back and waits to be corrected", "报表已退回,待更正"),
    }.get(state, ("the return is not submitted", "报表尚未提交"))
    en = (
        f"{name.en}\n\nYour return for {period} {'was' if past else 'is'} due on {due}; {told[0]}.\n"
        f"Please sign in, mend what is marked, answer the queries and press Submit.\n\n{programme.en}"
    )
    zh = (
        f"{name.zh}:\n\n贵基地{period}报表应于{due}前报送,目前{told[1]}。\n"
        f"请登录系统,更正标出的问题、说明疑问后提交。\n\n{programme.zh}"
    )
    subject = Text(en=f"Return for {period}: {told[0]}", zh=f"{period}报表:{told[1]}")
    return subject, Text(en=en, zh=zh)
