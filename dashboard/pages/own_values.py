"""A return's values as they stand in the sheet, each beside last quarter, last year and the peers: where a finding
leads to."""

from dash import html

from dashboard import components as c
from dashboard import numbers, printed
from dashboard.components import Part
from dashboard.view import View
from etl import periods
from etl.form import load_form
from indicators.repository.returns import Beside, Desk, Line


def anchor(measure: str) -> str:
    """The id of a measure's row."""
    return f"value-{measure}"


def values(shown: View, desk: Desk, beside: Beside) -> Part:
    """The table; nothing while nothing was sent."""
    if desk.newest is None:
        return None
    parts: list[Part] = [
        html.Div(
            html.Table([_head(shown, desk), *_body(shown, desk, beside)], className="values"),
            className="table-frame",
            tabIndex="0",
            role="region",
            **c.aria(label=shown.say("return.values", n=desk.newest.version)),
        ),
        html.P(shown.say("return.running"), className="note") if any(map(is_running, beside.lines)) else None,
    ]
    return c.section(
        shown.say("return.values", n=desk.newest.version),
        parts,
        _note(shown, desk, beside),
        "return-values",
        id="values",
    )


def _note(shown: View, desk: Desk, beside: Beside) -> str:
    n = max((line.n_peers for line in beside.lines if line.peers), default=0)
    if not n or not beside.peers_period:
        return shown.say("return.no_peers")
    return shown.say(
        "return.peers_note",
        n=numbers.plain(n),
        type=load_form().types[desk.base.type].name[shown.language],
        quarter=numbers.quarter(beside.peers_period, shown.language),
    )


def _head(shown: View, desk: Desk) -> Part:
    say, language = shown.say, shown.language
    last, year = (numbers.quarter(periods.shift(desk.quarter.period, back), language) for back in (-1, -4))
    groups = html.Tr(
        [
            html.Td(colSpan=5, className="blank"),
            html.Th(say("return.column.before"), colSpan=3, scope="colgroup", className="group"),
            html.Th(say("return.column.peers"), colSpan=3, scope="colgroup", className="group"),
        ]
    )
    plain = [html.Th(say(f"return.column.{key}"), scope="col", className=key) for key in ("cell", "measure", "code")]
    counted = [
        (say("return.column.value"), "number"),
        (say("return.column.unit"), ""),
        (last, "number"),
        (say("return.column.change"), "number"),
        (year, "number"),
        (say("return.column.low"), "number"),
        (say("return.column.middle"), "number"),
        (say("return.column.high"), "number"),
    ]
    rest = [html.Th(words, scope="col", className=kind) for words, kind in counted]
    return html.Thead([groups, html.Tr([*plain, *rest])])


def _body(shown: View, desk: Desk, beside: Beside) -> list[html.Tbody]:
    sections: dict[str, list[Line]] = {}
    for line in beside.lines:
        sections.setdefault(line.measure.section, []).append(line)
    return [
        html.Tbody(
            [
                html.Tr(html.Th(load_form().sections[code].name[shown.language], colSpan=11, scope="rowgroup")),
                *(_row(shown, desk, line) for line in lines),
            ]
        )
        for code, lines in sections.items()
    ]


def _row(shown: View, desk: Desk, line: Line) -> html.Tr:
    language, measure = shown.language, line.measure
    found = [(number, desk.findings[number]) for number in line.findings if number in desk.findings]
    kind = "" if not found else "has-error" if any(f.severity == "error" for _, f in found) else "has-query"

    def written(value: float | None) -> str:
        return printed.value(measure, value)

    low, middle, high = line.peers or (None, None, None)
    return html.Tr(
        [
            html.Td(html.Code(line.cell or numbers.NONE), className="cell"),
            html.Th([measure.name[language], *(_mark(shown, number, kind) for number, _ in found)], scope="row"),
            html.Td(html.Code(measure.code), className="code"),
            html.Td(written(line.value), className="number own"),
            html.Td(numbers.unit_name(measure.unit, language), className="unit-cell"),
            html.Td(written(line.last_quarter), className="number"),
            html.Td(_change(shown, line), className="number"),
            html.Td(written(line.last_year), className="number"),
            *(html.Td(_peers(value), className="number peer") for value in (low, middle, high)),
        ],
        id=anchor(measure.code),
        className=kind,
        tabIndex="-1",
    )


def _change(shown: View, line: Line) -> Part:
    """The change; marked where the count begins anew each year and is compared with last year's."""
    if line.change is None:
        return numbers.NONE
    words = numbers.change(line.change, shown.language)
    return [words, html.Sup("*", title=shown.say("return.running"))] if is_running(line) else words


def is_running(line: Line) -> bool:
    return line.measure.timing == "year_to_date"


def _peers(value: float | None) -> str:
    return numbers.NONE if value is None else numbers.plain(value)


def _mark(shown: View, number: int, kind: str) -> Part:
    """Back from the value to what was found about it."""
    shape = "■" if kind == "has-error" else "?"
    words = shown.say("return.to_finding")
    return html.A(shape, href=f"#finding-{number}", className="back-mark", title=words, **c.aria(label=words))
