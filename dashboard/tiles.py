"""The provinces as equal tiles, coloured in five classes, beside the table that says the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dash import html

from dashboard import components as c
from dashboard import numbers, urls
from dashboard.components import Part
from dashboard.theme import CLASSES
from dashboard.urls import OVERVIEW, State
from dashboard.view import View
from etl.form import load_form
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


def map_and_table(
    view: View, state: State, code: str, found: Mapping[str, GroupValue], here: str = OVERVIEW
) -> html.Div:
    """The tile map with its legend, and the table of the same values. `here`: the page on which a province is chosen."""
    values = [value.value for value in found.values() if value.value is not None]
    definitions = view.definitions(state)
    score, unit = definitions.is_score(code), definitions.unit(code)
    decimals = 1 if score else numbers.decimals_for(values, unit)
    classes, words = Classes.of(values), unit_words(view, state, code)

    def written(value: float) -> str:
        plain = numbers.plain(value, decimals)
        return plain if score else numbers.with_unit(value, unit, view.language, decimals)

    return html.Div(
        [
            html.Div(
                [_tiles(view, state, found, classes, written, decimals, here), _legend(view, classes, words, decimals)]
            ),
            _table(view, state, found, words, decimals, here),
        ],
        className="map-and-table",
    )


def unit_words(view: View, state: State, code: str) -> str:
    definitions = view.definitions(state)
    if definitions.is_score(code):
        return view.say("table.score")
    return numbers.unit_name(definitions.unit(code), view.language)


def by_value(found: Mapping[str, GroupValue]) -> list[tuple[str, GroupValue]]:
    """The largest first, those without a value last."""
    return sorted(found.items(), key=lambda pair: (pair[1].value is None, -(pair[1].value or 0)))


def _tiles(
    view: View,
    state: State,
    found: Mapping[str, GroupValue],
    classes: Classes,
    written: Callable[[float], str],
    decimals: int,
    here: str,
) -> Part:
    form = load_form()
    columns = max(province.tile[1] for province in form.provinces.values())
    return html.Div(
        [_tile(view, state, code, found.get(code), classes, written, decimals, here) for code in form.provinces],
        className="tiles",
        style={"gridTemplateColumns": f"repeat({columns}, minmax(0, 1fr))"},
    )


def _tile(
    view: View,
    state: State,
    code: str,
    value: GroupValue | None,
    classes: Classes,
    written: Callable[[float], str],
    decimals: int,
    here: str,
) -> Part:
    province = load_form().provinces[code]
    row, column = province.tile
    name = province.name[view.language]
    known = value.value if value else None
    short = name if view.language == "zh" else code
    words = written(known) if known is not None else view.say("count.no_value")
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
    entries: list[Part] = []
    if not classes.edges:
        return html.P(view.say("overview.no_place"), className="note")
    for edge, following in zip(classes.edges, [*classes.edges[1:], None], strict=True):
        low = numbers.plain(edge, decimals)
        words = view.say("overview.from", value=low)
        if following is not None:
            words = view.say("overview.range", low=low, high=numbers.plain(following, decimals))
        entries.append(html.Li([html.Span(className=f"swatch class-{classes.number(edge)}"), words]))
    return html.Ul([*entries, html.Li(unit, className="unit")], className="legend classes")


def _table(view: View, state: State, found: Mapping[str, GroupValue], unit: str, decimals: int, here: str) -> Part:
    form, language = load_form(), view.language
    rows: list[list[Part]] = []
    for code, value in by_value(found):
        name = form.provinces[code].name[language]
        link = html.A(name, href=urls.build(here, state.with_(province=code, region="")))
        number = numbers.plain(value.value, decimals) if value.value is not None else numbers.NONE
        rows.append([link, number, f"{value.bases}/{value.expected}"])
    head = [view.say("table.province"), unit, view.say("table.bases")]
    return c.table(head, rows, className="dense")
