"""A return in words: where it stands, when it is due, what happened to it."""

from datetime import date, datetime

from dash import html

from dashboard import components as c
from dashboard import numbers
from dashboard.components import Part
from dashboard.view import View
from etl import events
from etl.clock import local, today
from etl.events import OPERATOR, Event
from etl.status import MISSING, Reporting
from etl.versions import ACCEPTED, CHECKED, DRAFT, FINAL, RETURNED, SUBMITTED, Version

SHAPES = {MISSING: "○", DRAFT: "■", CHECKED: "◆", SUBMITTED: "▶", RETURNED: "◀", ACCEPTED: "●", FINAL: "✓"}
"""Each state has a shape, so that colour is never alone. Its word is `state.*` in the texts, its colour `.at-*` in
basewatch.css, on every page the same."""


def state_word(view: View, state: str) -> str:
    return view.say(f"state.{state}")


def chip(state: str) -> html.Span:
    """The state's shape on its colour."""
    return html.Span(SHAPES[state], className=f"chip at-{state}", **c.aria(hidden="true"))


def state_mark(view: View, state: str) -> Part:
    """The state as its shape, its colour and its word."""
    return html.Span([chip(state), state_word(view, state)], className="state-mark")


def state_text(view: View, known: Reporting) -> str:
    """The same in a list to choose from; a newer version on its way counts more than the one in force."""
    state = known.pending or known.state
    return f"{numbers.quarter(known.period, view.language)} {SHAPES[state]} {state_word(view, state)}"


def moment(view: View, at: datetime) -> str:
    """A stored time on the programme's clock: 8 Oct 2026, 14:02."""
    return view.say("return.moment", day=numbers.day(at, view.language), time=f"{local(at):%H:%M}")


def happened_at(view: View, event: Event) -> str:
    """When an event counts as happened: to the minute, unless it was noted on another day."""
    return moment(view, event.at) if local(event.at).date() == event.day else numbers.day(event.day, view.language)


def due(view: View, due_day: date) -> str:
    """ "due 20 Oct 2026, 6 days left" """
    left = (due_day - today()).days
    key = {1: "one_left", 0: "today", -1: "one_over"}.get(left, "left" if left > 0 else "over")
    return view.say(f"return.due.{key}", day=numbers.day(due_day, view.language), n=abs(left))


def who(view: View, event: Event) -> str:
    """Who did it: a reporter reads people of its own base by name, others by their level."""
    return event.by if event.level in (events.BASE, OPERATOR) else view.say(f"return.level.{event.level}")


def event_words(view: View, event: Event) -> str:
    return view.say(f"return.event.{event.event}", n=event.version or "", who=who(view, event))


def last(happened: tuple[Event, ...], *kinds: str, version: int | None = None) -> Event | None:
    """The latest event of these kinds (of that version)."""
    found = [one for one in happened if one.event in kinds and version in (None, one.version)]
    return found[-1] if found else None


def submission(happened: tuple[Event, ...], version: Version) -> Event | None:
    """The submission of a version that stands; None when it was never submitted, or taken back."""
    latest = last(happened, events.SUBMITTED, events.TAKEN_BACK, version=version.version)
    return latest if latest and latest.event == events.SUBMITTED else None


def signed(view: View, event: Event) -> str:
    """ "the province (cora), 8 Oct 2026, 14:02" """
    return view.say("return.signed", who=who(view, event), when=happened_at(view, event))
