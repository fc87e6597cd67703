"""Patterns: the small line, the spine's row, panels, the map, a chart with its caption, its table and its files."""

from dash import html

from dashboard import components as c
from dashboard import facets, figures, numbers, spine, tiles
from dashboard.components import Part
from dashboard.pages import patterns_data as data
from dashboard.still import still
from dashboard.urls import PATTERNS, State
from dashboard.view import View
from indicators.definition import load_definitions
from indicators.repository import Band, Bands, GroupValue, IndicatorRow

BANDS = Bands(data.QUARTERS, tuple(Band(40, value - 2, value, value + 3) for value in data.VALUES))


def samples(shown: View) -> list[tuple[str, Part]]:
    return [
        ("sparkline", _sparklines()),
        ("meter", _meters()),
        ("spine", spine.spine(shown, data.PUBLICATION, _rows(), data.indicator().code, _here, _here)),
        ("multiples", _multiples(shown)),
        ("map", _map(shown)),
        ("graph", _graph(shown)),
        ("graph_empty", html.P(shown.say("overview.too_few"), className="note")),
    ]


def _here(_code: str) -> str:
    return f"{PATTERNS}#charts"


def _sparklines() -> Part:
    broken = (*data.VALUES[:6], None, *data.VALUES[7:])
    lines = [c.sparkline(data.VALUES), c.sparkline(data.VALUES, complete=False), c.sparkline(broken, (72, 20))]
    return html.Div(lines, className="pattern-row")


def _meters() -> Part:
    bars = [html.Span(html.Span(style={"width": f"{width}%"}), className="meter") for width in (0, 12, 64, 100)]
    return html.Div(bars, className="pattern-row")


def _rows() -> tuple[IndicatorRow, ...]:
    """Better, similar, worse and past the floor, beyond the axis, without a value, without peers."""
    asked = [one for one in load_definitions().of_type(data.TYPE) if one.scored and one.direction == "up"][:6]
    values = (8.4, 5.1, 1.2, 30.0, None, 4.0)
    rows = []
    for place, (one, value) in enumerate(zip(asked, values, strict=True)):
        pillar = load_definitions().pillars[one.pillar]
        few = place == len(values) - 1
        floor = 2.0 if place < 3 else None
        below = value is not None and floor is not None and value < floor
        score = None if value is None or few else 50.0
        why = "no_return" if value is None else None
        spread = None if few else data.SPREAD
        rows.append(IndicatorRow(one.code, value, score, why, spread, floor, False, below, data.VALUES, one, pillar))
    return tuple(rows)


def _multiples(shown: View) -> Part:
    scale = facets.Scale.of([BANDS])
    head = [html.A(data.indicator().name[shown.language], href=f"{PATTERNS}#charts"), html.Span("7.9", className="now")]
    told = [numbers.quarter(period, shown.language) for period in data.QUARTERS]
    own = [None, *(value + 1 for value in data.VALUES[1:])]
    panels = [
        facets.panel(head, BANDS, scale, numbers.plain, told),
        facets.panel(head, BANDS, scale, numbers.plain, told, own),
    ]
    return still(html.Div(panels, className="facets pillars"))


def _map(shown: View) -> Part:
    values = {code: GroupValue(3.0 + 1.7 * place, 4, 5) for place, code in enumerate(data.PROVINCES[:-2])}
    values |= {code: GroupValue(None, 0, 3) for code in data.PROVINCES[-2:]}
    return tiles.map_and_table(shown, State(province=data.PROVINCES[2]), data.indicator().code, values, PATTERNS)


def _graph(shown: View) -> Part:
    one = data.indicator()
    name = one.name[shown.language]

    def written(value: float | None) -> str:
        return numbers.in_sentence(value, one.unit, shown.language)

    own = {"a": data.VALUES, "b": [value - 1.5 for value in data.VALUES]}
    names = {"a": data.NAMES[0][shown.language], "b": data.NAMES[1][shown.language]}
    figure = figures.side_by_side(data.QUARTERS, own, names, written, shown.theme)
    rows = [
        [numbers.quarter(period, shown.language), *(numbers.plain(own[key][place], 1) for key in own)]
        for place, period in enumerate(data.QUARTERS)
    ]
    table = c.table([shown.say("table.quarter"), *names.values()], rows, className="dense")
    return [
        c.graph(shown, figure, shown.say("patterns.caption"), name, one.code),
        c.twin(shown, table),
        c.downloads(shown, State(), "rankings"),
    ]
