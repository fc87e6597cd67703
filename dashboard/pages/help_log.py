"""What was published and revised, and what is due and planned: the two tables of the help page."""

from collections.abc import Sequence
from datetime import date

from dash import html

from dashboard import components as c
from dashboard import numbers, permissions, urls
from dashboard.components import Part
from dashboard.help_file import Release, load_help
from dashboard.view import View
from etl.clock import today
from etl.registry import Quarter
from indicators import repository
from indicators.repository import Publication, Revision, returns

SHOWN = 8
"""How many quarters the calendar tells."""


def log(shown: View) -> list[Part]:
    """Every publication that never changes, the newest first, and what it changed of the one before."""
    say, found = shown.say, shown.ask(repository.revisions)
    if not found:
        return [html.P(say("help.no_log"), className="lead")]
    lead = say("help.log_lead" if any(one.before for one in found) else "help.log_none_revised")
    head = [say(f"help.log.{name}") for name in ("day", "publication", "signed", "changed")]
    rows: list[list[Part]] = [
        [
            numbers.day(one.publication.created_at, shown.language),
            [
                numbers.quarter(one.publication.period, shown.language),
                " ",
                say(f"vintage.{one.publication.vintage}"),
                html.Span(one.publication.code, className="under"),
            ],
            _signed(shown, one.publication),
            _changed(shown, one),
        ]
        for one in reversed(found)
    ]
    return [html.P(lead, className="lead"), c.table(head, rows, len(head), "help-log")]


def _signed(shown: View, one: Publication) -> str:
    if one.approved_at:
        return numbers.day(one.approved_at, shown.language)
    return shown.say("publications.unsigned") if one.unsigned else numbers.NONE


def _changed(shown: View, one: Revision) -> Part:
    say, before = shown.say, one.before
    if before is None:
        return say("help.first_of_quarter")
    parts: list[Part] = []
    if one.method:
        parts.append(html.Li(say("help.method_changed")))
    parts.append(
        html.Li(say("help.bases_changed", n=numbers.plain(one.bases)) if one.bases else say("help.no_value_changed"))
    )
    if one.bases:
        parts += _totals(shown, one) if shown.scope.sees_sums else []
    if not shown.may(permissions.COMPARE):
        return html.Ul(parts)
    link = html.A(
        say("publications.since", name=before.code), href=urls.compare_path(before.code, one.publication.code)
    )
    return [html.Ul(parts), link]


def _totals(shown: View, one: Revision) -> list[Part]:
    if one.totals is None:
        return [html.Li(shown.say("help.totals_hidden"))]
    lines = []
    for total in one.totals:
        if total.before != total.now:
            unit, name = total.headline.unit, total.headline.name[shown.language]
            old, new = (numbers.in_sentence(value, unit, shown.language) for value in (total.before, total.now))
            lines.append(html.Li(shown.say("help.total_changed", name=name, before=old, now=new)))
    return lines


# What is due and planned ----------------------------------------------------------------------------------------------


def calendar(shown: View) -> list[Part]:
    """The last quarters and those to come: when returns are due, what is planned, what was published."""
    say = shown.say
    asked: Sequence[Quarter] = shown.ask_now(returns.opened)
    if not asked:
        return [html.P(say("board.nothing"), className="lead")]
    released = [one.publication for one in shown.ask(repository.revisions)]
    planned = load_help().releases
    columns = ("quarter", "due", *(("planned",) if planned else ()), "published")
    head = [say(f"help.calendar.{name}") for name in columns]
    rows: list[list[Part]] = [
        [
            numbers.quarter(quarter.period, shown.language),
            _due(shown, quarter.due),
            *([_planned(shown, [one for one in planned if one.period == quarter.period])] if planned else []),
            _published(shown, [one for one in released if one.period == quarter.period]),
        ]
        for quarter in reversed(asked[-SHOWN:])
    ]
    parts: list[Part] = [c.table(head, rows, len(head), "help-calendar")]
    if not planned:
        parts.append(html.P(say("help.none_planned"), className="note"))
    return parts


def _due(shown: View, day: date) -> Part:
    words = numbers.day(day, shown.language)
    if day < today():
        return words
    return html.Strong(shown.say("help.due_next", day=words))


def _planned(shown: View, planned: Sequence[Release]) -> Part:
    listed = sorted(planned, key=lambda one: one.day)
    return _releases(shown, [(one.day, one.vintage) for one in listed], "help.not_set")


def _published(shown: View, released: Sequence[Publication]) -> Part:
    return _releases(shown, [(one.created_at, one.vintage) for one in released], "help.not_published")


def _releases(shown: View, listed: Sequence[tuple[date, str]], none: str) -> Part:
    """Day and vintage of each; `none`: the words where there is none."""
    if not listed:
        return html.Span(shown.say(none), className="note")
    words = [
        shown.say("help.release", day=numbers.day(day, shown.language), vintage=shown.say(f"vintage.{vintage}"))
        for day, vintage in listed
    ]
    return html.Ul([html.Li(told) for told in words])
