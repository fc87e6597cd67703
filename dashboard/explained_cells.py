"""From an indicator down to its cells: every operand with its file, sheet and cell, and the sheet around a chosen one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dash import html

from dashboard import components as c
from dashboard import hashes, numbers, permissions, sheet_picture, urls
from dashboard.components import Part
from dashboard.view import View
from indicators.repository import Explained, ExplainedChange, Publication
from indicators.repository.pictures import NoPicture, picture
from indicators.trace import Operand

Known = Explained | ExplainedChange


@dataclass(frozen=True)
class Sheets:
    """Which operand's sheet is shown: `chosen` is its name, as the address has it; `address(name)`: where that one is."""

    publication: Publication
    chosen: str
    address: Callable[[str], str]

    @staticmethod
    def name(operand: Operand) -> str:
        return f"{operand.measure}.{operand.period}"

    def shows(self, operand: Operand) -> bool:
        return operand.cell is not None and self.chosen == self.name(operand)


def operands(shown: View, known: Known, found: Sequence[Operand], sheets: Sheets) -> Part:
    """Every operand with its value, cell and file; below the chosen one the sheet around it."""
    names = ("measure", "quarter", "value", "cell", "version")
    head = [
        html.Th(shown.say(f"explain.column.{name}"), scope="col", className="number" if name == "value" else "")
        for name in names
    ]
    rows: list[Part] = []
    before = ""
    for operand in found:
        rows += _operand(shown, known, operand, operand.measure != before, sheets)
        before = operand.measure
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="operands")
    return html.Div(table, className="table-frame")


def _operand(shown: View, known: Known, operand: Operand, first: bool, sheets: Sheets) -> list[Part]:
    language, measure = shown.language, known.form.measures[operand.measure]
    name: Part = measure.full_name[language] if first else html.Span(measure.full_name[language], className="unseen")
    value: Part = html.Span(shown.say(f"why.{operand.missing}"), className="why")
    if operand.value is not None:
        value = numbers.with_unit(operand.value, measure.unit, language)
    row = html.Tr(
        [
            html.Th(name, scope="row"),
            html.Td(numbers.quarter(operand.period, language), className="when"),
            html.Td(value, className="number"),
            html.Td(_cell(shown, operand, sheets)),
            html.Td(_return(shown, known, operand)),
        ],
        className=" ".join([*(["first"] if first else []), *(["no-cell"] if operand.cell is None else [])]),
    )
    return [row, _sheet(shown, known, operand, sheets), *(_about(shown, found) for found in operand.findings)]


def _cell(shown: View, operand: Operand, sheets: Sheets) -> Part:
    """Sheet and cell, which lead to the sheet around it, and the file."""
    if operand.cell is None:
        return numbers.NONE
    place, open_now = f"{operand.sheet}!{operand.cell}", sheets.shows(operand)
    words = shown.say("picture.hide" if open_now else "picture.show", cell=place)
    link = html.A(
        place,
        href=sheets.address("" if open_now else sheets.name(operand)),
        className="cell-place",
        title=words,
        **c.aria(expanded="true" if open_now else "false", label=words),
    )
    return html.Span([link, html.Span(operand.file, className="under", title=f"sha256 {operand.sha256}")])


def _hash(shown: View, operand: Operand) -> Part:
    """What proves that a file in hand is the one that was loaded."""
    if not operand.sha256:
        return None
    return html.P([shown.say("picture.hash"), " ", hashes.copied(shown, operand.sha256)], className="note file-hash")


def _sheet(shown: View, known: Known, operand: Operand, sheets: Sheets) -> html.Tr | None:
    """The sheet around the chosen operand's cell, or why it cannot be shown."""
    if operand.version is None or not sheets.shows(operand):
        return None
    where = (sheets.publication, known.member.code, operand.period, operand.version, operand.measure)
    try:
        content: Part = sheet_picture.drawn(shown, shown.ask_now(picture, *where))
    except NoPicture as error:
        content = sheet_picture.missing(shown, error)
    return html.Tr(html.Td([content, _hash(shown, operand)], colSpan=5), className="sheet-row")


def _return(shown: View, known: Known, operand: Operand) -> Part:
    """The return of the operand; for the base itself also its file as it was sent, unless others are in it."""
    if operand.cell is None:
        return numbers.NONE
    words = shown.say("explain.version", n=operand.version)
    if not shown.may(permissions.RETURN):
        return words
    base = known.member.code
    parts: list[Part] = [html.A(words, href=urls.return_path(base, operand.period))]
    if shown.scope.role == "base" and operand.sha256 in known.own_files:
        address = f"{urls.return_path(base, operand.period, 'file')}?version={operand.version}"
        parts.append(html.A(shown.say("explain.download"), href=address, download="", className="under"))
    return html.Span(parts)


def _about(shown: View, found) -> html.Tr:
    """What was found about the cell above, and what was answered."""
    told: list[Part] = [
        html.Span("■" if found.severity == "error" else "?", className="found", **c.aria(hidden="true")),
        html.Span(found.message_zh if shown.language == "zh" else found.message),
    ]
    if found.answer:
        told.append(html.Span(shown.say("explain.answer", text=found.answer), className="answer"))
    return html.Tr(html.Td(told, colSpan=5), className="about-cell")
