"""Patterns: what a page says of what was done, and what it says instead of its content."""

from dash import html

from dashboard import components as c
from dashboard import numbers, permissions, states
from dashboard.components import Part
from dashboard.pages import patterns_data as data
from dashboard.view import View


def samples(shown: View) -> list[tuple[str, Part]]:
    return [
        ("done", html.P(shown.say("case.done.notify"), className="told", role="status")),
        ("not_done", html.P(shown.say("case.not_computed"), className="told bad", role="status")),
        ("warning", html.Div(html.P(["▲ ", shown.say("return.nothing_sent")]), className="against")),
        ("finding", _finding(shown)),
        ("info", html.P(shown.say("flags.lead_own"), className="note")),
        ("nothing", html.P(shown.say("attention.none"), className="nothing")),
        ("empty", c.empty(shown.say("cases.nothing"), shown.say("cases.nothing_help.base"))),
        ("nothing_published", states.nothing_published(shown)),
        ("not_allowed", states.not_allowed(shown)),
        ("not_your_role", states.not_your_role(shown, permissions.SIMULATION)),
        ("unknown_base", states.unknown_base(shown, "X99", numbers.quarter(data.PERIOD, shown.language))),
        ("unknown_address", states.unknown_address(shown)),
        ("broken", states.broken(shown)),
        ("loading", html.Div(html.Div(className="_dash-loading"), className="pattern-loading")),
    ]


def _finding(shown: View) -> Part:
    words = shown.say("case.false_data", quarter=numbers.quarter(data.PERIOD, shown.language))
    return html.P([html.Span("■ ", **c.aria(hidden="true")), words], className="finding-stands")
