"""One case: what it rests on, what is to be done next and by whom, and everything that happened, word for word."""

from collections.abc import Mapping

from dash import html

from dashboard import case_words, numbers, outcome, review_words, states, urls, verdict_words
from dashboard import components as c
from dashboard.components import Part
from dashboard.fields import text_field
from dashboard.frame import page
from dashboard.still import Input
from dashboard.urls import State
from dashboard.view import View
from indicators import cases as life
from indicators.cases import Case, Event
from indicators.repository import UnknownBase
from indicators.repository import cases as repository
from indicators.repository.cases import CaseRow

PATH = "/cases/<of_base>/<of_quarter>"


def render(shown: View, query: Mapping[str, str], base_code: str, quarter: str) -> Part:
    """The page for a viewer, a base and a quarter."""
    state, here = shown.state(query), urls.case_path(base_code, quarter)
    try:
        row: CaseRow = shown.ask_now(repository.case, base_code, quarter)
    except UnknownBase:
        return page(shown, state, here, states.unknown_base(shown, base_code, quarter))
    return page(shown, state, here, _content(shown, row))


def _content(shown: View, row: CaseRow) -> Part:
    one = row.case
    told = outcome.told(one.base, urls.case_path(one.base, one.period))
    kept = told.at if told and not told.good else ""
    return [
        html.P(told.text, className="told" if told.good else "told bad", role="status") if told else None,
        _head(shown, row),
        html.Div(
            [
                html.Div([_latest(shown, row), _next(shown, row, kept), _course(shown, one)], className="work"),
                html.Aside([_grounds(shown, row), _rights(shown)], className="return-aside"),
            ],
            className="return-columns",
        ),
    ]


def _head(shown: View, row: CaseRow) -> html.Header:
    one, language = row.case, shown.language
    quarter = numbers.quarter(one.period, language)
    turn = case_words.turn(shown, one)
    return html.Header(
        [
            html.P(review_words.about(shown, row.base), className="about"),
            html.Div(
                [
                    html.H1(shown.say("case.title", base=row.base.name[language], quarter=quarter)),
                    html.Span(turn, className="due overdue" if turn and one.overdue() else "due") if turn else None,
                ]
            ),
            html.P(case_words.state_mark(shown, one), className="next"),
        ],
        className="return-head",
    )


def _latest(shown: View, row: CaseRow) -> Part:
    """What was said last, above the form of whoever has to go on from there."""
    if not row.steps or not row.case.events:
        return None
    return html.Ol([_event(shown, row.case.events[-1])], className="happened latest")


# What is to be done -----------------------------------------------------------------------------------------------------


def _next(shown: View, row: CaseRow, kept: str) -> Part:
    """A form for each step that the viewer may take; who cannot do anything is told who is in turn."""
    if not row.steps:
        words = shown.say(f"case.wait.{row.case.turn}" if row.case.turn else "case.wait.over")
        return html.P(words, className="lead") if row.case.state else _not_opened(shown)
    main = [step for step in row.steps if step not in ASIDE]
    rest = [step for step in row.steps if step in ASIDE]
    forms: list[Part] = [_form(shown, row, step, kept if place == 0 else "") for place, step in enumerate(main)]
    if rest:
        more = [_form(shown, row, step, "") for step in rest]
        forms.append(html.Details([html.Summary(shown.say("case.more_steps")), *more], className="twin"))
    return html.Div(forms, className="case-steps")


ASIDE = (life.FALSE_DATA, life.LIFT)


def _not_opened(shown: View) -> html.P:
    return html.P(shown.say("case.not_opened"), className="lead")


def _form(shown: View, row: CaseRow, step: str, kept: str) -> html.Form:
    say, one = shown.say, row.case
    field = f"text-{step}"
    return html.Form(
        [
            html.H2(say(f"case.step.{step}")),
            html.P(say(f"case.means.{step}"), className="note"),
            _decisions(shown, row) if step == life.PROPOSE else None,
            html.Label(say(f"case.text.{step}"), htmlFor=field),
            text_field(field, "text", kept, rows=6, required=True, maxLength=life.LONGEST),
            Input(type="hidden", name="step", value=step),
            Input(type="hidden", name="seen", value=str(len(one.events))),
            html.Button(say(f"case.do.{step}"), type="submit", className=f"button {KIND.get(step, 'main')}"),
        ],
        action=urls.case_path(one.base, one.period),
        method="post",
        className="case-step",
    )


KIND = {life.REFUSE: "worse", life.FALSE_DATA: "worse", life.LIFT: "", life.PLAN: ""}


def _decisions(shown: View, row: CaseRow) -> html.Fieldset:
    options = [
        html.Label(
            [
                Input(type="radio", name="decision", value=decision, required=True),
                html.Span(
                    [
                        shown.say(f"case.decision.{decision}"),
                        html.Span(shown.say(f"case.decision_means.{decision}"), className="under"),
                    ]
                ),
            ],
            className="choice-line",
        )
        for decision in life.DECISIONS
    ]
    return html.Fieldset([html.Legend(shown.say("case.choose_decision")), *options])


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
    return html.Li(
        [
            html.Span(case_words.signature(shown, event), className="note"),
            html.P(words),
            html.Blockquote(event.text),
        ]
    )


# What it rests on -------------------------------------------------------------------------------------------------------


def _grounds(shown: View, row: CaseRow) -> Part:
    one = row.case
    ground = one.publication or shown.ask_now(repository.grounds, one.base, one.period)
    period = State(period=one.period)
    lines: list[Part] = [
        html.P((ground and shown.say("case.rests_on", publication=ground)) or shown.say("case.no_ground")),
        html.P(html.A(shown.say("case.to_base"), href=urls.build(urls.base_path(one.base), period))),
        html.P(html.A(shown.say("case.to_return"), href=urls.return_path(one.base, one.period))),
    ]
    verdict = shown.ask_now(repository.verdict_of, ground, one.base, one.period) if ground else None
    if verdict:
        lines[1:1] = [
            verdict_words.headline(shown, verdict),
            verdict_words.reasons(shown, verdict, row.base.type),
        ]
    if one.false_data:
        lines.insert(0, html.P(shown.say("case.false_data"), className="past"))
    return c.section(shown.say("case.grounds"), lines)


def _rights(shown: View) -> Part:
    return c.section(shown.say("case.rights"), html.P(shown.say("case.rights_text"), className="note"))
