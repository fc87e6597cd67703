"""A return's values beside last quarter's, last year's and the peers': one row a measure, by section."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from dashboard import components as c
from dashboard import numbers
from dashboard.components import Part
from dashboard.still import Input, still
from dashboard.view import View
from etl import periods
from etl.form import Measure, load_form
from indicators.repository.changes_of_return import BIG
from indicators.repository.returns import Beside, Desk, Line

EDGE = 3
COLUMNS = 9


@dataclass(frozen=True)
class Band:
    """From values to percent of a picture's width: the peers' middle half lies in its middle."""

    low: float
    high: float

    def spot(self, value: float) -> float:
        reach = self.high - self.low
        if not reach:
            return 50 if value == self.low else EDGE if value < self.low else 100 - EDGE
        return min(100 - EDGE, max(EDGE, 33 + 34 * (value - self.low) / reach))


def values(shown: View, desk: Desk, beside: Beside) -> Part:
    """The table; nothing while nothing came in."""
    if desk.newest is None:
        return None
    sections: dict[str, list[Line]] = {}
    for line in beside.lines:
        sections.setdefault(line.measure.section, []).append(line)
    only = html.Label(
        [Input(type="checkbox", id="only-big"), shown.say("review.only_big", share=f"{BIG:.0%}")], className="only"
    )
    parts = [html.Div([only, _legend(shown, desk, beside)], className="values-tools")]
    parts += [_section(shown, desk, code, lines) for code, lines in sections.items()]
    title = shown.say("review.values", n=desk.newest.version)
    return c.section(title, still(html.Div(parts)), None, "reviewed-values")


def _legend(shown: View, desk: Desk, beside: Beside) -> Part:
    say, n = shown.say, max((line.n_peers for line in beside.lines if line.peers), default=0)
    if not n or not beside.peers_period:
        return html.P(say("review.no_peers"), className="note")
    kind = load_form().types[desk.base.type].name[shown.language]
    quarter = numbers.quarter(beside.peers_period, shown.language)
    marks = [
        html.Li([html.Span(className="swatch narrow"), say("review.band", n=n, type=kind, quarter=quarter)]),
        html.Li([html.Span(className="swatch median"), say("spine.median")]),
        html.Li([html.Span(className="swatch dot"), say("spine.dot")]),
    ]
    return html.Ul(marks, className="legend")


def _section(shown: View, desk: Desk, code: str, lines: Sequence[Line]) -> html.Details:
    big = sum(line.is_big for line in lines)
    found = sum(bool(line.findings) for line in lines)
    told = []
    if big:
        told.append(shown.say("review.section_big", n=big))
    if found:
        told.append(shown.say("review.section_found", n=found))
    summary = [
        html.H3(load_form().sections[code].name[shown.language]),
        html.Span(shown.say("list.middot").join(told), className="note"),
    ]
    table = html.Table([html.Thead(_head(shown, desk)), html.Tbody([_row(shown, desk, line) for line in lines])])
    return html.Details(
        [html.Summary(summary), html.Div(table, className="table-frame")],
        open=True,
        className="values-section" if big else "values-section steady",
    )


def _head(shown: View, desk: Desk) -> html.Tr:
    say, period = shown.say, desk.quarter.period
    now, last, year = (numbers.quarter(periods.shift(period, -back), shown.language) for back in (0, 1, 4))
    columns = [
        (say("review.column.cell"), "cell"),
        (say("review.column.measure"), ""),
        (say("review.column.unit"), "unit-cell"),
        (now, "number own"),
        (last, "number"),
        (say("review.column.change"), "number"),
        (year, "number year"),
        (say("review.column.peers"), "peers"),
        (say("review.column.quartiles"), "number quartiles"),
    ]
    return html.Tr([html.Th(words, scope="col", className=kind) for words, kind in columns])


def written(measure: Measure, value: float | None) -> str:
    """A value as it stands in the return: counts whole, money with its decimals."""
    if value is None:
        return numbers.NONE
    return numbers.plain(value, 2 if measure.value_type == "amount" or not float(value).is_integer() else 0)


def _row(shown: View, desk: Desk, line: Line) -> html.Tr:
    measure, language = line.measure, shown.language
    found = [(n, desk.findings[n]) for n in line.findings if n in desk.findings]
    kind = [] if not found else ["has-error" if any(f.severity == "error" for _, f in found) else "has-query"]
    kind += ["moved"] if line.is_big else []
    marks = [
        html.A(
            "■" if finding.severity == "error" else "?",
            href=f"#finding-{number}",
            className="found",
            title=finding.message[language],
            **c.aria(label=shown.say("review.to_finding", code=finding.code)),
        )
        for number, finding in found
    ]
    name: list[Part] = [*_name(shown, measure), *marks]
    if line.answer and not found:
        name.append(html.Span(line.answer, className="under"))
    return html.Tr(
        [
            html.Td(line.cell or "", className="cell"),
            html.Th(name, scope="row"),
            html.Td(numbers.unit_name(measure.unit, language), className="unit-cell"),
            html.Td(written(measure, line.value), className="number own"),
            html.Td(written(measure, line.last_quarter), className="number"),
            html.Td(_change(shown, line), className="number change-cell"),
            html.Td(written(measure, line.last_year), className="number year"),
            html.Td(picture(shown, line), className="peers"),
            html.Td(_quartiles(line), className="number quartiles"),
        ],
        className=" ".join(kind),
    )


def _name(shown: View, measure: Measure) -> list[Part]:
    """A part's name is enough below its whole; where only what changed is shown, the whole's may not be there."""
    short, alone = measure.name[shown.language], measure.full_name[shown.language]
    return [html.Span(alone.removesuffix(short), className="whole"), short] if alone != short else [short]


def _change(shown: View, line: Line) -> Part:
    """The change, with a shape when it is big; on the year where the count begins anew each year."""
    if line.change is None and not line.is_big:
        return numbers.NONE
    words = shown.say("review.from_zero") if line.change is None else numbers.change(line.change, shown.language)
    yearly = line.measure.timing == "year_to_date"
    grew = line.change is None or line.change > 0
    parts: list[Part] = [html.Span("▲" if grew else "▼", className="way-mark", **c.aria(hidden="true"))]
    parts = (parts if line.is_big else []) + [words]
    return html.Span([*parts, html.Sup("*", title=shown.say("review.on_the_year"))] if yearly else parts)


def _quartiles(line: Line) -> str:
    """Quarter, middle and three quarters of the peers lie below."""
    if line.peers is None:
        return ""
    return " · ".join(numbers.plain(value, 0 if abs(value) >= 100 else None) for value in line.peers)


def picture(shown: View, line: Line) -> Part:
    """The base's dot beside the peers' middle half."""
    if line.peers is None:
        return html.Div(className="track bare")
    low, middle, high = line.peers
    band = Band(low, high)
    marks: list[Part] = [
        html.Span(
            className="narrow",
            style={"left": f"{band.spot(low):.1f}%", "width": f"{band.spot(high) - band.spot(low):.1f}%"},
        ),
        html.Span(className="median", style={"left": f"{band.spot(middle):.1f}%"}),
    ]
    words = shown.say(
        "review.quartiles", low=numbers.plain(low), middle=numbers.plain(middle), high=numbers.plain(high)
    )
    if line.value is not None:
        spot = band.spot(line.value)
        beyond = "" if EDGE < spot < 100 - EDGE else " beyond"
        marks.append(html.Span(className=f"dot{beyond}", style={"left": f"{spot:.1f}%"}))
    return html.Div(marks, className="track", title=words)
