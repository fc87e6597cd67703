"""The spine: one row an indicator, the base's dot among its peers. Right is better; the peers' median is in the middle."""

from collections.abc import Callable
from dataclasses import dataclass

from dash import html

from dashboard import components as c
from dashboard import numbers
from dashboard.components import Part
from dashboard.view import View
from indicators.definition import Indicator
from indicators.repository import IndicatorRow, Publication, Spread
from indicators.repository.marks import BETTER, CONTEXT, SIMILAR, UNKNOWN, WORSE
from indicators.repository.spread import side_of_middle

Address = Callable[[str], str]
"""An indicator's code → an address."""
SHAPES = {BETTER: "▲", SIMILAR: "●", WORSE: "▼", UNKNOWN: "○", CONTEXT: "·"}
REACH = 40
"""How far the farther of the peers' 5 % and 95 % lies from the middle, in percent of the width."""
EDGE = 2


def state_of(indicator: Indicator, row: IndicatorRow) -> str:
    """In which quarter of its peers the base is, by their quartiles as drawn and told beside it."""
    if row.score is None or row.value is None or row.spread is None:
        return UNKNOWN if indicator.scored else CONTEXT
    side = side_of_middle(row.value, row.spread.p25, row.spread.p75, indicator.direction)
    return BETTER if side > 0 else WORSE if side < 0 else SIMILAR


@dataclass(frozen=True)
class Axis:
    """From values to percent of the width, turned so that right is better."""

    middle: float
    scale: float
    sign: int

    @classmethod
    def of(cls, indicator: Indicator, spread: Spread) -> "Axis":
        reach = max(spread.p95 - spread.p50, spread.p50 - spread.p5)
        return cls(spread.p50, REACH / reach if reach else 0.0, -1 if indicator.direction == "down" else 1)

    def spot(self, value: float) -> float:
        return min(100 - EDGE, max(EDGE, 50 + self.sign * (value - self.middle) * self.scale))

    def band(self, low: float, high: float) -> dict[str, str]:
        first, last = sorted((self.spot(low), self.spot(high)))
        return {"left": f"{first:.2f}%", "width": f"{last - first:.2f}%"}


def legend(view: View) -> Part:
    say = view.say
    shapes = [
        html.Li([html.Span(SHAPES[state], className=f"shape {state}", **c.aria(hidden="true")), say(f"spine.{state}")])
        for state in (BETTER, SIMILAR, WORSE, UNKNOWN)
    ]
    marks = [
        html.Li([html.Span(className="swatch wide"), say("spine.wide")]),
        html.Li([html.Span(className="swatch narrow"), say("spine.narrow")]),
        html.Li([html.Span(className="swatch median"), say("spine.median")]),
        html.Li([html.Span(className="swatch dot"), say("spine.dot")]),
        html.Li([html.Span(className="swatch floor"), say("spine.floor")]),
    ]
    return html.Ul([*marks, *shapes], className="legend")


def spine(
    view: View,
    publication: Publication,
    rows: tuple[IndicatorRow, ...],
    chosen: str,
    address: Address,
    explained: Address,
) -> Part:
    """The whole table; `address(code)` is where a row's name leads, `explained(code)` where its value does."""
    say = view.say
    by_pillar: dict[str, list[IndicatorRow]] = {}
    for row in rows:
        by_pillar.setdefault(row.pillar.code, []).append(row)
    head = html.Tr(
        [
            html.Th(say("table.indicator"), scope="col"),
            html.Th(
                [html.Span(say("spine.less_good")), html.Span(say("spine.better_side"))], scope="col", className="axis"
            ),
            html.Th(say("table.value"), scope="col", className="number"),
            html.Th(html.Span(say("table.unit"), className="unseen"), scope="col"),
            html.Th(html.Span(say("table.state"), className="unseen"), scope="col"),
            html.Th(say("table.floor"), scope="col", className="number floor-cell"),
            html.Th(say("table.trend"), scope="col", className="trend-cell"),
        ]
    )
    body: list[Part] = []
    for mine in by_pillar.values():
        name = mine[0].pillar.name[view.language]
        body.append(html.Tr(html.Th(name, colSpan=7, scope="rowgroup"), className="pillar"))
        body += [
            _row(view, publication, row, row.code == chosen, address(row.code), explained(row.code)) for row in mine
        ]
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="spine stacked"),
        className="table-frame spine-frame",
    )


def _row(
    view: View, publication: Publication, row: IndicatorRow, chosen: bool, address: str, explained: str
) -> html.Tr:
    indicator = row.indicator
    state = state_of(indicator, row)
    name = html.A(indicator.name[view.language], href=address, **c.current(chosen), **c.explains(row.code, publication))
    floor = numbers.NONE if row.floor is None else _floor(view, indicator, row)
    if row.value is None:
        value: Part = html.Span(view.say(f"why.{row.why}"), className="why")
    else:
        value = html.A(numbers.in_unit(row.value, indicator.unit), href=explained, title=view.say("explain.how"))
    shape = html.Span(SHAPES[state], className=f"shape {state}", title=view.say(f"spine.{state}"))
    return html.Tr(
        [
            html.Th(name, scope="row"),
            html.Td(track(view, indicator, row), className="axis"),
            html.Td(
                value, className="number past" if row.below_floor else "number", colSpan=2 if row.value is None else 1
            ),
            html.Td(numbers.unit_name(indicator.unit, view.language), className="unit-cell")
            if row.value is not None
            else None,
            html.Td([shape, html.Span(view.say(f"spine.{state}"), className="unseen")], className="state-cell"),
            html.Td(floor, className="number floor-cell"),
            html.Td(c.sparkline(row.trend, (72, 20), complete=row.value is not None), className="trend-cell"),
        ],
        className="chosen" if chosen else "",
    )


def _floor(view: View, indicator: Indicator, row: IndicatorRow) -> str:
    sign = "≤" if row.floor_is_upper else "≥"
    rule = indicator.floor.rule if indicator.floor else ""
    number = numbers.in_unit(row.floor or 0, indicator.unit)
    return f"> {number}" if rule == "above" else f"{sign} {number}"


def track(view: View, indicator: Indicator, row: IndicatorRow) -> html.Div:
    """The peers' bands with the base's dot."""
    if row.spread is None:
        return html.Div(html.Span(view.say("spine.few_peers"), className="why"), className="track bare")
    axis = Axis.of(indicator, row.spread)
    marks: list[Part] = [
        html.Span(className="wide", style=axis.band(row.spread.p5, row.spread.p95)),
        html.Span(className="narrow", style=axis.band(row.spread.p25, row.spread.p75)),
        html.Span(className="median", style={"left": "50%"}),
    ]
    if row.floor is not None and EDGE < axis.spot(row.floor) < 100 - EDGE:
        marks.append(html.Span(className="floor", style={"left": f"{axis.spot(row.floor):.2f}%"}))
    if row.value is not None:
        beyond = "" if EDGE < axis.spot(row.value) < 100 - EDGE else " beyond"
        marks.append(html.Span(className=f"dot{beyond}", style={"left": f"{axis.spot(row.value):.2f}%"}))
    return html.Div(marks, className="track", title=_in_words(view, indicator, row.spread))


def _in_words(view: View, indicator: Indicator, spread: Spread) -> str:
    points = {
        name: numbers.with_unit(getattr(spread, name), indicator.unit, view.language)
        for name in ("p5", "p25", "p50", "p75", "p95")
    }
    return view.say("spine.peers", n=numbers.plain(spread.n), **points)
