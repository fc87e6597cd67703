"""A case in words: where it stands, whose turn it is until when, what was decided."""

from dash import html

from dashboard import components as c
from dashboard import numbers
from dashboard.return_words import moment
from dashboard.view import View
from indicators import cases
from indicators.cases import Case, Event

SHAPES = {
    cases.NOTIFIED: "▷",
    cases.ANSWERED: "▶",
    cases.CONSIDERED: "◆",
    cases.PROPOSED: "●",
    cases.DECIDED: "✓",
    cases.WITHDRAWN: "✕",
}
"""Each state has a shape, so that colour is never alone."""


def state_mark(view: View, case: Case) -> html.Span:
    """The state as its shape and its words; of a decided case, the decision; without a case, whether a finding of false
    data stands or stood."""
    if case.state is None:
        if case.false_data:
            shape = html.Span("■", className="case-shape is-finding", **c.aria(hidden="true"))
            return html.Span([shape, view.say("case.state.finding")], className="case-mark")
        return html.Span(view.say("case.state.lifted" if case.events else "case.state.none"), className="note")
    shape = html.Span(SHAPES[case.state], className=f"case-shape is-{case.state}", **c.aria(hidden="true"))
    return html.Span([shape, state_word(view, case)], className="case-mark")


def state_word(view: View, case: Case) -> str:
    if case.decision and case.decision.decision:
        return decided(view, case.decision.decision)
    return view.say(f"case.state.{case.state}")


def decided(view: View, decision: str) -> str:
    """What follows when that decision is signed: other words than those of the decision that is only proposed."""
    return view.say(f"case.decided.{decision}")


def turn(view: View, case: Case) -> str:
    """ "the base, until 9 Dec 2026" or "the base, since 9 Dec 2026 overdue"; empty when nobody is."""
    if case.turn is None:
        return ""
    who = view.say(f"case.level.{case.turn}")
    if case.due is None:
        return who
    key = "overdue" if case.overdue() else "until"
    return view.say(f"case.{key}", who=who, day=numbers.day(case.due, view.language))


def signature(view: View, event: Event) -> str:
    """ "the province (cora), 24 Nov 2026, 14:02" """
    who = view.say("case.by", level=view.say(f"case.level.{event.level}"), name=event.by)
    return view.say("case.signed", who=who, when=moment(view, event.at))
