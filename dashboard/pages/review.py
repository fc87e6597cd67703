"""What waits for this reviewer: each return with what is unusual in it, to be accepted or sent back, one or many."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import components as c
from dashboard import deciding, numbers, review_words, urls
from dashboard.components import Part
from dashboard.frame import page
from dashboard.still import Input, still
from dashboard.urls import REVIEW, State
from dashboard.view import View
from indicators.repository import returns
from indicators.repository.movements import Movement, movements
from indicators.repository.returns import Waiting


def render(shown: View, query: Mapping[str, Any]) -> Part:
    """The page for a viewer and the choices in its address."""
    everything: tuple[Waiting, ...] = shown.ask_now(returns.queue)
    quarters = sorted({one.version.period for one in everything}, reverse=True)
    wanted = query.get("period")
    state = shown.state(query).with_(period=wanted if wanted in quarters else "")
    choices = [
        _choose_quarter(shown, state, quarters),
        c.choose_type(shown, state, REVIEW),
        c.choose_area(shown, state, REVIEW) if shown.scope.everywhere else None,
    ]
    here = [one for one in everything if _inside(state, one)]
    return page(shown, state, REVIEW, _content(shown, state, here, len(everything)), choices)


def _inside(state: State, one: Waiting) -> bool:
    base = one.reporting.base
    return (
        state.period in ("", one.version.period) and state.type in ("", base.type) and state.area.holds(base.province)
    )


def _choose_quarter(shown: View, state: State, quarters: Sequence[str]) -> Part:
    options = [(urls.build(REVIEW, state.with_(period="")), shown.say("review.all_quarters"))]
    options += [
        (urls.build(REVIEW, state.with_(period=period)), numbers.quarter(period, shown.language)) for period in quarters
    ]
    return c.chooser(shown.say("choose.quarter"), options, urls.build(REVIEW, state), "quarter")


def _content(shown: View, state: State, here: Sequence[Waiting], in_all: int) -> Part:
    say = shown.say
    if not here:
        key = "filtered" if in_all else shown.scope.role
        return c.empty(
            say("review.nothing_here" if in_all else "review.nothing"),
            say(f"review.nothing_help.{key}"),
            html.P(html.A(say("review.to_board"), href=urls.BOARD)),
        )
    moved = shown.ask_now(movements, tuple(here))
    title = say("review.title" if len(here) > 1 else "review.title_one", n=numbers.plain(len(here)))
    form = deciding.form(
        shown,
        [
            _actions(shown),
            html.Div(
                html.Table(
                    [
                        html.Thead(_head(shown)),
                        html.Tbody([_row(shown, one, moved[one.version.base, one.version.period]) for one in here]),
                    ],
                    className="queue",
                ),
                className="queue-frame",
            ),
        ],
        className="choosing",
    )
    return [
        c.h1(title),
        html.P([say(f"review.lead.{shown.scope.role}"), " ", say("review.unusual_means")], className="lead"),
        still(form),
    ]


def _actions(shown: View) -> html.Div:
    """What to do with the chosen ones; ready as soon as one is."""
    step = deciding.accepting(shown)

    def button(name: str, words: str, kind: str) -> html.Button:
        return html.Button(words, type="submit", name="step", value=name, className=f"button {kind}", disabled=True)

    return html.Div(
        [
            button(step, shown.say("review.accept_chosen"), "main"),
            button("send_back", shown.say("review.send_back_chosen"), ""),
            html.Span(
                shown.say("review.chosen_none"),
                className="note chosen-count",
                role="status",
                **c.data(words=deciding.for_script(shown, "review.chosen"), none=shown.say("review.chosen_none")),
            ),
        ],
        className="actions sticky-actions",
    )


COLUMNS = ("base", "quarter", "received", "version", "queries", "unusual", "changes")


def _head(shown: View) -> html.Tr:
    everything = Input(type="checkbox", className="all", **c.aria(label=shown.say("board.all")))
    numeric = ("queries", "unusual")
    return html.Tr(
        [
            html.Th(everything, scope="col", className="choice"),
            *(
                html.Th(shown.say(f"review.column.{name}"), scope="col", className="number" if name in numeric else "")
                for name in COLUMNS
            ),
        ]
    )


def _row(shown: View, one: Waiting, moved: Sequence[Movement]) -> html.Tr:
    version, known, base = one.version, one.reporting, one.reporting.base
    name = base.name[shown.language]
    link = html.A(name, href=urls.return_path(version.base, version.period))
    received: list[Part] = [review_words.day(shown, version.received)]
    if known.late:
        received.append(html.Span(review_words.timeliness(shown, known), className="late-words"))
    queries = f"{one.answered}/{one.queries}" if one.queries else numbers.NONE
    answered = "number past" if one.answered < one.queries else "number" if one.queries else "number nothing"
    unusual = numbers.with_unit(100 * one.unusual, "%", shown.language) if one.unusual else numbers.NONE

    def labelled(column: str) -> dict[str, Any]:
        """Its column's head, for where there is no room for heads."""
        return c.data(label=shown.say(f"review.column.{column}"))

    return html.Tr(
        [
            html.Td(deciding.box(shown, version, name, doubts(shown, one, moved)), className="choice"),
            html.Th([link, html.Span(review_words.about(shown, base), className="under")], scope="row"),
            html.Td(review_words.quarter(shown, version.period)),
            html.Td(received, className="received"),
            html.Td(str(version.version), className="version", **labelled("version")),
            html.Td(queries, className=answered, **labelled("queries")),
            html.Td(unusual, className="number" if one.unusual else "number nothing", **labelled("unusual")),
            html.Td(_changes(shown, moved), className="changes"),
        ]
    )


WEIGHTY = 0.01
"""A change of this share of the national figure is named before a return is accepted together with others."""


def doubts(shown: View, one: Waiting, moved: Sequence[Movement]) -> list[str]:
    """What to look at before the return is accepted together with others."""
    found = []
    if one.answered < one.queries:
        found.append(shown.say("review.doubt.unanswered", n=one.queries - one.answered, of=one.queries))
    elif one.queries:
        found.append(shown.say("review.doubt.answered", n=one.queries))
    return found + [_movement(shown, movement) for movement in moved if movement.weight >= WEIGHTY]


def _movement(shown: View, movement: Movement) -> str:
    name = movement.measure.full_name[shown.language]
    if movement.change is None:
        return shown.say("review.from_nothing", name=name, value=numbers.plain(movement.value))
    return shown.say("review.moved", name=name, change=numbers.change(movement.change, shown.language))


def _changes(shown: View, moved: Sequence[Movement]) -> Part:
    if not moved:
        return html.Span(shown.say("review.steady"), className="note")
    return html.Ul([html.Li(_movement(shown, movement)) for movement in moved])
