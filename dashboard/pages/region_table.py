"""Every indicator of an area beside its region and the nation, on screen and as a file."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard import areas, numbers
from dashboard import components as c
from dashboard.components import Part
from dashboard.still import still
from dashboard.tables import Column, Table, Value
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.definition import Indicator
from indicators.repository import Area, GroupValue, Publication
from indicators.scope import NATION, PROVINCE, REGION, NotAllowed

NATIONWIDE = Area(NATION)


def _asked(shown: View, state: State) -> list[Indicator]:
    """The indicators of the chosen type, in the order of their pillars."""
    known = shown.definitions(state).indicators.values()
    return [indicator for indicator in known if not state.type or state.type in indicator.base_types]


def _beside(area: Area) -> list[Area]:
    """The area, its region, the nation."""
    region = areas.above(area)
    return [area, *([region] if region else []), NATIONWIDE]


def indicators(shown: View, state: State, publication: Publication, area: Area) -> html.Section:
    """The table on the area's page."""
    say, places, wanted = shown.say, _beside(area), _asked(shown, state)
    found = shown.ask(repository.areas, publication, tuple(i.code for i in wanted), state.type, tuple(places))
    heads = [say("table.indicator"), say("table.unit"), *(areas.name(shown, place) for place in places)]
    heads += [say("region.against_nation"), say("region.bases_in")]
    head = html.Tr([html.Th(words, scope="col", className=_kind(i)) for i, words in enumerate(heads)])
    bodies: list[Part] = [html.Thead(head)]
    for pillar in shown.definitions(publication).pillars.values():
        mine = [indicator for indicator in wanted if indicator.pillar == pillar.code]
        if mine:
            title = html.Th(pillar.name[shown.language], colSpan=len(heads), scope="rowgroup")
            lines = [_line(shown, state, indicator, found[indicator.code], places) for indicator in mine]
            bodies.append(html.Tbody([html.Tr(title, className="pillar"), *lines]))
    frame = html.Div(
        html.Table(bodies, className="dense beside-nation"),
        className="table-frame",
        tabIndex="0",
        role="region",
        **c.aria(label=say("region.indicators")),
    )
    parts = [html.P(say("region.indicators_note"), className="lead"), c.downloads(shown, state, "region"), still(frame)]
    return c.section(say("region.indicators"), parts, None, "region-indicators")


def _kind(place: int) -> str:
    return "number" if place > 1 else ""


def _line(
    shown: View, state: State, indicator: Indicator, found: Mapping[Area, GroupValue], places: Sequence[Area]
) -> html.Tr:
    values = [found.get(place) for place in places]
    known = [value.value for value in values if value is not None and value.value is not None]
    decimals = numbers.decimals_for(known, indicator.unit)
    cells: list[Part] = [html.Td(numbers.unit_name(indicator.unit, shown.language), className="unit")]
    for place, value in enumerate(values):
        cells.append(html.Td(_written(shown, value, decimals), className="number" if place else "number own"))
    own = values[0]
    cells.append(html.Td(_against(shown, indicator, own, values[-1]), className="number"))
    cells.append(html.Td(f"{own.bases}/{own.expected}" if own else numbers.NONE, className="number"))
    name = c.indicator_link(shown, state, indicator.code, indicator.name[shown.language])
    return html.Tr([html.Th(name, scope="row"), *cells])


def _written(shown: View, value: GroupValue | None, decimals: int) -> Part:
    if value is None or value.value is None:
        why = "count.hidden" if value is not None and value.hidden else "count.no_value"
        return html.Span(numbers.NONE, title=shown.say(why))
    return html.Span(numbers.plain(value.value, decimals), title=c.counted(shown, value.bases, value.expected))


def _against(shown: View, indicator: Indicator, own: GroupValue | None, nation: GroupValue | None) -> str:
    """How far the area lies from the nation: in points for shares, else in per cent; nothing to say for a plain sum,
    which is smaller in every area."""
    if own is None or nation is None or own.value is None or nation.value is None or not indicator.denominator:
        return numbers.NONE
    if indicator.unit == "%":
        return shown.say("region.points", n=numbers.signed(own.value - nation.value))
    return numbers.change(own.value / nation.value - 1, shown.language) if nation.value else numbers.NONE


# As a file -----------------------------------------------------------------------------------------------------------


def table(shown: View, state: State, publication: Publication) -> Table:
    """One row an area and indicator, the totals first: of the chosen areas, else of the viewer's own province, else of
    every region. Raises NotAllowed for an area whose page the viewer may not open."""
    say, language, definitions = shown.say, shown.language, shown.definitions(publication)
    chosen, wanted = _chosen(shown, state), _asked(shown, state)
    totals = definitions.method.headlines
    codes = (*(total.code for total in totals), *(indicator.code for indicator in wanted))
    places = tuple(dict.fromkeys(place for area in chosen for place in _beside(area)))
    found = shown.ask(repository.areas, publication, codes, state.type, places)
    titles = {total.code: (say("overview.totals"), total.name[language], total.unit) for total in totals}
    titles |= {i.code: (definitions.pillars[i.pillar].name[language], i.name[language], i.unit) for i in wanted}
    rows = tuple(_for_file(shown, area, code, titles[code], found.get(code, {})) for area in chosen for code in codes)
    columns = [Column(name, say(f"region.column.{name}")) for name in ("area_code", "area", "pillar", "code")]
    columns += [Column("indicator", say("table.indicator")), Column("unit", say("table.unit"))]
    columns += [Column(name, say(f"region.column.{name}"), number=True) for name in NUMBERS]
    names = say("list.comma").join(areas.name(shown, area) for area in chosen)
    about = [(say("file.area"), names)]
    if state.type:
        about.append((say("file.type"), load_form().types[state.type].name[language]))
    title = say("region.file", areas=names, quarter=numbers.quarter(publication.period, language))
    return Table(title, tuple(columns), rows, tuple(about))


NUMBERS = ("value", "bases", "expected", "region_value", "nation_value")


def _chosen(shown: View, state: State) -> list[Area]:
    asked = [found for code in state.areas if (found := areas.of_code(code))]
    if not asked and state.area.kind != NATION:
        asked = [state.area]
    if not asked and shown.scope.province:
        asked = [Area(PROVINCE, shown.scope.province)]
    asked = asked or [Area(REGION, code) for code in load_form().regions]
    for area in asked:
        if not shown.scope.covers(area.kind, area.code):
            raise NotAllowed(area.code)
    return asked


def _for_file(
    shown: View, area: Area, code: str, titles: tuple[str, str, str], found: Mapping[Area, GroupValue]
) -> tuple[Value, ...]:
    pillar, name, unit = titles
    own, region, nation = (found.get(place) if place else None for place in (area, areas.above(area), NATIONWIDE))
    head = (area.code, areas.name(shown, area), pillar, code, name, numbers.unit_name(unit, shown.language))
    counted = (own.value, own.bases, own.expected) if own else (None, None, None)
    return (*head, *counted, region.value if region else None, nation.value if nation else None)
