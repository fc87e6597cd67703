"""Every indicator by pillar: what it is, how it counts, and the nation's value now and a year ago."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard import components as c
from dashboard import explainer, numbers, states
from dashboard.components import Part
from dashboard.formulas import formula, parts
from dashboard.frame import page
from dashboard.still import still
from dashboard.tables import Column, Table
from dashboard.urls import INDICATORS, State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.definition import Indicator, Pillar
from indicators.repository import Publication, Series

A_YEAR = 4
COLUMNS = ("indicator", "weight", "direction", "floor", "asked", "now", "before", "trend")
NUMBERED = ("weight", "now", "before")


def render(shown: View, query: Mapping[str, str]) -> Part:
    """The page for a viewer and the choices in its address."""
    state = shown.state(query)
    publication = shown.publication(state)
    if publication is None:
        return page(shown, state, INDICATORS, states.nothing_published(shown))
    choices = [
        c.choose_quarter(shown, state, INDICATORS),
        c.choose_type(shown, state, INDICATORS),
        c.choose_area(shown, state, INDICATORS),
    ]
    return page(shown, state, INDICATORS, _content(shown, state, publication), choices)


def _content(shown: View, state: State, publication: Publication) -> Part:
    found = _series(shown, state, publication)
    groups, definitions = listed(shown, state), shown.definitions(publication)
    title = shown.say("indicators.title", n=len(definitions.indicators), pillars=len(definitions.pillars))
    if state.type:
        kind = load_form().types[state.type].name[shown.language]
        title = shown.say("indicators.title_of", n=sum(len(mine) for _, mine in groups), type=kind)
    return html.Div(
        [
            c.h1(title),
            html.P(_lead(shown, state, publication), className="lead"),
            c.downloads(shown, state, "indicators"),
            *(_pillar(shown, state, pillar, mine, found) for pillar, mine in groups),
        ],
        className="indicators",
    )


def _lead(shown: View, state: State, publication: Publication) -> str:
    where = c.area_name(shown, state) or shown.say("overview.nation")
    return shown.say("indicators.lead", where=where, quarter=numbers.quarter(publication.period, shown.language))


def listed(shown: View, state: State) -> list[tuple[Pillar, list[Indicator]]]:
    """The indicators that the chosen type is asked, by pillar."""
    definitions = shown.definitions(state)
    groups = (
        (pillar, [i for i in definitions.of_pillar(pillar.code) if state.type in ("", *i.base_types)])
        for pillar in definitions.method.pillars
    )
    return [(pillar, mine) for pillar, mine in groups if mine]


def _series(shown: View, state: State, publication: Publication) -> Mapping[str, Series]:
    codes = tuple(shown.definitions(publication).indicators)
    return shown.ask(repository.series, publication, codes, state.type, state.area)


def _pillar(
    shown: View, state: State, pillar: Pillar, mine: Sequence[Indicator], found: Mapping[str, Series]
) -> html.Section:
    say = shown.say
    weight = sum(indicator.weight for indicator in mine if indicator.scored)
    note = (
        say("method.bonus") if pillar.bonus else say("method.weighs", weight=f"{weight:g}", total=_total(shown, state))
    )
    head = html.Tr([html.Th(say(f"indicators.{name}"), scope="col", className=_kind(name)) for name in COLUMNS])
    body = [_row(shown, state, pillar, indicator, found[indicator.code]) for indicator in mine]
    table = html.Table([html.Thead(head), html.Tbody(body)], className="indicator-list")
    name = html.Span([pillar.name[shown.language], html.Span(note, className="note")])
    return c.section(name, still(html.Div(table, className="table-frame")))


def _total(shown: View, state: State) -> str:
    """The weight of everything in the index that the chosen type is asked."""
    return f"{sum(i.weight for pillar, mine in listed(shown, state) if not pillar.bonus for i in mine if i.scored):g}"


def _kind(column: str) -> str:
    return "number" if column in NUMBERED else f"{column}-cell"


def _row(shown: View, state: State, pillar: Pillar, indicator: Indicator, series: Series) -> html.Tr:
    language = shown.language
    name = [
        c.indicator_link(shown, state, indicator.code, indicator.name[language]),
        html.Span(numbers.unit_name(indicator.unit, language), className="unit"),
        html.Div(formula(indicator, language, shown.form(state)), className="method-formula"),
    ]
    cells: dict[str, Part] = {
        "weight": numbers.NONE if pillar.bonus or not indicator.scored else f"{indicator.weight:g}",
        "direction": direction(shown, indicator),
        "floor": explainer.floor(shown, indicator),
        "asked": asked(shown, indicator),
        "now": value(shown, indicator, series, 0),
        "before": value(shown, indicator, series, A_YEAR),
        "trend": c.sparkline(series.values, (96, 24), complete=_complete(series)),
    }
    rest = [
        html.Td(cells[column], className=_kind(column), **c.data(label=shown.say(f"indicators.{column}")))
        for column in COLUMNS[1:]
    ]
    return html.Tr([html.Th(name, scope="row"), *rest])


def direction(shown: View, indicator: Indicator) -> Part:
    """Which way is good, as an arrow and in words."""
    arrow = {"up": "▲", "down": "▼"}.get(indicator.direction, "·")
    words = shown.say(f"indicators.is_{indicator.direction}")
    return [html.Span(arrow, className="arrow", **c.aria(hidden="true")), words]


def asked(shown: View, indicator: Indicator) -> str:
    """The types of base that it is asked of."""
    types = load_form().types
    if set(indicator.base_types) == set(types):
        return shown.say("indicators.all_types")
    return shown.say("list.comma").join(types[code].name[shown.language] for code in indicator.base_types)


def value(shown: View, indicator: Indicator, series: Series, back: int) -> Part:
    """The value that many quarters ago, with how many bases it is of."""
    point = series.points[-1 - back] if len(series.points) > back else None
    if point is None or point.value is None:
        reason = "count.hidden" if point is not None and point.hidden else "count.no_value"
        return html.Span(numbers.NONE, title=shown.say(reason))
    words = numbers.in_unit(point.value, indicator.unit)
    return html.Span(words, title=c.counted(shown, point.bases, point.expected))


def _complete(series: Series) -> bool:
    last = series.last
    return last is not None and last.bases == last.expected


def table(shown: View, state: State, publication: Publication) -> Table:
    """Every indicator with its definition and value, for a file."""
    say, language, found = shown.say, shown.language, _series(shown, state, publication)
    texts = ("code", "pillar", "indicator", "unit", "formula", "direction", "floor", "asked")
    figures = ("weight", "now", "before", "bases", "expected")
    columns = [Column(name, say(f"indicators.{name}")) for name in texts]
    columns += [Column(name, say(f"indicators.{name}"), number=True) for name in figures]
    rows, form = [], shown.form(publication)
    for pillar, mine in listed(shown, state):
        for indicator in mine:
            points, top = found[indicator.code].points, parts(indicator, language, form)
            now, before = points[-1], points[-1 - A_YEAR]
            rows.append(
                (
                    indicator.code,
                    pillar.name[language],
                    indicator.name[language],
                    numbers.unit_name(indicator.unit, language),
                    f"({top[0]}) ÷ ({top[1]}) {top[2]}".strip() if top[1] else top[0],
                    say(f"indicators.is_{indicator.direction}"),
                    explainer.floor(shown, indicator),
                    asked(shown, indicator),
                    None if pillar.bonus or not indicator.scored else indicator.weight,
                    now.value if now else None,
                    before.value if before else None,
                    now.bases if now else None,
                    now.expected if now else None,
                )
            )
    about = []
    if state.type:
        about.append((say("file.type"), load_form().types[state.type].name[language]))
    if area := c.area_name(shown, state):
        about.append((say("file.area"), area))
    return Table(say("nav.indicator"), tuple(columns), tuple(rows), tuple(about))
