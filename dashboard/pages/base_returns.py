"""Below a base's indicators: its returns of the last quarters, its cases, and what its roster adds up to."""

from collections.abc import Sequence

from dash import html

from dashboard import case_words, numbers, return_words, urls
from dashboard import components as c
from dashboard.components import Part
from dashboard.evidence import RETURNS_ID
from dashboard.pages import base_findings
from dashboard.view import View
from indicators import repository
from indicators.repository import Profile, Publication
from indicators.repository.base_returns import BaseReturn, RosterTotals, counted_columns, roster_totals
from indicators.repository.changes import LEAST
from indicators.repository.returns import QUARTERS_SHOWN
from indicators.verdicts.reasons import WARNINGS


def below(shown: View, publication: Publication, found: Profile, sent: Sequence[BaseReturn]) -> html.Div:
    beside = html.Div([_cases(shown, publication, found), _roster(shown, publication, found)])
    return html.Div([_returns(shown, found, sent), beside], className="base-below")


# Returns ---------------------------------------------------------------------------------------------------------------


def _returns(shown: View, found: Profile, sent: Sequence[BaseReturn]) -> Part:
    title = shown.say("base.returns", n=len(sent) or QUARTERS_SHOWN)
    if not sent:
        return c.section(title, html.P(shown.say("base.returns_none"), className="note"), id=RETURNS_ID)
    head = [shown.say(f"base.column.{name}") for name in ("quarter", "state", "time", "found")]
    rows = [_row(shown, found.member.code, one) for one in sent]
    return c.section(title, c.table(head, rows, len(head), "base-returns"), id=RETURNS_ID)


def _row(shown: View, base: str, one: BaseReturn) -> list[Part]:
    quarter = numbers.quarter(one.period, shown.language)
    return [
        html.A(quarter, href=urls.return_path(base, one.period)),
        return_words.state_mark(shown, one.state),
        _time(shown, one),
        _found(shown, one),
    ]


def _time(shown: View, one: BaseReturn) -> Part:
    known = one.reporting
    if known.first_valid is not None:
        day = numbers.day(known.first_valid, shown.language)
        return (
            html.Span(shown.say("base.late", day=day), className="late")
            if known.late
            else shown.say("base.in_time", day=day)
        )
    if known.due is None:
        return numbers.NONE
    day = numbers.day(known.due, shown.language)
    return (
        html.Span(shown.say("base.overdue", day=day), className="late")
        if known.overdue
        else shown.say("base.due", day=day)
    )


def _found(shown: View, one: BaseReturn) -> str:
    """ "2 errors · 3 queries · 1 open" """
    if not one.reporting.versions:
        return numbers.NONE
    counts = [("errors", one.errors), ("queries", one.queries)]
    told = [shown.say(f"base.found.{name}{'_one' if n == 1 else ''}", n=n) for name, n in counts if n]
    if one.open_queries and one.open_queries < one.queries:
        told.append(shown.say("base.found.open", n=one.open_queries))
    return shown.say("list.middot").join(told) if told else shown.say("base.found.none")


# Cases -----------------------------------------------------------------------------------------------------------------


def _cases(shown: View, publication: Publication, found: Profile) -> Part:
    """The base's cases; for the nation, the way to open one where the verdict gives cause."""
    base = found.member.code
    known = base_findings.known(shown, base)
    links: list[Part] = [
        html.Li(
            [
                html.A(
                    shown.say("case.of_quarter", quarter=numbers.quarter(one.period, shown.language)),
                    href=urls.case_path(base, one.period),
                ),
                " ",
                case_words.state_mark(shown, one),
            ]
        )
        for one in known
    ]
    verdict = shown.ask(repository.verdicts, publication).get(base)
    opened = {one.period for one in known}
    cause = verdict is not None and (verdict.lamp in WARNINGS or verdict.proposal is not None)
    if cause and publication.period not in opened and base_findings.may_open(shown, base, publication.period):
        links.append(html.Li(html.A(shown.say("case.open_one"), href=urls.case_path(base, publication.period))))
    none = None if known else html.P(shown.say("base.no_cases"), className="note")
    return c.section(shown.say("base.cases"), [none, html.Ul(links, className="base-cases") if links else None])


# Roster ----------------------------------------------------------------------------------------------------------------


def _roster(shown: View, publication: Publication, found: Profile) -> Part:
    now, then = shown.ask_now(roster_totals, publication, found.member.code)
    title = shown.say("base.roster")
    if now is None:
        return c.section(title, html.P(shown.say("base.roster_none"), className="note"))
    both = [one for one in (now, then) if one]
    rows: list[list[Part]] = [[shown.say("base.firms"), *(numbers.plain(one.firms) for one in both)]]
    for column in counted_columns():
        rows.append([column.full_name[shown.language], *(_sum(one, column.code) for one in both)])
    hidden = any(value is None for value in now.sums.values())
    note = shown.say("base.roster_few", n=LEAST) if hidden else shown.say("base.roster_note")
    head = [shown.say(f"base.column.{name}") for name in ("total", "now", "then")[: len(both) + 1]]
    return c.section(title, [c.table(head, rows, className="roster-totals"), html.P(note, className="note")])


def _sum(one: RosterTotals, column: str) -> str:
    value = one.sums[column]
    return numbers.NONE if value is None else numbers.plain(value)
