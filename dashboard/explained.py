"""One number explained: a score by its components, an indicator by its formula and cells, a verdict by its reasons; and
the paragraphs of the opinion that ask for it."""

from collections.abc import Callable, Sequence

from dash import html

from dashboard import components as c
from dashboard import lamps, numbers, permissions, urls
from dashboard.components import Part
from dashboard.formulas import formula
from dashboard.view import View
from indicators.explain import Explanation
from indicators.explain_scores import LAMP, Component, Judgement, Score, Whole
from indicators.repository import Explained
from indicators.trace import Operand
from indicators.verdicts.reasons import ADJUST, GRADES, HONOUR

Address = Callable[[str], str]
"""Code → where that number is explained."""
OF_GRADE = (*GRADES, "grade", ADJUST, HONOUR)
"""What a reason weighs for that speaks of the grade; all others speak of the lamp."""


def detail(shown: View, known: Explained, found: Score | Explanation | Judgement, address: Address) -> list[Part]:
    """The sections below a number's headline."""
    match found:
        case Score():
            return [_sum(shown, known.whole, found, address), _asked_by(shown, found.paragraphs)]
        case Judgement():
            return [_reasons(shown, found, address)]
    return [*_indicator(shown, known, found), _asked_by(shown, found.paragraphs)]


def value_of(shown: View, found: Score | Explanation | Judgement) -> str:
    """The number in words, as it stands in the headline."""
    match found:
        case Score():
            return numbers.score(found.value) if found.value is not None else shown.say("explain.no_score")
        case Judgement():
            return judged(shown, found)
    if found.value is None:
        return shown.say(f"why.{found.missing}")
    return numbers.with_unit(found.value, found.unit, shown.language)


def judged(shown: View, found: Judgement) -> str:
    """ "green", or "C" with whether it is that of a whole year."""
    if found.code == LAMP:
        return lamps.word(shown, found.value)
    if found.value is None:
        return shown.say("explain.no_grade")
    return shown.say("explain.grade_final" if found.verdict["final"] else "explain.grade_so_far", grade=found.value)


# A score


def _sum(shown: View, whole: Whole, found: Score, address: Address) -> Part:
    say = shown.say
    head = [say(f"explain.column.{name}") for name in ("part", "weight", "share", "score", "contributes")]
    rows = [_part(shown, whole, part, address) for part in found.components]
    rows.append([html.B(say("explain.sum")), "", "", "", html.B(numbers.score(found.value))])
    note = say("explain.sum_note", share=f"{found.min_share:.0%}")
    return c.section(say("explain.made_of"), [c.table(head, rows, className="sum"), html.P(note, className="note")])


def _part(shown: View, whole: Whole, part: Component, address: Address) -> list[Part]:
    name: list[Part] = [html.A(whole.definitions.name(part.code)[shown.language], href=address(part.code))]
    if part.why:
        name.append(html.Span(shown.say(f"why.{part.why}"), className="under"))
    width = {"width": f"{min(100.0, part.contribution):.1f}%"}
    meter = html.Span(html.Span(style=width), className="meter", **c.aria(hidden="true"))
    there = part.score is not None
    return [
        html.Div(name),
        numbers.plain(part.weight),
        f"{part.share:.1%}" if there else numbers.NONE,
        numbers.score(part.score),
        html.Div([meter, numbers.score(part.contribution) if there else numbers.NONE], className="contributes"),
    ]


# An indicator


def _indicator(shown: View, known: Explained, found: Explanation) -> list[Part]:
    say, language = shown.say, shown.language
    words: list[Part] = [
        html.Dt(say("explain.in_words")),
        html.Dd(formula(found.indicator, language, known.whole.form)),
        html.Dt(say("explain.in_symbols")),
        html.Dd(html.Code(found.indicator.formula)),
        html.Dt(say("explain.in_numbers")),
        html.Dd(_worked(shown, found)),
    ]
    return [
        c.section(say("explain.formula"), html.Dl(words, className="worked")),
        c.section(say("explain.cells"), _operands(shown, known, found)),
    ]


def _worked(shown: View, found: Explanation) -> str:
    """ "100 × 423 ÷ 1,200 = 35.3 %" """
    result = value_of(shown, found)
    if found.numerator is None:
        return result
    told = numbers.plain(found.numerator)
    if found.denominator is not None:
        told = f"{told} ÷ {numbers.plain(found.denominator)}"
    if found.indicator.factor != 1:
        told = f"{numbers.plain(found.indicator.factor)} × {told}"
    return f"{told} = {result}"


def _operands(shown: View, known: Explained, found: Explanation) -> Part:
    names = ("measure", "quarter", "value", "cell", "version")
    head = [
        html.Th(shown.say(f"explain.column.{name}"), scope="col", className="number" if name == "value" else "")
        for name in names
    ]
    rows: list[Part] = []
    before = ""
    for operand in found.operands:
        rows += _operand(shown, known, operand, operand.measure != before)
        before = operand.measure
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="operands")
    return html.Div(table, className="table-frame")


def _operand(shown: View, known: Explained, operand: Operand, first: bool) -> list[Part]:
    language, measure = shown.language, known.whole.form.measures[operand.measure]
    name: Part = measure.full_name[language] if first else html.Span(measure.full_name[language], className="unseen")
    value: Part = html.Span(shown.say(f"why.{operand.missing}"), className="why")
    if operand.value is not None:
        value = numbers.with_unit(operand.value, measure.unit, language)
    row = html.Tr(
        [
            html.Th(name, scope="row"),
            html.Td(numbers.quarter(operand.period, language), className="when"),
            html.Td(value, className="number"),
            html.Td(_cell(operand)),
            html.Td(_return(shown, known, operand)),
        ],
        className="first" if first else "",
    )
    return [row, *(_about(shown, found) for found in operand.findings)]


def _cell(operand: Operand) -> Part:
    if operand.cell is None:
        return numbers.NONE
    place = html.Span(f"{operand.sheet}!{operand.cell}", className="cell-place")
    return html.Span([place, html.Span(operand.file, className="under", title=f"sha256 {operand.sha256}")])


def _return(shown: View, known: Explained, operand: Operand) -> Part:
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


# A verdict


def _reasons(shown: View, found: Judgement, address: Address) -> Part:
    of_grade = found.code != LAMP
    mine = [(reason, below) for reason, below in found.reasons if (reason["weighs"] in OF_GRADE) == of_grade]
    items = []
    for reason, below in mine or found.reasons:
        line: list[Part] = [lamps.shape(reason["weighs"]), html.Span(reason["words"][shown.language])]
        if below is not None:
            line.append(html.A(shown.say("explain.how"), href=address(reason["code"]), className="how"))
        items.append(html.Li(line))
    parts: list[Part] = [html.Ul(items, className="verdict-reasons")]
    if of_grade and found.verdict.get("proposal"):
        parts.append(html.P(shown.say(f"explain.proposal.{found.verdict['proposal']}")))
    parts.append(html.P(shown.say("explain.people_decide"), className="note"))
    return c.section(shown.say("explain.rests_on"), parts)


# Up to the opinion


def _asked_by(shown: View, paragraphs: Sequence[dict[str, str]]) -> Part:
    if not paragraphs:
        return None
    items = [html.Li(paragraph[shown.language]) for paragraph in paragraphs]
    return c.section(shown.say("explain.asked_by"), html.Ul(items, className="asked-by"))
