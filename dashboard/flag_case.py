"""How the case of a flagged base stands, and what the viewer can do in it."""

from dash import html

from dashboard import case_steps, case_words, numbers, urls
from dashboard.components import Part
from dashboard.view import View
from indicators import cases as life
from indicators.repository.cases import CaseRow

STANDS = {
    life.NOTIFIED: "notified",
    life.ANSWERED: "answered",
    life.CONSIDERED: "answered",
    life.PROPOSED: "answered",
    life.DECIDED: "decided",
}
"""A case's state → one of urls.CASE_STATES; a notice that was withdrawn leaves none."""


def standing_of(row: CaseRow | None) -> str:
    return STANDS.get((row.case.state if row else None) or "", "none")


def stands(shown: View, row: CaseRow | None, period: str) -> Part:
    """The state as a link to the case, whose turn it is until when, and of which quarter it is where that is another."""
    if row is None:
        return numbers.NONE
    one = row.case
    if not one.events:
        return html.Span(shown.say("case.state.none"), className="note")
    parts: list[Part] = [html.A(case_words.state_mark(shown, one), href=urls.case_path(one.base, one.period))]
    if turn := case_words.turn(shown, one):
        parts.append(html.Span(turn, className="under past" if one.overdue() else "under"))
    if one.period != period:
        quarter = numbers.quarter(one.period, shown.language)
        parts.append(html.Span(shown.say("case.of_quarter", quarter=quarter), className="under"))
    return parts


def next_step(shown: View, row: CaseRow | None, cause: bool) -> Part:
    """The step that the viewer may take now, as the way to its form. `cause`: the base gives cause to open a case."""
    if row is None:
        return None
    steps = [step for step in row.steps if step not in case_steps.ASIDE]
    if not steps or (not cause and steps[0] == life.NOTIFY):
        return None
    where = urls.case_path(row.case.base, row.case.period)
    anew = steps[0] == life.NOTIFY and bool(row.case.events)
    words = shown.say("case.open_anew") if anew else shown.say(f"case.step.{steps[0]}")
    return html.A(words, href=where, className="do")
