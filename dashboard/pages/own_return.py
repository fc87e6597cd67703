"""A base's own return of a quarter, as its reporter meets it: is it submitted, what is to be done, what was found."""

from collections.abc import Mapping

from dash import html

from dashboard import components as c
from dashboard import numbers, outcome, return_words, urls
from dashboard.components import Part
from dashboard.frame import page
from dashboard.pages import own_findings, own_history, own_steps, own_values
from dashboard.view import View
from etl import events
from etl.form import load_form
from etl.status import MISSING
from etl.versions import ACCEPTED, CHECKED, DRAFT, FINAL, RETURNED, SUBMITTED
from indicators.repository import UnknownBase
from indicators.repository import returns as desks
from indicators.repository.quarters import quarters_asked
from indicators.repository.returns import Desk


def render(shown: View, query: Mapping[str, str], base_code: str, quarter: str) -> Part:
    """The page for a viewer and the choices in its address."""
    state, here = shown.state(query), urls.return_path(base_code, quarter)
    try:
        desk = shown.ask_now(desks.desk, base_code, quarter)
    except UnknownBase:
        return page(shown, state, here, _not_asked(shown, base_code))
    return page(shown, state, here, _content(shown, desk), [_choose_quarter(shown, base_code, here)])


def _not_asked(shown: View, base: str) -> Part:
    asked = shown.ask_now(quarters_asked, base)
    links = [
        html.Li(html.A(return_words.state_text(shown, known), href=urls.return_path(base, known.period)))
        for known in reversed(asked)
    ]
    text = shown.say("return.not_asked_help" if links else "return.never_asked")
    return c.empty(shown.say("return.not_asked"), text, html.Ul(links))


def _choose_quarter(shown: View, base: str, here: str) -> Part:
    """The quarters in which the base was asked, each with where its return stands."""
    options = [
        (urls.return_path(base, known.period), return_words.state_text(shown, known))
        for known in reversed(shown.ask_now(quarters_asked, base))
    ]
    return c.chooser(shown.say("choose.quarter"), options, here, "quarter")


def _content(shown: View, desk: Desk) -> list[Part]:
    beside = shown.ask_now(desks.beside, desk.base.code, desk.quarter.period)
    told = outcome.told(desk.base.code, desk.quarter.period)
    work = [
        own_steps.steps(shown, desk, beside),
        _told(told, "findings"),
        *own_findings.findings(shown, desk, beside),
        _told(told, "papers"),
        own_history.papers(shown, desk),
    ]
    return [
        _told(told, ""),
        _head(shown, desk),
        html.Div([html.Div(work, className="work"), own_history.aside(shown, desk)], className="return-columns"),
        own_values.values(shown, desk, beside),
    ]


def _told(told: outcome.Told | None, here: str) -> Part:
    """What came of what was just sent, where it is about this part of the page."""
    if told is None or told.at != here:
        return None
    return html.P(told.text, id="told", className="told" if told.good else "told bad", role="status", tabIndex="-1")


# The head: the one sentence everything else serves -------------------------------------------------------------------


def _head(shown: View, desk: Desk) -> Part:
    kind = load_form().types[desk.base.type].name[shown.language]
    about = shown.say("list.middot").join([desk.base.name[shown.language], desk.base.code, kind])
    key = situation(desk)
    return html.Header(
        [
            html.P(about, className="about"),
            html.Div([c.h1(_sentence(shown, desk, key), None), html.P(_due(shown, desk), className=_due_class(desk))]),
            _reason(shown, desk),
            html.P(_next(shown, desk, key), className="next"),
        ],
        className=f"return-head is-{key}",
    )


def situation(desk: Desk) -> str:
    """What the page's first sentence is about."""
    newest = desk.newest
    if newest and newest.state in (SUBMITTED, ACCEPTED, FINAL):
        return newest.state
    if desk.locked:
        return "locked"
    if desk.reporting.pending:
        return "revision"
    return newest.state if newest and newest.state == RETURNED else "unsubmitted"


def _sentence(shown: View, desk: Desk, key: str) -> str:
    day = {
        SUBMITTED: return_words.last(desk.events, events.SUBMITTED),
        ACCEPTED: return_words.last(desk.events, events.ACCEPTED),
        FINAL: return_words.last(desk.events, events.FINAL),
        RETURNED: return_words.last(desk.events, events.RETURNED),
    }.get(key)
    places = {
        "quarter": numbers.quarter(desk.quarter.period, shown.language),
        "n": desk.newest.version if desk.newest else 0,
        "day": numbers.day(day.day, shown.language) if day else "",
        "who": shown.say(f"return.level.{day.level}") if day else "",
        "old": next((version.version for version in reversed(desk.versions) if version.in_force), 0),
    }
    return shown.say(f"return.title.{key}", **places)


def _due(shown: View, desk: Desk) -> str:
    """Whether the quarter has ended, and how long there is still or was."""
    parts = [shown.say("return.locked")] if desk.locked else []
    return shown.say("list.middot").join([*parts, _timely(shown, desk)])


def _timely(shown: View, desk: Desk) -> str:
    """How long there is still; once that is settled, whether it was in time."""
    known, language = desk.reporting, shown.language
    if desk.reopened_until:
        return shown.say("return.reopened_until", day=numbers.day(desk.reopened_until, language))
    if known.first_valid is None and not desk.quarter.locked:
        return return_words.due(shown, desk.quarter.due)
    places = {"day": numbers.day(desk.quarter.due, language)}
    if known.first_valid is None:
        return shown.say("return.due.was", **places)
    if desk.newest and desk.newest.state in (CHECKED, DRAFT, RETURNED) and known.accepted is None:
        return return_words.due(shown, desk.quarter.due)
    return shown.say("return.due.late" if known.late else "return.due.in_time", **places)


def _due_class(desk: Desk) -> str:
    return "due overdue" if desk.reporting.overdue else "due"


def _reason(shown: View, desk: Desk) -> Part:
    """Why it was sent back: nothing on the page matters more then."""
    back = return_words.last(desk.events, events.RETURNED)
    if not desk.newest or not back or desk.newest.state != RETURNED:
        return None
    return html.Blockquote([html.P(back.reason), html.Footer(return_words.signed(shown, back))], className="sent-back")


def _next(shown: View, desk: Desk, key: str) -> str:
    if key in ("unsubmitted", "revision"):
        newest = desk.newest
        if desk.reporting.state == MISSING:
            key = "missing"
        elif newest and newest.state == DRAFT:
            key = "errors"
        else:
            key = "queries" if desk.open_queries else "ready"
    elif key in own_steps.IN_HAND and desk.open_queries:
        key = "since"
    elif key == SUBMITTED and own_history.paper_wanted(desk):
        key = "cover"
    elif key == FINAL and desk.locked:
        key = "final_locked"
    return shown.say(f"return.next.{key}")
