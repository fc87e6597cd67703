"""One number explained: a score by its components, an indicator by its formula and cells (explained_cells.py), a verdict
by its reasons; and the paragraphs of the opinion that ask for it."""

from collections.abc import Callable, Sequence

from dash import html

from dashboard import components as c
from dashboard import lamps, numbers, urls
from dashboard.components import Part
from dashboard.explained_cells import Sheets, operands
from dashboard.formulas import formula
from dashboard.view import View
from indicators.explain import Explanation
from indicators.explain_scores import LAMP, Component, Judgement, Score, Whole
from indicators.repository import Explained, Publication
from indicators.verdicts.reasons import ADJUST, GRADES, HONOUR, OF_ONE_QUARTER

Address = Callable[[str], str]
"""Code → where that number is explained."""
OF_GRADE = (*GRADES, "grade", ADJUST, HONOUR)
"""What a reason weighs for that speaks of the grade; all others speak of the lamp."""


def detail(
    shown: View, known: Explained, found: Score | Explanation | Judgement, address: Address, sheets: Sheets
) -> list[Part]:
    """The sections below a number's headline."""
    match found:
        case Score():
            return [_sum(shown, known.whole, found, address), _asked_by(shown, found.paragraphs)]
        case Judgement():
            return [_reasons(shown, known, found, address, sheets.publication)]
    return [*_indicator(shown, known, found, sheets), _asked_by(shown, found.paragraphs)]


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


def _indicator(shown: View, known: Explained, found: Explanation, sheets: Sheets) -> list[Part]:
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
        c.section(say("explain.cells"), operands(shown, known, found.operands, sheets)),
    ]


def _worked(shown: View, found: Explanation) -> str:
    """ "100 × 423 ÷ 1,200 = 35.3 %" """
    result = value_of(shown, found)
    if found.numerator is None:
        return result
    return f"{worked(found.numerator, found.denominator, found.indicator.factor)} = {result}"


def worked(numerator: float | None, denominator: float | None, factor: float) -> str:
    """ "100 × 423 ÷ 1,200" """
    told = numbers.NONE if numerator is None else numbers.plain(numerator)
    if denominator is not None:
        told = f"{told} ÷ {numbers.plain(denominator)}"
    return f"{numbers.plain(factor)} × {told}" if factor != 1 else told


# A verdict


def _reasons(shown: View, known: Explained, found: Judgement, address: Address, publication: Publication) -> Part:
    of_grade = found.code != LAMP
    mine = [(reason, below) for reason, below in found.reasons if (reason["weighs"] in OF_GRADE) == of_grade]
    items = []
    for reason, below in mine or found.reasons:
        line: list[Part] = [lamps.shape(reason["weighs"]), html.Span(reason["words"][shown.language])]
        if below is not None:
            base, code = known.member.code, reason["code"]
            of_change = urls.alone_path(base, publication.period, code, shown.named(publication))
            href = of_change if reason["rule"] in OF_ONE_QUARTER else address(code)
            line.append(html.A(shown.say("explain.how"), href=href, className="how"))
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
