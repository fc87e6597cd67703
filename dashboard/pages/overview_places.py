"""The places on the overview: every province on a tile map with its table, or one's own province beside the nation."""

from collections.abc import Mapping

from dash import html

from dashboard import components as c
from dashboard import numbers, permissions, tiles, urls
from dashboard.components import Part
from dashboard.still import still
from dashboard.tables import Column, Table, Value
from dashboard.urls import OVERVIEW, State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.definition import Indicator
from indicators.repository import Area, GroupValue, Publication
from indicators.scope import PROVINCE, REGION, NotAllowed

PLACES = "overview-places"


def section(shown: View, state: State, publication: Publication) -> Part:
    """None for who has no places to compare."""
    if shown.may(permissions.PROVINCES):
        return _provinces(shown, state, publication)
    return _nearby(shown, state, publication) if _own(shown) else None


def _own(shown: View) -> str:
    return shown.scope.province if shown.scope.province in load_form().provinces else ""


# Every province ------------------------------------------------------------------------------------------------------


def _code(shown: View, state: State) -> str:
    return state.code or shown.definitions(state).method.index.code


def _found(shown: View, state: State, publication: Publication) -> Mapping[str, GroupValue]:
    """Province → its value: a sum, a ratio of sums, or the median of its bases' scores."""
    code = _code(shown, state)
    if not shown.definitions(state).is_score(code):
        return shown.ask(repository.provinces, publication, code, state.type)
    medians = shown.ask(repository.medians, publication, (code,), state.type)[code]
    return {area.code: value for area, value in medians.items()}


def _provinces(shown: View, state: State, publication: Publication) -> Part:
    code = _code(shown, state)
    chooser = html.Div(_choose_code(shown, state, code), className="map-choice")
    note = shown.say(_note(shown, state, code))
    body = still(tiles.map_and_table(shown, state, code, _found(shown, state, publication)))
    return c.section(
        shown.say("overview.provinces"),
        [html.Div([chooser, html.P(note, className="note")], className="map-head"), body],
        c.downloads(shown, state, PLACES),
        "provinces",
    )


def _note(shown: View, state: State, code: str) -> str:
    return "overview.median_note" if shown.definitions(state).is_score(code) else "overview.sum_note"


def _choose_code(shown: View, state: State, now: str) -> Part:
    definitions, language = shown.definitions(state), shown.language

    def address(code: str) -> str:
        return urls.build(OVERVIEW, state.with_(code=code))

    index = definitions.method.index
    composite = [(address(index.code), index.name[language])]
    composite += [(address(pillar.code), pillar.name[language]) for pillar in definitions.pillars.values()]
    totals = [(address(h.code), h.name[language]) for h in definitions.method.headlines]
    groups: list = [(shown.say("overview.composite"), composite)]
    groups += [(shown.say("overview.totals"), totals)] if totals else []
    for pillar in definitions.pillars.values():
        asked = [i for i in definitions.of_pillar(pillar.code) if not state.type or state.type in i.base_types]
        groups.append((pillar.name[language], [(address(i.code), i.name[language]) for i in asked]))
    return c.chooser(shown.say("choose.indicator"), groups, address(now), "indicator")


# The own province beside region and nation ---------------------------------------------------------------------------


def _neighbours(shown: View) -> tuple[list[Area], list[str]]:
    form, language = load_form(), shown.language
    own = form.provinces[_own(shown)]
    heads = [own.name[language], form.regions[own.region].name[language], shown.say("overview.nation")]
    return [Area(PROVINCE, own.code), Area(REGION, own.region), Area()], heads


def _lines(shown: View, state: State, publication: Publication) -> list[tuple[str, str, str, list[GroupValue | None]]]:
    """(code, name, unit, value by place): the index and its pillars, then the indicators."""
    definitions, language = shown.definitions(publication), shown.language
    places, _ = _neighbours(shown)
    index = definitions.method.index
    scores = {index.code: index.name[language], **{p.code: p.name[language] for p in definitions.pillars.values()}}
    medians = shown.ask(repository.medians, publication, tuple(scores), state.type, tuple(places))
    lines = [
        (code, shown.say("overview.median_of", name=name), "", [medians[code].get(place) for place in places])
        for code, name in scores.items()
    ]
    wanted: list[Indicator] = [
        i
        for pillar in definitions.pillars
        for i in definitions.of_pillar(pillar)
        if not state.type or state.type in i.base_types
    ]
    found = shown.ask(repository.areas, publication, tuple(i.code for i in wanted), state.type, tuple(places))
    return lines + [(i.code, i.name[language], i.unit, [found[i.code].get(place) for place in places]) for i in wanted]


