"""What was found in the newest version, each at its cell, and the answers to its queries; before it, why a file was
not taken at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dash import html

from dashboard import components as c
from dashboard import fields, numbers, outcome, return_words, urls
from dashboard.components import Part
from dashboard.pages.own_values import anchor
from dashboard.sending import counts_in_words
from dashboard.view import View
from etl import returns
from etl.findings import Finding
from etl.form import load_form
from etl.reading import RETURN_SHEET, ROSTER_SHEET
from etl.versions import CHECKED, DRAFT, RETURNED
from indicators.repository import sending as repository
from indicators.repository.returns import Beside, Desk
from indicators.repository.sending import Answered

SHOWN = 40
"""How many findings of a kind are listed; the rest are folded."""
ANSWERABLE = (DRAFT, CHECKED, RETURNED)
Numbered = Sequence[tuple[int, Finding]]


def findings(shown: View, desk: Desk, beside: Beside) -> list[Part]:
    """The sections of refusal and findings."""
    return [_refused(shown, desk), _found(shown, desk, beside) if desk.findings else None]


def _refused(shown: View, desk: Desk) -> Part:
    refused = outcome.refused(desk.base.code, desk.quarter.period)
    if refused is None:
        return None
    items = [
        html.Li([html.Code(place) if place else None, html.P(text[shown.language])]) for place, text in refused.texts()
    ]
    if refused.more:
        items.append(html.Li(shown.say("return.refused_more", n=numbers.plain(refused.more))))
    at = return_words.moment(shown, datetime.fromisoformat(refused.at))
    title = shown.say("return.refused", file=refused.file) if refused.file else shown.say("return.refused_unnamed")
    note = html.P(shown.say("return.refused_note", when=at), className="note")
    return c.section(title, [html.Ul(items), note], None, "refused", id="refused", role="alert")


# The findings --------------------------------------------------------------------------------------------------------


def _found(shown: View, desk: Desk, beside: Beside) -> Part:
    newest = desk.newest
    assert newest is not None
    places = {line.measure.code: line for line in beside.lines}
    here = shown.ask_now(repository.answered_here, desk.base.code, desk.quarter.period, newest.version)
    errors = [(n, f) for n, f in desk.findings.items() if f.severity == "error"]
    queries = [(n, f) for n, f in desk.findings.items() if f.severity == "query"]
    parts: list[Part] = []
    if errors:
        parts.append(_group(shown, "errors", [_error(shown, n, f, places) for n, f in errors]))
    if queries:
        parts.append(_queries(shown, desk, queries, places, here))
    open_ones = [finding for finding in desk.findings.values() if finding.open]
    note = counts_in_words(shown, open_ones) if open_ones else shown.say("return.nothing_open")
    return c.section(shown.say("return.found", n=newest.version), parts, note, "findings", id="findings", tabIndex="-1")


def _group(shown: View, key: str, items: list[Part], folded: bool = False) -> Part:
    """Findings of a kind under their heading; of many the first ones, the rest to be unfolded."""
    title = shown.say(f"return.group.{key}", n=numbers.plain(len(items)))
    if folded:
        return html.Details([html.Summary(title), html.Ul(items)], className=f"group {key}")
    parts: list[Part] = [html.H3(title), html.Ul(items[:SHOWN])]
    if len(items) > SHOWN:
        more = shown.say("return.group_more", n=numbers.plain(len(items) - SHOWN))
        parts.append(html.Details([html.Summary(more), html.Ul(items[SHOWN:])]))
    return html.Div(parts, className=f"group {key}")


def _error(shown: View, number: int, finding: Finding, places: Mapping) -> Part:
    return html.Li(_said(shown, finding, places), id=f"finding-{number}", className="finding error", tabIndex="-1")


def _said(shown: View, finding: Finding, places: Mapping) -> list[Part]:
    """The place, what stands there, and what is wrong with it."""
    return [
        html.Div(_place(shown, finding, places), className="place"),
        html.Div(_message(shown, finding), className="said"),
    ]


def _message(shown: View, finding: Finding) -> list[Part]:
    """The message with its subject in bold: as it begins with it, or with a line of its own before it."""
    text, subject = finding.message[shown.language], _subject(shown, finding)
    if subject and text.casefold().startswith(subject.casefold()):
        return [html.P([html.Strong(text[: len(subject)]), text[len(subject) :]])]
    value = html.Span(_value(finding), className="found-value") if finding.value not in (None, "") else None
    return [html.P([subject, value], className="subject") if subject or value else None, html.P(text)]


def _subject(shown: View, finding: Finding) -> str:
    """What the finding is about."""
    form, code = load_form(), finding.measure
    if part := form.measures.get(code or "") or form.roster.get(code or ""):
        return part.full_name[shown.language]
    return form.checks[finding.code].name[shown.language] if finding.code in form.checks else ""


def _value(finding: Finding) -> str:
    """Values are kept as texts; that of a measure is written as a number, a credit code or a word as it stands."""
    if finding.measure not in load_form().measures:
        return str(finding.value)
    try:
        value = float(finding.value or "")
    except ValueError:
        return str(finding.value)
    return numbers.plain(value, None if value.is_integer() else 2)


def _place(shown: View, finding: Finding, places: Mapping) -> Part:
    if finding.cell is None:
        return html.Span(shown.say("return.whole"), className="note")
    cell = html.Code(finding.cell)
    if finding.sheet == RETURN_SHEET and finding.measure and finding.measure in places:
        words = shown.say("return.go_to", cell=finding.cell)
        return html.A([cell, html.Span("→", **c.aria(hidden="true"))], href=f"#{anchor(finding.measure)}", title=words)
    if finding.sheet == ROSTER_SHEET:
        row = "".join(filter(str.isdigit, finding.cell))
        return [cell, html.Span(shown.say("return.roster_row", row=row), className="note")]
    return [cell, html.Span(finding.sheet, className="note") if finding.sheet else None]


# Queries and their answers -------------------------------------------------------------------------------------------


def _queries(shown: View, desk: Desk, queries: Numbered, places: Mapping, here: Mapping[int, Answered]) -> Part:
    """A form with a field for each query that may be answered now; one that came up after the version was handed in,
    because an earlier quarter was revised, may be answered then too."""
    assert desk.newest is not None
    editable = desk.newest.state in ANSWERABLE
    remembered = [(n, f) for n, f in queries if f.remembered and n not in here]
    answered = [(n, f) for n, f in queries if f.answer and (n, f) not in remembered]
    open_ones = [(n, f) for n, f in queries if not f.answer]
    parts: list[Part] = []
    for key, some in (("open", open_ones), ("answered", answered), ("remembered", remembered)):
        if some:
            items = [_query(shown, n, f, places, here.get(n), editable or not f.answer) for n, f in some]
            parts.append(_group(shown, key, items, folded=key == "remembered"))
    if not editable and not open_ones:
        return html.Div(parts)
    save = html.Div(
        [
            html.Button(
                shown.say("return.save_answers"),
                type="submit",
                name="version",
                value=str(desk.newest.version),
                className="button main",
            ),
            html.Span(className="save-told", role="status"),
        ],
        className="save",
    )
    words = {key: shown.say(f"return.answers.{key}", n="{n}") for key in ("unsaved", "saving", "failed", "leave")}
    return html.Form(
        [*parts, save],
        action=urls.return_path(desk.base.code, desk.quarter.period, "answers"),
        method="post",
        className="answers",
        **c.data(signed_out=shown.say("return.upload.signed_out"), **words),
    )


def _query(shown: View, number: int, finding: Finding, places: Mapping, here: Answered | None, editable: bool) -> Part:
    said = _said(shown, finding, places)
    said[1].children.append(_answer(shown, number, finding, editable))
    if finding.answer:
        said[1].children.append(html.P(_origin(shown, finding, here), className="note"))
    kind = "query" if finding.answer else "query open"
    return html.Li(said, id=f"finding-{number}", className=f"finding {kind}", tabIndex="-1")


def _answer(shown: View, number: int, finding: Finding, editable: bool) -> Part:
    """The field for the answer, or the answer as it stands."""
    if not editable:
        return html.Blockquote(finding.answer, className="answer") if finding.answer else None
    name = f"answer-{number}"
    label = html.Label(shown.say("return.answer", cell=finding.cell or finding.code), htmlFor=name, className="unseen")
    field = fields.text_field(
        name,
        name,
        finding.answer or "",
        rows=2,
        maxLength=returns.LONGEST,
        placeholder=shown.say("return.answer_here", n=numbers.plain(returns.LONGEST)),
    )
    left = numbers.plain(returns.LONGEST - len(finding.answer or ""))
    count = html.Span(
        shown.say("return.characters_left", n=left),
        className="note characters",
        **c.data(left=shown.say("return.characters_left", n="{n}")),
    )
    return html.Div([label, field, count], className="answer-field")


def _origin(shown: View, finding: Finding, here: Answered | None) -> str:
    """Where an answer comes from."""
    if here:
        return shown.say("return.answered_here", who=here.by, when=return_words.moment(shown, here.at))
    if finding.remembered:
        return shown.say("return.remembered_from", quarter=numbers.quarter(finding.remembered, shown.language))
    return shown.say("return.answered_in_file")
