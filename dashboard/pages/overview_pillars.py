"""The pillars on the overview: one indicator for each, by type of base, median and middle four fifths of the bases."""

from collections.abc import Mapping
from dataclasses import dataclass

from dash import html

from dashboard import components as c
from dashboard import facets, numbers, urls
from dashboard.components import Part
from dashboard.still import still
from dashboard.tables import Column, Table, Value
from dashboard.urls import OVERVIEW, State
from dashboard.view import View
from etl.form import Form, load_form
from etl.formula import measures
from indicators import repository
from indicators.definition import Definitions, Indicator
from indicators.repository import Bands, Publication, Series

PILLARS = "overview-pillars"


def leads(shown: View, state: State) -> list[Indicator]:
    """The indicator that stands for each pillar."""
    definitions, form = shown.definitions(state), shown.form(state)
    return [
        lead_indicator(pillar, definitions, form) for pillar in definitions.pillars if definitions.of_pillar(pillar)
    ]


def lead_indicator(pillar: str, definitions: Definitions, form: Form) -> Indicator:
    """The indicator that stands for a pillar in small: the weightiest ratio whose course over the quarters can be
    read, that is one without a measure that starts again each year."""

    def readable(indicator: Indicator) -> bool:
        tops = measures(indicator.numerator_tree)
        return bool(indicator.denominator) and all(form.measures[code].timing != "year_to_date" for code in tops)

    found = definitions.of_pillar(pillar)
    return max([i for i in found if readable(i)] or found, key=lambda indicator: indicator.weight)


@dataclass(frozen=True)
class Found:
    """Of one lead indicator, by type: the bands of all bases of the country, and the sums of the chosen area."""

    bands: Mapping[str, Bands]
    own: Mapping[str, Series]


def section(shown: View, state: State, publication: Publication) -> Part:
    found = _found(shown, state, publication)
    rows = [_row(shown, state, lead, found[lead.code]) for lead in leads(shown, state)]
    note = [_legend(shown, state), c.downloads(shown, state, PILLARS)]
    className = "facet-rows one" if state.type else "facet-rows"
    return c.section(shown.say("overview.pillars"), html.Div(rows, className=className), note, "pillars")


def _found(shown: View, state: State, publication: Publication) -> dict[str, Found]:
    wanted = tuple(lead.code for lead in leads(shown, state))
    bands = shown.ask(repository.bands, publication, wanted)
    own = shown.ask(repository.trends, publication, wanted, state.area) if state.area.code else {}
    types = [state.type] if state.type else list(load_form().types)
    return {
        code: Found(
            {kind: bands[code][kind] for kind in types if kind in bands[code]},
            {kind: series for kind, series in own.get(code, {}).items() if kind in types},
        )
        for code in wanted
    }


def _legend(shown: View, state: State) -> Part:
    entries = [("strong", shown.say("overview.median"))]
    if state.area.code:
        own = shown.say("overview.own_area", area=c.area_name(shown, state))
        entries = [("strong", own), ("middle", shown.say("overview.country_median"))]
    entries.append(("band", shown.say("overview.country_band" if state.area.code else "overview.band")))
    return html.Ul(
        [html.Li([html.Span(className=f"swatch {name}"), words]) for name, words in entries], className="legend"
    )


def _row(shown: View, state: State, lead: Indicator, found: Found) -> Part:
    """One pillar: a panel for each type, or for the chosen one, on one axis."""
    language = shown.language
    head = html.H3(
        [
            html.Span(shown.definitions(state).pillars[lead.pillar].name[language], className="pillar"),
            c.indicator_link(shown, state, lead.code, lead.name[language]),
            html.Span(numbers.unit_name(lead.unit, language), className="unit"),
        ]
    )
    types = [state.type] if state.type else list(load_form().types)
    if not found.bands:
        return html.Div([head, html.P(_why_nothing(shown, lead, types), className="note")], className="facet-row")
    scale = facets.Scale.of(list(found.bands.values()), [series.values for series in found.own.values()])
    middles = [point.median for bands in found.bands.values() for point in bands.points if point]
    decimals = max(numbers.decimals_for(middles, lead.unit), 1) if max(middles) < 1000 else 0
    panels = [_panel(shown, state, lead, kind, found, scale, decimals) for kind in types]
    return html.Div(
        [head, still(html.Div(panels, className="facets")), c.twin(shown, _as_table(shown, state, lead, found))],
        className="facet-row",
    )


