"""The quarters for which returns are asked: opened, due, locked, and how many returns are in. Counts only: who looks after
them sees no base."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from dash import html

from dashboard import components as c
from dashboard import numbers, outcome, sure
from dashboard.components import Part
from dashboard.frame import page
from dashboard.still import Input, still
from dashboard.urls import PERIODS
from dashboard.view import View
from etl import periods
from etl.clock import today
from etl.config import settings
from indicators.repository.counts import QuarterCount, quarter_counts

COLUMNS = ("quarter", "opens", "due", "state", "returns", "do")
AHEAD = 4
"""So many quarters can be chosen to be opened."""


def render(shown: View, query: Mapping[str, Any]) -> Part:
    """The page for an administrator."""
    found: tuple[QuarterCount, ...] = shown.ask_now(quarter_counts)
    return page(shown, shown.state({}), PERIODS, _content(shown, found), publication=None)


def _content(shown: View, found: Sequence[QuarterCount]) -> list[Part]:
    say, told = shown.say, outcome.told("", PERIODS)
    open_ones = sum(not one.quarter.locked for one in found)
    return [
        html.P(told.text, className="told" if told.good else "told bad", role="status") if told else None,
        c.h1(say("periods.title", n=open_ones)),
        html.P(say("periods.lead"), className="lead"),
        still(_opening(shown, found)),
        still(_table(shown, found)) if found else html.P(say("periods.none")),
    ]


def next_quarters(known: Sequence[str]) -> list[str]:
    """Those that can be opened: what follows the newest; of none the last that have begun, so that a programme starts
    with the one that has just ended."""
    if known:
        return [periods.shift(max(known), ahead) for ahead in range(1, AHEAD + 1)]
    day = today()
    now = f"{day.year}Q{(day.month + 2) // 3}"
    return [periods.shift(now, -back) for back in range(1, AHEAD)] + [now]


def _opening(shown: View, found: Sequence[QuarterCount]) -> html.Form:
    say, language = shown.say, shown.language
    offered = next_quarters([one.quarter.period for one in found])
    options = [html.Option(numbers.quarter(period, language), value=period) for period in offered]
    return html.Form(
        [
            html.H2(say("periods.open_title")),
            html.Div(
                [
                    html.Div(
                        [html.Label(say("periods.column.quarter"), htmlFor="open-period"),
                         html.Select(options, name="period", id="open-period", required=True)]
                    ),
                    html.Div(
                        [html.Label(say("periods.due_day"), htmlFor="open-due"),
                         Input(type="date", name="due", id="open-due", **c.aria(describedby="open-help"))]
                    ),
                    html.Button(say("periods.do.open"), type="submit", className="button main"),
                ],
                className="fields",
            ),
            html.P(say("periods.open_help", days=settings().due_days), className="note", id="open-help"),
            sure.question(
                shown, "open", say("periods.sure.open_title"),
                [say(f"periods.sure.open_{line}") for line in ("asked", "back")], say("periods.do.open"),
            ),
        ],
        action=f"{PERIODS}/open",
        method="post",
        className="account-form",
        key=offered[0],
    )  # fmt: skip


def _table(shown: View, found: Sequence[QuarterCount]) -> html.Div:
    head = [html.Th(shown.say(f"periods.column.{name}"), scope="col") for name in COLUMNS]
    rows = html.Tbody([_row(shown, one) for one in reversed(found)])
    return html.Div(
        html.Table([html.Thead(html.Tr(head)), rows], className="accounts quarters"), className="table-frame"
    )


def _row(shown: View, one: QuarterCount) -> html.Tr:
    say, quarter, language = shown.say, one.quarter, shown.language
    state = "locked" if quarter.locked else "open"
    mark = html.Span("○" if quarter.locked else "●", className="shape", **c.aria(hidden="true"))
    passed = not quarter.locked and quarter.due < today() and one.handed_in < one.expected
    cells = {
        "opens": numbers.day(quarter.opens, language),
        "due": [
            numbers.day(quarter.due, language),
            html.Span(say("periods.passed"), className="under") if passed else None,
        ],
        "state": html.Span(
            [mark, say(f"periods.state.{state}")], className=f"is-{'closed' if quarter.locked else 'open'}"
        ),
        "returns": _returns(shown, one),
        "do": html.Div([_due(shown, one), _lock(shown, one)], className="ways"),
    }
    name = numbers.quarter(quarter.period, language)
    return html.Tr(
        [
            html.Th(name, scope="row"),
            *(
                html.Td(
                    cell, className="stand-cell" if at == "state" else "", **c.data(label=say(f"periods.column.{at}"))
                )
                for at, cell in cells.items()
            ),
        ],
        key=f"{quarter.period} {quarter.due} {quarter.locked}",
    )


def _returns(shown: View, one: QuarterCount) -> list[Part]:
    """ "198 of 212 handed in, 190 of them final" with a bar beside it."""
    share = one.handed_in / one.expected if one.expected else 0.0
    words = shown.say(
        "periods.returns",
        n=numbers.plain(one.handed_in),
        of=numbers.plain(one.expected),
        final=numbers.plain(one.final),
    )
    bar = html.Span(html.Span(style={"width": f"{share:.1%}"}), className="meter", **c.aria(hidden="true"))
    return [bar, html.Span(words)]


def _due(shown: View, one: QuarterCount) -> html.Details:
    """Another due day, on a folded form."""
    say, quarter = shown.say, one.quarter
    field = f"due-{quarter.period}"
    form = html.Form(
        [
            html.Label(say("periods.due_day"), htmlFor=field),
            Input(
                type="date", name="due", id=field, required=True, value=str(quarter.due),
                min=str(periods.ends(quarter.period) + timedelta(days=1)),
            ),
            Input(type="hidden", name="period", value=quarter.period),
            html.Button(say("periods.do.due"), type="submit", className="button main"),
            sure.question(
                shown, field, say("periods.sure.due_title", quarter=numbers.quarter(quarter.period, shown.language)),
                [say(f"periods.sure.due_{line}") for line in ("late", "told")], say("periods.do.due"),
            ),
        ],
        action=f"{PERIODS}/due",
        method="post",
        className="account-form",
    )  # fmt: skip
    return html.Details([html.Summary(say("periods.change_due"), className="button"), form], className="new-account")


def _lock(shown: View, one: QuarterCount) -> html.Form:
    """Locks the quarter, or opens it again, after the question what that means."""
    say, quarter = shown.say, one.quarter
    step = "unlock" if quarter.locked else "lock"
    named = numbers.quarter(quarter.period, shown.language)
    missing = one.expected - one.handed_in
    told = [
        say("periods.sure.lock_missing", n=numbers.plain(missing)) if missing and step == "lock" else None,
        *(say(f"periods.sure.{step}_{line}") for line in ("what", "back")),
    ]
    return html.Form(
        [
            Input(type="hidden", name="period", value=quarter.period),
            html.Button(
                say(f"periods.do.{step}"), type="submit", className="button",
                **c.aria(label=say(f"periods.named.{step}", quarter=named)),
            ),
            sure.question(
                shown, f"{step}-{quarter.period}", say(f"periods.sure.{step}_title", quarter=named), told,
                say(f"periods.do.{step}"),
            ),
        ],
        action=f"{PERIODS}/{step}",
        method="post",
    )  # fmt: skip
