"""This quarter alone, against the year before: the value of each quarter that a reason compares, down to its cells."""

from collections.abc import Mapping

from dash import html

from dashboard import components as c
from dashboard import formulas, numbers, review_words, urls, verdict_words
from dashboard.components import Part
from dashboard.explained import worked
from dashboard.explained_cells import Sheets, operands
from dashboard.explaining import asked
from dashboard.frame import page
from dashboard.pages import explain
from dashboard.still import still
from dashboard.urls import State
from dashboard.view import View
from indicators import repository
from indicators.explain_change import QuarterAlone
from indicators.repository import ExplainedChange, Publication
from indicators.verdicts.reasons import OF_ONE_QUARTER, Reason
from indicators.verdicts.written import written

PATH = f"{explain.PATH}/alone"


def render(shown: View, query: Mapping[str, str], base_code: str, quarter: str, number: str) -> Part:
    """The page for a viewer, a base, a quarter and the code of an indicator; `publication` in the query as in
    explain.py."""
    state, here = shown.state({"period": quarter}), urls.alone_path(base_code, quarter, number)
    answer = asked(shown, state, here, query, base_code, quarter, repository.explained_change, number)
    if not isinstance(answer, tuple):
        return answer
    publication, found = answer
    named = shown.named(publication)

    def sheet_at(cell: str) -> str:
        return urls.alone_path(base_code, quarter, number, named, cell)

    if found is None:
        content = _unknown(shown, publication, number, urls.explain_path(base_code, quarter, number, named))
    else:
        content = _content(shown, found, Sheets(publication, query.get("cell", ""), sheet_at))
    options = [
        (urls.alone_path(base_code, one.period, number), numbers.quarter(one.period, shown.language))
        for one in reversed(shown.published)
    ]
    choose = c.chooser(shown.say("choose.quarter"), options, here, "quarter")
    return page(shown, state, here, content, choose, sheet_at(""), publication)


def _unknown(shown: View, publication: Publication, code: str, whole: str) -> Part:
    definitions = shown.definitions(publication)
    name = definitions.name(code)[shown.language] if code in definitions.codes else code[:40]
    link = html.P(html.A(shown.say("alone.to_whole"), href=whole))
    return c.empty(shown.say("alone.unknown", name=name), shown.say("alone.unknown_help"), link)


def _content(shown: View, found: ExplainedChange, sheets: Sheets) -> list[Part]:
    say, change = shown.say, found.change
    drawn = formulas.fraction(change.above, change.below, change.indicator.factor, shown.language, found.form)
    return [
        _head(shown, found, sheets.publication),
        still(
            html.Div(
                [
                    c.section(say("alone.formula"), html.P(drawn, className="alone-formula")),
                    c.section(say("alone.quarters"), _quarters(shown, found, sheets.publication)),
                    *(_cells(shown, found, one, sheets) for one in reversed(change.quarters)),
                ],
                className="work alone",
            )
        ),
    ]


def _head(shown: View, found: ExplainedChange, publication: Publication) -> html.Header:
    """The statement, and what a quarter alone is."""
    member = found.member
    base = html.A(
        member.name[shown.language], href=urls.build(urls.base_path(member.code), State(period=publication.period))
    )
    about: list[Part] = [base, shown.say("list.middot"), review_words.about(shown, member)]
    about += [shown.say("list.middot"), numbers.quarter(publication.period, shown.language)]
    lead = [shown.say("alone.lead"), explain.source(shown, publication)]
    return html.Header(
        [
            html.P(about, className="about"),
            html.Div(c.h1(_statement(shown, found, publication), None)),
            html.P(shown.say("list.space").join(lead), className="next"),
        ],
        className="return-head",
    )


def _statement(shown: View, found: ExplainedChange, publication: Publication) -> Part:
    """As the verdict words it; where one of the two is missing, that nothing can be said."""
    change, definitions, kind = found.change, found.definitions, found.member.type
    code = change.indicator.code
    if change.now.value is None or change.mean is None:
        words = shown.say("alone.nothing", name=change.indicator.name[shown.language])
    else:
        reason = Reason(OF_ONE_QUARTER[0], "", code, change.now.value, change.mean)
        words = verdict_words.words(shown, reason, kind, definitions)
    return c.explained(shown, publication, kind, code, words, definitions)


def _quarters(shown: View, found: ExplainedChange, publication: Publication) -> Part:
    """One line a quarter, with what was published of it; the mean stands below those that it is of."""
    say, change = shown.say, found.change
    there = sum(one.value is not None for one in change.before)
    now, mean = written([change.now.value, change.mean], change.indicator.unit, shown.language)
    rows = [_row(shown, found, one, _value(shown, found, one)) for one in change.before]
    mean_words = say("alone.mean", n=there) if change.mean is not None else say("alone.no_mean")
    rows.append([html.B(mean_words), html.B(mean or numbers.NONE), "", ""])
    rows.append(_row(shown, found, change.now, html.B(now) if now else _value(shown, found, change.now)))
    head = [say(f"alone.column.{name}") for name in ("quarter", "value", "numbers", "published")]
    return c.table(head, rows, numeric_from=len(head), className="alone-quarters")


def _row(shown: View, found: ExplainedChange, one: QuarterAlone, value: Part) -> list[Part]:
    period, code = one.period, found.change.indicator.code
    place = html.A(numbers.quarter(period, shown.language), href=f"#{period}")
    whole: Part = numbers.NONE
    if period in {known.period for known in shown.published}:
        whole = html.A(shown.say("alone.whole"), href=urls.explain_path(found.member.code, period, code))
    return [place, value, _worked(shown, found, one) if one.value is not None else "", whole]


def _value(shown: View, found: ExplainedChange, one: QuarterAlone) -> Part:
    if one.value is None:
        return html.Span(shown.say(f"why.{one.missing}"), className="why")
    return written([one.value], found.change.indicator.unit, shown.language)[0]


def _worked(shown: View, found: ExplainedChange, one: QuarterAlone) -> str:
    return worked(one.numerator, one.denominator, found.change.indicator.factor)


def _cells(shown: View, found: ExplainedChange, one: QuarterAlone, sheets: Sheets) -> Part:
    """The operands of one quarter with their cells."""
    title = [numbers.quarter(one.period, shown.language), shown.say("alone.colon"), _value(shown, found, one)]
    return c.section(title, operands(shown, found, one.operands, sheets), id=one.period)
