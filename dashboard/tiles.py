"""The provinces as equal tiles, coloured in five classes, beside the table that says the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

from dash import html

from dashboard import components as c
from dashboard import numbers, urls
from dashboard.components import Part
from dashboard.theme import CLASSES
from dashboard.urls import OVERVIEW, State
from dashboard.view import View
from etl.form import load_form
from indicators.definition import load_definitions
from indicators.repository import GroupValue


@dataclass(frozen=True)
class Classes:
    """Five classes with nearly the same number of provinces each. `edges`: the smallest value of each class."""

    edges: tuple[float, ...]

    @classmethod
    def of(cls, values: list[float]) -> "Classes":
        ordered = sorted(values)
        starts = {round(k * len(ordered) / CLASSES) for k in range(CLASSES)} if ordered else set()
        return cls(tuple(sorted({ordered[start] for start in starts if start < len(ordered)})))

    def number(self, value: float) -> int:
        """1–5; with fewer classes they are spread over the colours."""
        place = sum(value >= edge for edge in self.edges)
        return (
            place
            if len(self.edges) == CLASSES
            else round(1 + (place - 1) * (CLASSES - 1) / max(1, len(self.edges) - 1))
        )


def map_and_table(view: View, state: State, code: str, found: Mapping[str, GroupValue], here: str = OVERVIEW) -> Part:
    """The tile map with its legend, and the table of the same values. `here`: the page on which a province is chosen."""
    unit = unit_of(code)
    values = {province: value.value for province, value in found.items() if value.value is not None}
    decimals = numbers.decimals_for(list(values.values()), unit)
    classes = Classes.of(list(values.values()))
    return html.Div(
        [
            html.Div(
                [_tiles(view, state, found, classes, unit, decimals, here), _legend(view, classes, unit, decimals)]
            ),
            _table(view, state, found, unit, decimals, here),
        ],
        className="map-and-table",
    )


def unit_of(code: str) -> str:
    definitions = load_definitions()
    if code in definitions.indicators:
        return definitions.indicators[code].unit
    return next(headline.unit for headline in definitions.method.headlines if headline.code == code)


def _tiles(
    view: View, state: State, found: Mapping[str, GroupValue], classes: Classes, unit: str, decimals: int, here: str
) -> Part:
    form = load_form()
    columns = max(province.tile[1] for province in form.provinces.values())
    return html.Div(
        [_tile(view, state, code, found.get(code), classes, unit, decimals, here) for code in form.provinces],
        className="tiles",
        style={"gridTemplateColumns": f"repeat({columns}, minmax(0, 1fr))"},
    )


def _tile(
    view: View,
    state: State,
    code: str,
    value: GroupValue | None,
    classes: Classes,
    unit: str,
    decimals: int,
    here: str,
) -> Part:
    province = load_form().provinces[code]
    row, column = province.tile
    name = province.name[view.language]
    known = value.value if value else None
    short = name if view.language == "zh" else code
    words = numbers.with_unit(known, unit, view.language, decimals) if known is not None else view.say("count.no_value")
    counted = c.counted(view, value.bases, value.expected) if value else ""
    return html.A(
        [html.Span(short), html.Span(_short(known, decimals), className="value")],
        href=urls.build(here, state.with_(province="" if state.province == code else code, region="")),
        className=f"tile class-{classes.number(known)}" if known is not None else "tile none",
        style={"gridRow": row, "gridColumn": column},
        title=f"{name}: {words} · {counted}",
        **c.aria(label=f"{name}: {words}"),
        **c.current(state.province == code),
    )


def _short(value: float | None, decimals: int) -> str:
    """A value in the width of a tile."""
    if value is None:
        return numbers.NONE
    size = abs(value)
    if size >= 1e6:
        return f"{numbers.plain(value / 1e6, 1)}m"
    return f"{numbers.plain(value / 1e3, 0)}k" if size >= 1e4 else numbers.plain(value, decimals)


def _legend(view: View, classes: Classes, unit: str, decimals: int) -> Part:
    entries = []
    for edge, following in zip_longest(classes.edges, classes.edges[1:]):
        low = numbers.plain(edge, decimals)
        words = view.say("overview.from", value=low)
        if following is not None:
            words = view.say("overview.range", low=low, high=numbers.plain(following, decimals))
        entries.append(html.Li([html.Span(className=f"swatch class-{classes.number(edge)}"), words]))
    return html.Ul(
        [*entries, html.Li(numbers.unit_name(unit, view.language), className="unit")], className="legend classes"
    )


def _table(view: View, state: State, found: Mapping[str, GroupValue], unit: str, decimals: int, here: str) -> Part:
    form, language = load_form(), view.language
    ordered = sorted(found.items(), key=lambda pair: (pair[1].value is None, -(pair[1].value or 0)))
    rows: list[list[Part]] = []
    for code, value in ordered:
        name = form.provinces[code].name[language]
        link = html.A(name, href=urls.build(here, state.with_(province=code, region="")))
        number = numbers.plain(value.value, decimals) if value.value is not None else numbers.NONE
        rows.append([link, number, f"{value.bases}/{value.expected}"])
    head = [view.say("table.province"), numbers.unit_name(unit, language), view.say("table.bases")]
    return c.table(head, rows, className="dense")