def _nearby(shown: View, state: State, publication: Publication) -> Part:
    """For who may not see every province: the own one beside its region and the nation."""
    _, heads = _neighbours(shown)
    rows = [_beside(shown, state, *line) for line in _lines(shown, state, publication)]
    return c.section(
        shown.say("overview.nearby"),
        [
            html.P(shown.say("overview.nearby_note"), className="note"),
            still(c.table([shown.say("table.indicator"), *heads], rows, className="dense")),
        ],
        c.downloads(shown, state, PLACES),
        "nearby",
    )


def _beside(shown: View, state: State, code: str, name: str, unit: str, values: list[GroupValue | None]) -> list[Part]:
    """One indicator's row: its name with the unit, and the values to the same number of decimals."""
    known = [value.value for value in values if value is not None and value.value is not None]
    score = shown.definitions(state).is_score(code)
    decimals = 1 if score else numbers.decimals_for(known, unit)
    words: list[Part] = [name]
    if not score:
        unit_name = html.Span(numbers.unit_name(unit, shown.language), className="unit")
        words = [c.indicator_link(shown, state, code, name), " ", unit_name]
    return [words, *(_cell(shown, value, decimals) for value in values)]


def _cell(shown: View, value: GroupValue | None, decimals: int) -> Part:
    if value is None or value.value is None:
        title = shown.say("count.hidden" if value is not None and value.hidden else "count.no_value")
        return html.Span(numbers.NONE, title=title)
    return html.Span(numbers.plain(value.value, decimals), title=c.counted(shown, value.bases, value.expected))


# As a file -----------------------------------------------------------------------------------------------------------


def table(shown: View, state: State, publication: Publication) -> Table:
    """A row a province with the chosen indicator; for a province, a row an indicator. Raises NotAllowed for others."""
    kind = load_form().types[state.type].name[shown.language] if state.type else shown.say("choose.all_types")
    about = ((shown.say("file.type"), kind),)
    if shown.may(permissions.PROVINCES):
        return _table_of_provinces(shown, state, publication, about)
    if not _own(shown):
        raise NotAllowed(PLACES)
    places, heads = _neighbours(shown)
    columns = [Column("code", shown.say("overview.code")), Column("name", shown.say("table.indicator"))]
    columns.append(Column("unit", shown.say("table.unit")))
    names = [place.code or place.kind for place in places]
    columns += [Column(name, words, number=True) for name, words in zip(names, heads, strict=True)]
    rows: list[tuple[Value, ...]] = []
    for code, name, _, values in _lines(shown, state, publication):
        words = tiles.unit_words(shown, state, code)
        rows.append((code, name, words, *(value.value if value else None for value in values)))
    return Table(shown.say("overview.nearby"), tuple(columns), tuple(rows), about)


def _table_of_provinces(shown: View, state: State, publication: Publication, about: tuple) -> Table:
    code, form, language = _code(shown, state), load_form(), shown.language
    name = shown.definitions(publication).name(code)[language]
    columns = (
        Column("province", shown.say("overview.code")),
        Column("name", shown.say("table.province")),
        Column(code, f"{name} ({tiles.unit_words(shown, state, code)})", number=True),
        Column("bases", shown.say("table.bases"), decimals=0, number=True),
        Column("expected", shown.say("overview.expected"), decimals=0, number=True),
    )
    found = tiles.by_value(_found(shown, state, publication))
    rows = tuple(
        (province, form.provinces[province].name[language], value.value, value.bases, value.expected)
        for province, value in found
    )
    note = shown.say(_note(shown, state, code))
    about = (*about, (shown.say("choose.indicator"), name), (shown.say("overview.how"), note))
    return Table(f"{shown.say('overview.provinces')}: {name}", columns, rows, about)
