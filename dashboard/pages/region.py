"""One region or province: its sums, its course beside the nation's, every indicator, its bases, its returns."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard import areas, figures, numbers, states, urls
from dashboard import components as c
from dashboard.components import Part
from dashboard.frame import page
from dashboard.headlines import headlines
from dashboard.pages.overview_pillars import leads
from dashboard.pages.region_bases import bases, lamp_shares
from dashboard.pages.region_table import indicators
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.definition import Indicator
from indicators.repository import Area, Publication, Series
from indicators.scope import NATION, NotAllowed

PATH = f"{urls.REGIONS}/<of_area>"


def render(shown: View, query: Mapping[str, str], area_code: str) -> Part:
    """The page for a viewer, an area and the choices in its address. Raises NotAllowed for an area whose bases the viewer
    may not all see."""
    state, here, area = shown.state(query), urls.region_path(area_code), areas.of_code(area_code)
    if area is None and shown.scope.everywhere:
        return page(shown, state, "", states.unknown_address(shown))
    if area is None or not shown.scope.covers(area.kind, area.code):
        raise NotAllowed(area_code)
    state = state.with_(**areas.chosen(area))
    carried = state.with_(region="", province="")
    publication = shown.publication(state)
    if publication is None:
        return page(shown, state, here, states.nothing_published(shown))
    choices = [
        c.choose_quarter(shown, carried, here),
        c.choose_type(shown, carried, here),
        _other_area(shown, carried, here),
    ]
    address = urls.build(here, carried)
    return page(shown, state, urls.REGIONS, _content(shown, state, publication, area), choices, address)


def _other_area(shown: View, carried: State, here: str) -> Part:
    """The other areas, to go on to; nothing when there is no other."""
    options: list = []
    for branch in areas.branches(shown):
        inside = [area for area in (branch.region, *branch.provinces) if shown.scope.covers(area.kind, area.code)]
        listed = [(urls.build(urls.region_path(area.code), carried), areas.name(shown, area)) for area in inside]
        options.append((areas.name(shown, branch.region), listed))
    if sum(len(listed) for _, listed in options) < 2:
        return None
    return c.chooser(shown.say("choose.area"), options, urls.build(here, carried), "area")


def _content(shown: View, state: State, publication: Publication, area: Area) -> list[Part]:
    sums = shown.ask(repository.headlines, publication, state.type, area)
    head = [
        html.P(_way_back(shown, state, area), className="crumbs"),
        c.h1(_title(shown, state, publication, area)),
    ]
    if not any(headline.now and headline.now.expected for headline in sums):
        return [*head, html.P(shown.say("region.none"), className="lead")]
    return [
        *head,
        headlines(shown, sums),
        html.Div(
            [lamp_shares(shown, state, publication), _returns(shown, state, publication, area)], className="halves"
        ),
        _courses(shown, state, publication, area),
        indicators(shown, state, publication, area),
        bases(shown, state, publication),
    ]


def _way_back(shown: View, state: State, area: Area) -> list[Part]:
    """Regions › East › Fujian."""
    carried = State(period=state.period, type=state.type)
    parts: list[Part] = [html.A(shown.say("nav.region"), href=urls.build(urls.REGIONS, carried))]
    region = areas.above(area)
    if region:
        parts += [html.Span(" › ", **c.aria(hidden="true")), areas.link(shown, state, region)]
    return parts


def _title(shown: View, state: State, publication: Publication, area: Area) -> str:
    form, language = load_form(), shown.language
    whom = form.types[state.type].name[language] if state.type else shown.say("overview.all_bases")
    quarter = numbers.quarter(publication.period, language)
    return shown.say("region.title", area=areas.name(shown, area), whom=whom, quarter=quarter)


def _returns(shown: View, state: State, publication: Publication, area: Area) -> Part:
    found = shown.ask_now(repository.reports, publication.period, state.type, area)
    title = shown.say("returns.title", quarter=numbers.quarter(publication.period, shown.language))
    return c.section(title, states.returns_bar(shown, state, found), className="returns")


# Its course beside the nation's ---------------------------------------------------------------------------------------


def _courses(shown: View, state: State, publication: Publication, area: Area) -> Part:
    places = (area, Area(NATION))
    wanted = [lead for lead in leads(shown, state) if not state.type or state.type in lead.base_types]
    found = shown.ask(repository.courses, publication, tuple(lead.code for lead in wanted), state.type, places)
    charts = [_course(shown, state, lead, found[lead.code], area) for lead in wanted]
    entries = [("var(--accent)", areas.name(shown, area)), ("var(--grey-line)", areas.name(shown, Area(NATION)))]
    legend = html.Ul(
        [html.Li([html.Span(className="swatch", style={"background": colour}), words]) for colour, words in entries],
        className="legend",
    )
    return c.section(shown.say("region.courses"), html.Div(charts, className="multiples"), legend, "pillars")


def _course(shown: View, state: State, lead: Indicator, found: Mapping[Area, Series], area: Area) -> Part:
    language, unit = shown.language, lead.unit
    pillar, name = shown.definitions(state).pillars[lead.pillar].name[language], lead.name[language]
    head = html.H3(
        [
            html.Span(pillar, className="pillar"),
            c.indicator_link(shown, state, lead.code, name),
            html.Span(numbers.unit_name(unit, language), className="unit"),
        ]
    )
    if not any(found[area].points):
        return html.Div([head, html.P(shown.say("count.no_value"), className="note")], className="multiple")

    def written(value: float | None) -> str:
        return numbers.with_unit(value, unit, language)

    # The nation first, so that the area's line lies on top of it.
    order = [place for place in found if place.kind == NATION] + [area]
    names = {place.code or place.kind: areas.name(shown, place) for place in order}
    series = {place.code or place.kind: found[place].values for place in order}
    axis = found[area].periods
    figure = figures.lines(axis, series, names, written, shown.theme, area.code)
    caption = shown.say("region.caption", unit=numbers.unit_name(unit, language), area=names[area.code])
    label = shown.say("region.chart", area=names[area.code], name=name)
    chart = c.graph(shown, figure, None, label, lead.code, caption)
    return html.Div([head, chart, c.twin(shown, _twin(shown, axis, series, names, written))], className="multiple")


def _twin(
    shown: View,
    axis: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    names: Mapping[str, str],
    written: figures.Written,
) -> Part:
    rows: list[list[Part]] = [
        [numbers.quarter(period, shown.language), *(written(values[place]) for values in series.values())]
        for place, period in enumerate(axis)
    ]
    return c.table([shown.say("table.quarter"), *(names[key] for key in series)], rows, className="dense")
