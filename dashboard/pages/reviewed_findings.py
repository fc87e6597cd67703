"""What was asked of a return and what the base answered, most telling first; and the reasons for sending it back that
follow from it."""

from math import inf

from dash import html

from dashboard import components as c
from dashboard import numbers
from dashboard.components import Part
from dashboard.still import still
from dashboard.view import View
from etl.findings import Finding
from etl.form import load_form
from indicators.repository.returns import Beside, Desk, Line

TEMPLATES = 6
"""How many reasons are offered."""


def ordered(desk: Desk) -> list[tuple[int, Finding]]:
    """Errors, then queries without an answer, then those with one; within each as the check has ordered them."""
    return sorted(desk.findings.items(), key=lambda one: (one[1].severity != "error", not one[1].open))


def findings(shown: View, desk: Desk) -> Part:
    """The list; a word when there is nothing."""
    if desk.newest is None:
        return None
    found = ordered(desk)
    if not found:
        return c.section(shown.say("review.findings_none"), html.P(shown.say("review.findings_none_help")), None, "")
    queries = sum(finding.severity == "query" for _, finding in found)
    note = shown.say("review.findings_note", errors=desk.errors, queries=queries, open=desk.open_queries)
    rows = [_finding(shown, number, finding) for number, finding in found]
    return c.section(
        shown.say("review.findings", n=len(found)),
        still(html.Ol(rows, className="asked-list")),
        note,
        "reviewed-findings",
    )


def _finding(shown: View, number: int, finding: Finding) -> html.Li:
    form, language = load_form(), shown.language
    measure = form.measures.get(finding.measure or "")
    kind = "error" if finding.severity == "error" else "open" if finding.open else "answered"
    place = " ".join(part for part in (finding.sheet, finding.cell) if part)
    title: list[Part] = [
        html.Span(
            {"error": "■", "open": "▲", "answered": "●"}[kind], className=f"shape {kind}", **c.aria(hidden="true")
        ),
        html.Strong(measure.full_name[language] if measure else shown.say("review.whole")),
        html.Span(shown.say(f"review.finding.{kind}"), className="kind"),
        html.Span(f"{finding.code} · {place}" if place else finding.code, className="note"),
    ]
    reader: list[Part] = [html.P(finding.message[language], className="message")]
    if finding.for_reviewer:
        reader.append(html.P(finding.for_reviewer[language], className="message"))
    if finding.severity == "query":
        reader.append(_answer(shown, finding))
    return html.Li([html.P(title, className="asked-head"), *reader], id=f"finding-{number}", className=kind)


def _answer(shown: View, finding: Finding) -> Part:
    if not finding.answer:
        return html.P(shown.say("review.unanswered"), className="unanswered")
    whose = shown.say("review.answer")
    if finding.remembered:
        whose = shown.say("review.remembered", quarter=numbers.quarter(finding.remembered, shown.language))
    return html.Blockquote([html.Span(whose, className="note"), finding.answer])


# Reasons -----------------------------------------------------------------------------------------------------------------


def reasons(shown: View, desk: Desk, beside: Beside) -> list[str]:
    """Sentences to send a return back with: an open query, an answered one, then big changes nobody asked about."""
    offered = []
    for _, finding in ordered(desk):
        key = "review.reason_for.unanswered" if finding.open else "review.reason_for.answered"
        offered.append(shown.say(key, place=finding.cell or finding.sheet or "", message=_short(shown, finding)))
    asked = {finding.measure for finding in desk.findings.values()}
    big = sorted((line for line in beside.lines if line.is_big), key=lambda line: -_size(line))
    offered += [_about_change(shown, line) for line in big if line.measure.code not in asked]
    return list(dict.fromkeys(offered))[:TEMPLATES]


def _short(shown: View, finding: Finding) -> str:
    """The message's first sentence: what was found, without the advice."""
    message, stop = finding.message[shown.language], "。" if shown.language == "zh" else ". "
    return message.split(stop)[0].rstrip(".。")


def _size(line: Line) -> float:
    """From nothing, anything is the largest change."""
    return inf if line.change is None else abs(line.change)


def _about_change(shown: View, line: Line) -> str:
    return shown.say(
        "review.reason_for.change",
        place=line.cell or "",
        name=line.measure.full_name[shown.language],
        value=numbers.plain(line.value or 0),
        change=shown.say("review.from_zero") if line.change is None else numbers.change(line.change, shown.language),
    )
