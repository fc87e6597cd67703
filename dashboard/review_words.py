"""A return in words, as those who review it read it: where it stands, since when, late or not, what happened to it."""

from datetime import date

from dashboard import numbers
from dashboard.return_words import state_word
from dashboard.view import View
from etl.clock import today
from etl.events import OPERATOR, Event
from etl.form import load_form
from etl.registry import Base
from etl.status import Reporting
from indicators.repository import Member


def day(view: View, when: date | None) -> str:
    return numbers.day(when, view.language) if when else numbers.NONE


def quarter(view: View, period: str) -> str:
    return numbers.quarter(period, view.language)


def type_name(view: View, base: Base | Member) -> str:
    types = load_form().types
    return types[base.type].name[view.language] if base.type in types else base.type


def province_name(view: View, base: Base | Member) -> str:
    provinces = load_form().provinces
    return provinces[base.province].name[view.language] if base.province in provinces else base.province


def about(view: View, base: Base | Member) -> str:
    """Type and province, below a base's name."""
    return view.say("list.middot").join((type_name(view, base), province_name(view, base)))


def days_late(known: Reporting) -> int:
    """How many days after the due day the first error-free version came, or how many have passed without one."""
    if known.due is None or not (known.late or known.overdue):
        return 0
    return ((known.first_valid or today()) - known.due).days


def timeliness(view: View, known: Reporting) -> str:
    """Late, overdue or in time, in words; empty while it is not due."""
    n = days_late(known)
    if known.overdue:
        return view.say("board.overdue_by_one" if n == 1 else "board.overdue_by", n=n)
    if known.late:
        return view.say("board.late_by_one" if n == 1 else "board.late_by", n=n)
    return view.say("board.in_time") if known.late is False else ""


def in_words(view: View, known: Reporting) -> str:
    """A cell of the board for those who hear it or stop at it."""
    parts = [state_word(view, known.state)]
    if known.first_received:
        parts.append(view.say("board.received_on", day=day(view, known.first_received)))
    parts.append(timeliness(view, known))
    if known.pending:
        parts.append(view.say("board.pending", state=state_word(view, known.pending)))
    told = view.say("list.comma").join(part for part in parts if part)
    return view.say("board.cell", base=known.base.name[view.language], quarter=quarter(view, known.period), told=told)


# Events ----------------------------------------------------------------------------------------------------------------


def event_words(view: View, event: Event) -> str:
    level = view.say(f"review.level.{event.level}")
    who = level if event.level == OPERATOR else view.say("review.by", level=level, name=event.by)
    return view.say(f"review.event.{event.event}", n=event.version or numbers.NONE, who=who)
