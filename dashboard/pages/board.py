"""The board: bases × quarters, who has reported and where each return stands; whom to remind; all of it to take away."""

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard import beyond, numbers, urls
from dashboard import components as c
from dashboard.components import Part
from dashboard.frame import page
from dashboard.pages import board_matrix, board_reminders
from dashboard.still import Input
from dashboard.urls import BOARD, SORTS, State
from dashboard.view import View
from etl.clock import today
from etl.registry import Quarter
from etl.status import Reporting
from etl.versions import ACCEPTED, FINAL
from indicators.repository import returns, review
from indicators.repository.returns import Board


def render(shown: View, query: Mapping[str, Any]) -> Part:
    """The page for a viewer and the choices in its address."""
    opened = shown.ask_now(returns.opened)
    state = beyond.with_own(shown, shown.state(query)).with_(period=_period(shown, query, opened))
    if not opened:
        nothing = c.empty(shown.say("board.nothing"), shown.say("board.nothing_help"))
        return page(shown, state, BOARD, nothing)
    choices = [
        _choose_quarter(shown, state, opened),
        c.choose_type(shown, state, BOARD),
        c.choose_area(shown, state, BOARD) if shown.scope.everywhere else None,
    ]
    found = shown.ask_now(returns.board, state.period, state.type, state.area)
    return page(shown, state, BOARD, _content(shown, state, found, query), choices)


def _period(shown: View, query: Mapping[str, Any], opened: tuple[Quarter, ...]) -> str:
    """The chosen quarter, published or not; else the one that is being reported."""
    wanted = query.get("period")
    return str(wanted) if wanted in {quarter.period for quarter in opened} else shown.quarter


def _choose_quarter(shown: View, state: State, opened: tuple[Quarter, ...]) -> Part:
    options = [
        (urls.build(BOARD, state.with_(period=quarter.period)), numbers.quarter(quarter.period, shown.language))
        for quarter in reversed(opened)
    ]
    return c.chooser(shown.say("choose.quarter"), options, urls.build(BOARD, state), "quarter")


def _content(shown: View, state: State, found: Board, query: Mapping[str, Any]) -> list[Part]:
    current = [row.cells[state.period] for row in found.rows if state.period in row.cells]
    if not found.rows:
        return [
            c.h1(shown.say("board.none")),
            html.P(shown.say("board.none_help"), className="lead"),
        ]
    matrix = [_tools(shown, state), board_matrix.legend(shown), board_matrix.matrix(shown, state, found)]
    unsent = (
        [
            reminder
            for reminder in shown.ask_now(review.reminders, state.period)
            if reminder.base.code in {known.base.code for known in current}
        ]
        if shown.scope.acts
        else []
    )
    return [
        c.h1(_title(shown, state, current)),
        html.P(_lead(shown, found.quarters[-1], current), className="lead"),
        html.Div(
            [
                html.Section(matrix, className="board", **c.aria(label=shown.say("board.matrix"))),
                html.Div(
                    [
                        board_reminders.reminders(shown, state, unsent, _noted(query)) if shown.scope.acts else None,
                        _collection(shown, state),
                    ],
                    className="board-side",
                ),
            ],
            className="board-columns",
        ),
    ]


def _title(shown: View, state: State, current: list[Reporting]) -> str:
    accepted = sum(known.state in (ACCEPTED, FINAL) for known in current)
    return shown.say(
        "board.title",
        quarter=numbers.quarter(state.period, shown.language),
        accepted=numbers.plain(accepted),
        expected=numbers.plain(len(current)),
    )


def _lead(shown: View, quarter: Quarter, current: list[Reporting]) -> list[Part]:
    say, left = shown.say, (quarter.due - today()).days
    key = "board.due_in" if left > 0 else "board.due_today" if left == 0 else "board.was_due"
    key = {1: "board.due_in_one", -1: "board.was_due_one"}.get(left, key)
    told = [say(key, day=numbers.day(quarter.due, shown.language), n=abs(left))]
    if quarter.locked:
        told.append(say("board.locked"))
    for key, n in (
        ("late_count", sum(bool(k.late) for k in current)),
        ("overdue_count", sum(k.overdue for k in current)),
    ):
        if n:
            told.append(say(f"board.{key}", n=n))
    parts: list[Part] = [say("list.middot").join(told)]
    if shown.waiting:
        waits = html.A(say("board.to_review", n=shown.waiting), href=urls.REVIEW)
        parts += [say("list.middot"), waits]
    return parts


def _tools(shown: View, state: State) -> Part:
    """Finding a base by its name, and the order of the rows."""
    search = html.Label(
        [
            html.Span(shown.say("board.search"), className="unseen"),
            Input(type="search", id="board-search", placeholder=shown.say("board.search"), autoComplete="off"),
        ]
    )
    order = state.sort if state.sort in SORTS else SORTS[0]
    sorts = [
        (
            urls.build(BOARD, state.with_(sort="" if key == SORTS[0] else key)),
            shown.say(f"board.sort.{key}"),
            key == order,
        )
        for key in SORTS
    ]
    return html.Div([search, c.segments(shown.say("board.sorted_by"), sorts)], className="board-tools")


def _noted(query: Mapping[str, Any]) -> int:
    """How many reminders have just been noted, as the address says it."""
    value = query.get("noted")
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 5 else 0


def _collection(shown: View, state: State) -> Part:
    quarter = numbers.quarter(state.period, shown.language)
    chosen = State(period=state.period, type=state.type, region=state.region, province=state.province)
    link = html.A(
        shown.say("board.download", quarter=quarter),
        href=urls.build(urls.COLLECTION, chosen),
        download="",
        className="button",
    )
    return c.section(
        shown.say("board.take_away"), [html.P(link), html.P(shown.say("board.download_note"), className="note")]
    )
