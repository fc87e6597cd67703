"""Patterns: buttons, fields, choices, questions, the card of an indicator, the steps of a return and of a case."""

from dash import html

from dashboard import case_steps, fields, sure, urls
from dashboard import components as c
from dashboard.components import Part
from dashboard.pages import own_steps
from dashboard.pages import patterns_data as data
from dashboard.pages.own_steps import DONE, LATER, NOW, Step
from dashboard.still import Input
from dashboard.urls import PATTERNS, State
from dashboard.view import View
from indicators import cases as life
from indicators.repository.cases import CaseRow


def samples(shown: View) -> list[tuple[str, Part]]:
    return [
        ("buttons", _buttons(shown)),
        ("links", _links(shown)),
        ("fields", _fields(shown)),
        ("choices", _choices(shown)),
        ("dialog", _dialog(shown)),
        ("card", c.indicator_link(shown, State(), data.indicator().code, data.indicator().name[shown.language])),
        ("return_steps", own_steps.listed(shown, _steps(shown))),
        ("case_steps", _case_steps(shown)),
    ]


def _buttons(shown: View) -> Part:
    """The focus ring is the browser's: reach them with the Tab key."""
    kinds = {
        "main": {},
        "": {},
        "quiet": {},
        "worse": {},
        "main off": {"disabled": True},
        "main busy": {"disabled": True},
    }
    named = {"": "plain", "main off": "disabled", "main busy": "busy"}
    buttons = [
        html.Button(
            shown.say(f"patterns.button.{named.get(kind, kind)}"),
            type="button",
            className=f"button {kind.split()[0] if kind else ''}".strip(),
            **rest,
            **(c.aria(busy="true") if kind.endswith("busy") else {}),
        )
        for kind, rest in kinds.items()
    ]
    return html.Div(buttons, className="pattern-row")


def _links(shown: View) -> Part:
    return html.Div(
        [
            html.P(html.A(shown.say("patterns.link"), href=f"{PATTERNS}#controls")),
            html.A(shown.say("case.step.notify"), href=f"{PATTERNS}#controls", className="do"),
            c.downloads(shown, State(), "rankings"),
            c.report_links(shown, State()),
        ],
        className="pattern-row flag-queue",
    )


def _fields(shown: View) -> Part:
    say = shown.say
    wrong = html.P(say("login.wrong"), id="pattern-wrong", className="wrong")
    return html.Div(
        [
            html.Label(
                [html.Span(say("patterns.field")), Input(type="search", name="a", value=data.NAMES[0][shown.language])]
            ),
            html.Label(
                [html.Span(say("patterns.field_off")), Input(type="text", name="b", disabled=True, value="12.3")]
            ),
            html.Div(
                [
                    html.Label(say("patterns.field_text"), htmlFor="pattern-text"),
                    fields.text_field("pattern-text", "c", "…", rows=2),
                ]
            ),
            html.Div(
                [
                    html.Label(say("patterns.field_wrong"), htmlFor="pattern-number"),
                    Input(
                        id="pattern-number",
                        type="text",
                        name="d",
                        value="−",
                        **c.aria(invalid="true", describedby="pattern-wrong"),
                    ),
                    wrong,
                ]
            ),
            fields.file_field("pattern-file", "e", ".xlsx", say("return.choose_file"), say("return.or_drop")),
        ],
        className="pattern-fields",
    )


def _choices(shown: View) -> Part:
    say = shown.say
    options = [
        (PATTERNS, say("choose.everywhere")),
        (say("choose.provinces"), [(f"{PATTERNS}?province={code}", code) for code in data.PROVINCES[:3]]),
    ]
    boxes = [
        html.Label(
            [
                Input(type="checkbox", name="column", value=str(place), checked=place == 0, disabled=place == 2),
                html.Span(words),
            ],
            className="choice-line",
        )
        for place, words in enumerate((say("rankings.grade"), say("rankings.province"), say("rankings.region")))
    ]
    radios = [
        html.Label(
            [
                Input(type="radio", name="decision", value=key, checked=key == life.CLEAR),
                html.Span(say(f"case.decision.{key}")),
            ],
            className="choice-line",
        )
        for key in life.DECISIONS[:2]
    ]
    return html.Div(
        [
            c.chooser(say("choose.area"), options, PATTERNS, "pattern"),
            c.choose_type(shown, State(type=data.TYPE), PATTERNS),
            html.Fieldset([html.Legend(say("rankings.columns_legend")), *boxes]),
            html.Fieldset([html.Legend(say("case.choose_decision")), *radios]),
        ],
        className="pattern-fields",
    )


def _dialog(shown: View) -> Part:
    """A form that asks before it is sent. It leads nowhere: its answer is this page."""
    say, base = shown.say, data.NAMES[0][shown.language]
    told = [say("case.sure.seen", base=base), say("case.sure.stays.other")]
    return html.Form(
        [
            html.Button(say("case.do.refuse"), type="submit", className="button worse"),
            sure.question(
                shown, "pattern", say("case.sure.title.refuse", base=base), told, say("case.do.refuse"), "worse"
            ),
        ],
        action=PATTERNS,
        method="get",
    )


def _steps(shown: View) -> list[Step]:
    say = shown.say
    button = html.A(say("return.download"), href=urls.HELP, className="button main")
    return [
        Step("download", DONE, say("return.form_prefilled"), button),
        Step(
            "upload",
            NOW,
            say("return.nothing_sent"),
            html.Button(say("return.send"), type="button", className="button main"),
        ),
        Step("submit", LATER, say("return.nothing_sent"), None),
    ]


def _case_steps(shown: View) -> list[Part]:
    """The form of whoever is in turn, with the text that was not taken; and what the others read."""
    notified = data.case(life.NOTIFY)
    mine = CaseRow(data.base(), notified, (life.ANSWER, life.LIFT))
    others = CaseRow(data.base(), notified, ())
    return [case_steps.steps(shown, mine, "…"), case_steps.steps(shown, others, "")]
