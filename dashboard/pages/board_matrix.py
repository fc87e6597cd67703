"""The board's table: the counts of each quarter at its head, then one row a base and one cell a quarter."""

from collections.abc import Callable, Sequence

from dash import html

from dashboard import components as c
from dashboard import numbers, review_words, urls
from dashboard.components import Part
from dashboard.return_words import chip, state_word
from dashboard.states import STATES
from dashboard.still import still
from dashboard.urls import State
from dashboard.view import View
from etl.registry import Quarter
from etl.status import Reporting
from etl.versions import ACCEPTED, FINAL, SUBMITTED
from indicators.repository.returns import Board, BoardRow

COUNTS: dict[str, Callable[[Reporting], bool]] = {
    "expected": lambda known: True,
    "received": lambda known: known.versions > 0,
    "submitted": lambda known: known.state in (SUBMITTED, ACCEPTED, FINAL),
    "accepted": lambda known: known.state in (ACCEPTED, FINAL),
    "late": lambda known: bool(known.late),
    "overdue": lambda known: known.overdue,
}
"""What is counted of each quarter, and who counts."""


def legend(shown: View) -> Part:
    """Every state and mark with its word."""
    known = [html.Li([chip(state), state_word(shown, state)]) for state in STATES]
    marks = [
        html.Li([html.Span("+3", className="days"), shown.say("board.legend_late")]),
        html.Li([html.Span("+3", className="days none-yet"), shown.say("board.legend_overdue")]),
        html.Li([chip(FINAL), chip(SUBMITTED), shown.say("board.legend_pending")], className="pair"),
    ]
    return html.Ul([*known, *marks], className="legend board-legend")


def matrix(shown: View, state: State, found: Board) -> Part:
    """The whole table, drawn at once."""
    rows = sorted(found.rows, key=_order(shown, state))
    return still(
        html.Table(
            [
                html.Thead(_head(shown, found.quarters)),
                html.Tbody(_counts(shown, found), className="counts"),
                html.Tbody(
                    [_row(shown, state, row, found.quarters, place == 0) for place, row in enumerate(rows)],
                    className="bases",
                ),
                html.Tbody(
                    html.Tr(html.Td(shown.say("board.no_match"), colSpan=len(found.quarters) + 1)),
                    className="no-match",
                    hidden="hidden",
                ),
            ],
            id="board",
        )
    )


def _head(shown: View, quarters: Sequence[Quarter]) -> html.Tr:
    names = [
        html.Th([numbers.quarter(q.period, shown.language), html.Span(_lock(shown, q), className="lock")], scope="col")
        for q in quarters
    ]
    return html.Tr([html.Th(shown.say("board.base"), scope="col"), *names])


def _lock(shown: View, quarter: Quarter) -> Part:
    return shown.say("board.locked_short") if quarter.locked else None


def _order(shown: View, state: State) -> Callable[[BoardRow], tuple]:
    """By name, by how far the chosen quarter's return is from its end, or by how late it is."""

    def place(row: BoardRow) -> tuple:
        name, known = row.base.name[shown.language], row.cells.get(state.period)
        if state.sort == "state":
            return (-STATES.index(known.state) if known else 1, name)
        if state.sort == "late":
            return (-review_words.days_late(known) if known else 1, name)
        return (name,)

    return place


# The counts ------------------------------------------------------------------------------------------------------------


def _counts(shown: View, found: Board) -> list[html.Tr]:
    cells = [[row.cells[q.period] for row in found.rows if q.period in row.cells] for q in found.quarters]
    bars = html.Tr(
        [html.Th(shown.say("board.states"), scope="row"), *(html.Td(_bar(shown, known)) for known in cells)],
        className="bars",
    )
    rows = []
    for name, counts in COUNTS.items():
        numbers_of = [sum(counts(known) for known in quarter) for quarter in cells]
        rows.append(
            html.Tr(
                [
                    html.Th(shown.say(f"board.count.{name}"), scope="row"),
                    *(
                        html.Td(numbers.plain(n) if n else numbers.NONE, className="some" if n else None)
                        for n in numbers_of
                    ),
                ],
                className=f"count-{name}",
            )
        )
    return [bars, *rows]


def _bar(shown: View, known: Sequence[Reporting]) -> html.Div:
    """The quarter's returns by state."""
    counts = [(state, sum(one.state == state for one in known)) for state in STATES]
    told = shown.say("list.comma").join(f"{state_word(shown, state)} {n}" for state, n in counts if n)
    parts = [html.Span(className=f"state at-{state}", style={"flexGrow": n}) for state, n in counts if n]
    return html.Div(parts, className="states", role="img", **c.aria(label=told))


# The bases -------------------------------------------------------------------------------------------------------------


def _row(shown: View, state: State, row: BoardRow, quarters: Sequence[Quarter], first: bool) -> html.Tr:
    """`first`: the tab key stops at its newest cell, and arrow keys lead on from there."""
    base = row.base
    head = html.Th(
        [
            html.A(base.name[shown.language], href=urls.base_path(base.code)),
            html.Span(_about(shown, state, row), className="under"),
        ],
        scope="row",
    )
    return html.Tr(
        [head, *(_cell(shown, row.cells.get(q.period), first and q == quarters[-1]) for q in quarters)],
        **c.data(find=f"{base.code} {base.name.en} {base.name.zh}".lower()),
    )


def _about(shown: View, state: State, row: BoardRow) -> str:
    """Type and province, but for what is chosen in the bar or the same in every row."""
    parts = [] if state.type else [review_words.type_name(shown, row.base)]
    if shown.scope.everywhere and not state.province:
        parts.append(review_words.province_name(shown, row.base))
    return shown.say("list.middot").join(parts)


def _cell(shown: View, known: Reporting | None, stop: bool) -> html.Td:
    if known is None:
        return html.Td(html.Span(shown.say("board.not_asked"), className="unseen"))
    marks: list[Part] = [chip(known.state)]
    if known.pending:
        marks.append(chip(known.pending))
    if days := review_words.days_late(known):
        marks.append(html.Span(f"+{days}", className="days none-yet" if known.overdue else "days"))
    return html.Td(
        html.A(
            marks,
            href=urls.return_path(known.base.code, known.period),
            className="cell",
            tabIndex="0" if stop else "-1",
            **c.aria(label=review_words.in_words(shown, known)),
        )
    )