def _why_nothing(shown: View, lead: Indicator, types: list[str]) -> str:
    asked = any(kind in lead.base_types for kind in types)
    return shown.say("overview.too_few" if asked else "overview.not_asked")


def _panel(
    shown: View, state: State, lead: Indicator, kind: str, found: Found, scale: facets.Scale, decimals: int
) -> html.Div:
    language = shown.language
    link = html.A(load_form().types[kind].name[language], href=urls.build(OVERVIEW, state.with_(type=kind)))
    bands = found.bands.get(kind)
    if bands is None:
        return html.Div([html.H4(link), html.P(_why_nothing(shown, lead, [kind]), className="note")], className="facet")
    line = _own_line(state, found, kind)
    last = bands.points[-1]
    now = line[-1] if line is not None else last.median if last else None
    number = html.Span(numbers.NONE if now is None else numbers.plain(now, decimals), className="now")
    told = [_told(shown, state, bands, place, line, decimals) for place in range(len(bands.periods))]
    return facets.panel([link, number], bands, scale, _tick, told, line)


def _own_line(state: State, found: Found, kind: str) -> facets.Line | None:
    """The chosen area's values; None without one."""
    if not state.area.code:
        return None
    series = found.own.get(kind)
    return series.values if series else [None] * len(found.bands[kind].periods)


def _tick(value: float) -> str:
    return f"{value:,g}".replace("-", numbers.MINUS)


def _told(shown: View, state: State, bands: Bands, place: int, line: facets.Line | None, decimals: int) -> str | None:
    point = bands.points[place]
    if point is None:
        return None
    low, middle, high = (numbers.plain(value, decimals) for value in (point.low, point.median, point.high))
    quarter = numbers.quarter(bands.periods[place], shown.language)
    words = shown.say("overview.told", quarter=quarter, median=middle, low=low, high=high, n=numbers.plain(point.n))
    own = line[place] if line is not None else None
    if own is None:
        return words
    area = c.area_name(shown, state)
    return words + shown.say("overview.told_own", area=area, value=numbers.plain(own, decimals))


def _as_table(shown: View, state: State, lead: Indicator, found: Found) -> html.Div:
    """Quarter by quarter: the median and the two edges of each type; before them the chosen area's value."""
    heads, rows = [shown.say("table.quarter")], []
    for kind in found.bands:
        heads += [c.area_name(shown, state)] if state.area.code else []
        heads += [load_form().types[kind].name[shown.language], shown.say("overview.middle")]
    axis = next(iter(found.bands.values())).periods
    for place, period in enumerate(axis):
        row: list[Part] = [numbers.quarter(period, shown.language)]
        for kind, bands in found.bands.items():
            line, point = _own_line(state, found, kind), bands.points[place]
            edges = [numbers.in_unit(value, lead.unit) for value in (point.low, point.high)] if point else []
            row += [numbers.in_unit(line[place], lead.unit)] if line is not None else []
            row += [numbers.in_unit(point.median if point else None, lead.unit), "–".join(edges) or numbers.NONE]
        rows.append(row)
    return c.table(heads, rows, className="dense")


def table(shown: View, state: State, publication: Publication) -> Table:
    """A row an indicator, type and quarter."""
    say, language, form = shown.say, shown.language, load_form()
    columns = [
        Column("code", say("overview.code")),
        Column("indicator", say("table.indicator")),
        Column("type", say("choose.type")),
        Column("quarter", say("table.quarter")),
        Column("median", say("overview.median"), number=True),
        Column("p10", say("overview.p10"), number=True),
        Column("p90", say("overview.p90"), number=True),
        Column("bases", say("table.bases"), decimals=0, number=True),
    ]
    area = c.area_name(shown, state)
    if area:
        columns.append(Column("area", say("overview.own_area", area=area), number=True))
    found, rows = _found(shown, state, publication), []
    for lead in leads(shown, state):
        for kind, bands in found[lead.code].bands.items():
            line = _own_line(state, found[lead.code], kind)
            for place, period in enumerate(bands.periods):
                point = bands.points[place]
                if point is None:
                    continue
                words: tuple[Value, ...] = (lead.code, lead.name[language], form.types[kind].name[language], period)
                own: tuple[Value, ...] = (line[place],) if line is not None else ()
                rows.append((*words, point.median, point.low, point.high, point.n, *own))
    about = ((say("file.area"), area),) if area else ()
    return Table(say("overview.pillars"), tuple(columns), tuple(rows), about)
