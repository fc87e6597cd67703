"""The cases of flagged and outstanding bases: where each stands, and whose turn it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import beyond, case_words, numbers, review_words, urls
from dashboard import components as c
from dashboard.components import Part
from dashboard.frame import page
from dashboard.urls import CASES, State
from dashboard.view import View
from indicators import cases as life
from indicators.cases import Case
from indicators.repository import cases as repository
from indicators.repository.cases import CaseRow


def render(shown: View, query: Mapping[str, Any]) -> Part:
    """The page for a viewer and the choices in its address."""
    state, found = beyond.with_own(shown, shown.state(query)), shown.ask_now(repository.cases)
    choices = None
    if shown.scope.role != "base":
        choices = [
            c.choose_type(shown, state, CASES),
            c.choose_area(shown, state, CASES) if shown.scope.everywhere else None,
        ]
    here = [row for row in found if _inside(state, row)]
    return page(shown, state, CASES, _content(shown, here, len(found)), choices)


def _inside(state: State, row: CaseRow) -> bool:
    return state.type in ("", row.base.type) and state.area.holds(row.base.province)


def _content(shown: View, here: Sequence[CaseRow], in_all: int) -> Part:
    say = shown.say
    if not here:
        acting = "approver" if shown.scope.approves else shown.scope.role
        key = "filtered" if in_all else acting if shown.scope.acts else "looking"
        return c.empty(say("cases.nothing_here" if in_all else "cases.nothing"), say(f"cases.nothing_help.{key}"))
    levels = repository.levels_of(shown.scope)
    mine = sum(row.case.turn in levels for row in here)
    title = "cases.title_none" if not mine else "cases.title_one" if mine == 1 else "cases.title"
    return [
        c.h1(say(title, n=numbers.plain(mine))),
        html.P(_lead(shown, [row.case for row in here]), className="lead"),
        html.Div(
            html.Table(
                [
                    html.Thead(html.Tr([html.Th(say(f"cases.column.{name}"), scope="col") for name in COLUMNS])),
                    html.Tbody([_row(shown, row, row.case.turn in levels) for row in here]),
                ],
                className="cases",
            ),
            className="table-frame",
        ),
    ]


def _lead(shown: View, known: Sequence[Case]) -> str:
    """How many there are of which kind."""
    counts = {
        "open": sum(one.turn is not None for one in known),
        "decided": sum(one.state == life.DECIDED for one in known),
        "withdrawn": sum(one.state == life.WITHDRAWN for one in known),
        "finding": sum(one.state is None for one in known),
    }
    told = [shown.say(f"cases.count.{kind}", n=numbers.plain(n)) for kind, n in counts.items() if n]
    return shown.say("cases.lead", counts=shown.say("list.comma").join(told))


COLUMNS = ("base", "quarter", "state", "turn", "since")


def _row(shown: View, row: CaseRow, mine: bool) -> html.Tr:
    one, language = row.case, shown.language
    last = [event for event in one.events if life.STEPS[event.event].target] or one.events
    name = html.A(row.base.name[language], href=urls.case_path(one.base, one.period))
    overdue = one.turn is not None and one.overdue()
    return html.Tr(
        [
            html.Th([name, html.Span(review_words.about(shown, row.base), className="under")], scope="row"),
            html.Td(numbers.quarter(one.period, language)),
            html.Td(case_words.state_mark(shown, one)),
            html.Td(
                case_words.turn(shown, one) or numbers.NONE,
                className="in-turn past" if overdue else "in-turn",
                **_label(shown, "turn"),
            ),
            html.Td(numbers.day(last[-1].day, language) if last else numbers.NONE, **_label(shown, "since")),
        ],
        className="mine" if mine else "",
    )


def _label(shown: View, column: str) -> dict[str, Any]:
    """Its column's head, for where there is no room for heads."""
    return c.data(label=shown.say(f"cases.column.{column}"))
