"""One case: what it rests on, what is to be done next and by whom, and everything that happened, word for word."""

from collections.abc import Mapping

from dash import html

from dashboard import case_steps, case_words, numbers, outcome, review_words, states, urls, verdict_words
from dashboard import components as c
from dashboard.components import Part
from dashboard.frame import page
from dashboard.urls import State
from dashboard.view import View
from indicators.cases import Case, Event
from indicators.repository import Publication, UnknownBase, every_publication
from indicators.repository import cases as repository
from indicators.repository.cases import CaseRow

PATH = "/cases/<of_base>/<of_quarter>"


def render(shown: View, query: Mapping[str, str], base_code: str, quarter: str) -> Part:
    """The page for a viewer, a base and a quarter."""
    state, here = shown.state({"period": quarter}), urls.case_path(base_code, quarter)
    try:
        row: CaseRow = shown.ask_now(repository.case, base_code, quarter)
    except UnknownBase:
        return page(shown, state, here, states.unknown_base(shown, base_code, quarter), publication=None)
    ground = _ground(shown, row.case)
    shown_then = next((one for one in shown.published if one.period == quarter), None)
    return page(shown, state, here, _content(shown, row, ground), address=here, publication=ground or shown_then)


def _ground(shown: View, one: Case) -> Publication | None:
    """The publication that the notice rests on, or would."""
    every: tuple[Publication, ...] = shown.ask_now(every_publication)
    named = next((known for known in every if known.code == one.publication), None)
    return named or shown.ask_now(repository.grounds, one.base, one.period)


def _content(shown: View, row: CaseRow, ground: Publication | None) -> Part:
    one = row.case
    told = outcome.told(one.base, urls.case_path(one.base, one.period))
    kept = told.at if told and not told.good else ""
    return [
        html.P(told.text, className="told" if told.good else "told bad", role="status") if told else None,
        _head(shown, row),
        html.Div(
            [
                html.Div(
                    [_latest(shown, row), case_steps.steps(shown, row, kept), _course(shown, one)], className="work"
                ),
                html.Aside([_grounds(shown, row, ground), _rights(shown)], className="return-aside"),
            ],
            className="return-columns",
        ),
    ]


def _head(shown: View, row: CaseRow) -> html.Header:
    one, language = row.case, shown.language
    quarter = numbers.quarter(one.period, language)
    turn = shown.say("case.waits_for", turn=case_words.turn(shown, one)) if one.turn else ""
    return html.Header(
        [
            html.P(review_words.about(shown, row.base), className="about"),
            html.Div(
                [
                    c.h1(shown.say("case.title", base=row.base.name[language], quarter=quarter), None),
                    html.Span(turn, className="due overdue" if turn and one.overdue() else "due") if turn else None,
                ]
            ),
            html.P(case_words.state_mark(shown, one), className="next"),
            html.P(
                [html.Span("■ ", **c.aria(hidden="true")), shown.say("case.false_data", quarter=quarter)],
                className="finding-stands",
            )
            if one.false_data
            else None,
        ],
        className="return-head",
    )


def _latest(shown: View, row: CaseRow) -> Part:
    """What was said last, above the form of whoever has to go on from there."""
    if not row.steps or not row.case.events:
        return None
    return html.Ol([_event(shown, row.case.events[-1])], className="happened latest")


# What happened ----------------------------------------------------------------------------------------------------------


def _course(shown: View, one: Case) -> Part:
    if not one.events:
        return None
    items = [_event(shown, event) for event in reversed(one.events)]
    return c.section(shown.say("case.course"), html.Ol(items, className="happened", reversed="reversed"))


def _event(shown: View, event: Event) -> html.Li:
    words = shown.say(f"case.event.{event.event}")
    if event.decision:
        words = shown.say("case.with_decision", event=words, decision=shown.say(f"case.decision.{event.decision}"))
    about = [case_words.signature(shown, event)]
    if event.publication:
        about.append(shown.say("case.rests_on", publication=event.publication))
    return html.Li(
        [
            html.Span(shown.say("list.middot").join(about), className="note"),
            html.P(words),
            html.Blockquote(event.text),
        ]
    )


# What it rests on -------------------------------------------------------------------------------------------------------


def _grounds(shown: View, row: CaseRow, ground: Publication | None) -> Part:
    one = row.case
    period = State(period=one.period)
    lines: list[Part] = [
        html.P(shown.say("case.rests_on", publication=ground.code) if ground else shown.say("case.no_ground")),
        html.P(html.A(shown.say("case.to_base"), href=urls.build(urls.base_path(one.base), period))),
        html.P(html.A(shown.say("case.to_return"), href=urls.return_path(one.base, one.period))),
    ]
    verdict = shown.ask_now(repository.verdict_of, ground.code, one.base, one.period) if ground else None
    if verdict and ground:
        lines[1:1] = [
            verdict_words.headline(shown, verdict),
            verdict_words.reasons(shown, ground, verdict, row.base.type),
        ]
    return c.section(shown.say("case.grounds"), lines)


def _rights(shown: View) -> Part:
    return c.section(shown.say("case.rights"), html.P(shown.say("case.rights_text"), className="note"))
