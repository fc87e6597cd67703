"""Regions and provinces in one table: their bases, sums, lamps and returns; each leads to its own page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import html

from dashboard import areas, lamps, numbers, states
from dashboard import components as c
from dashboard.components import Part
from dashboard.frame import page
from dashboard.still import still
from dashboard.tables import Column, Table, Value
from dashboard.urls import REGIONS, State
from dashboard.view import View
from etl.form import load_form
from etl.status import MISSING
from etl.versions import ACCEPTED, FINAL
from indicators import repository
from indicators.repository import Area, Headline, Publication, Reports
from indicators.scope import NATION, PROVINCE

LAMPS = tuple(lamps.SHAPES)
RETURNS = ("accepted", "underway", "missing", "late")


@dataclass(frozen=True)
class Row:
    """One area. `lamps` and `returns` are None where its bases are not the viewer's."""

    area: Area
    headlines: tuple[Headline, ...]
    lamps: Mapping[str, int] | None
    returns: Reports | None

    @property
    def expected(self) -> int:
        """How many bases of the type it has."""
        return max((headline.now.expected for headline in self.headlines if headline.now), default=0)


def render(shown: View, query: Mapping[str, str]) -> Part:
    """The page for a viewer and the choices in its address."""
    state = shown.state(query)
    publication = shown.publication(state)
    if publication is None:
        return page(shown, state, REGIONS, states.nothing_published(shown))
    choices = [c.choose_quarter(shown, state, REGIONS), c.choose_type(shown, state, REGIONS)]
    return page(shown, state, REGIONS, _content(shown, state, publication), choices)


def _content(shown: View, state: State, publication: Publication) -> list[Part]:
    found = rows(shown, state, publication)
    lead = "regions.lead" if shown.scope.everywhere else "regions.lead_own"
    return [
        c.h1(_title(shown, state, publication)),
        html.P(shown.say(lead), className="lead"),
        c.downloads(shown, state, "regions"),
        still(_drawn(shown, state, found)),
    ]


def _title(shown: View, state: State, publication: Publication) -> str:
    form, language = load_form(), shown.language
    whom = form.types[state.type].name[language] if state.type else shown.say("overview.all_bases")
    return shown.say("regions.title", whom=whom, quarter=numbers.quarter(publication.period, language))


def rows(shown: View, state: State, publication: Publication) -> list[Row]:
    """The nation, then each region with its provinces; areas without a base are left out."""
    listed = [Area(NATION)]
    for branch in areas.branches(shown):
        listed += [branch.region, *branch.provinces]
    covered = tuple(area for area in listed if shown.scope.covers(area.kind, area.code))
    sums = shown.ask(repository.headlines_of, publication, state.type, tuple(listed))
    lit = shown.ask(repository.lamps_of, publication, state.type, covered)
    sent = shown.ask_now(repository.reports_of, publication.period, state.type, covered)
    found = (Row(area, sums[area], lit.get(area), sent.get(area)) for area in listed)
    return [row for row in found if row.expected]


# On screen -----------------------------------------------------------------------------------------------------------


def _drawn(shown: View, state: State, found: Sequence[Row]) -> html.Div:
    """One body a region, so that the parts are heard as what they are."""
    bodies: list[list[html.Tr]] = []
    for row in found:
        if row.area.kind != PROVINCE or not bodies:
            bodies.append([])
        bodies[-1].append(_row(shown, state, row))
    table = html.Table([_head(shown, state), *(html.Tbody(body) for body in bodies)], className="dense regions")
    return html.Div(
        table, className="table-frame", tabIndex="0", role="region", **c.aria(label=shown.say("nav.region"))
    )


def _head(shown: View, state: State) -> html.Thead:
    say, language, totals = shown.say, shown.language, shown.definitions(state).method.headlines
    groups: list[Part] = [html.Td(), html.Td()]
    for headline in totals:
        unit = html.Span(numbers.unit_name(headline.unit, language), className="unit")
        groups.append(html.Th([headline.name[language], " ", unit], colSpan=2, scope="colgroup", className="group"))
    groups.append(html.Th(say("regions.lamps"), colSpan=len(LAMPS), scope="colgroup", className="group"))
    groups.append(html.Th(say("regions.returns"), colSpan=len(RETURNS), scope="colgroup", className="group"))
    heads: list[Part] = [html.Th(say("regions.area"), scope="col")]
    heads.append(html.Th(say("regions.bases"), scope="col", className="number"))
    for _ in totals:
        heads.append(html.Th(say("regions.value"), scope="col", className="number first"))
        heads.append(html.Th(say("regions.year"), scope="col", className="number"))
    for place, lamp in enumerate(LAMPS):
        heads.append(html.Th([lamps.shape(lamp), say(f"regions.lamp.{lamp}")], scope="col", className=_number(place)))
    heads += [html.Th(say(f"regions.{each}"), scope="col", className=_number(i)) for i, each in enumerate(RETURNS)]
    return html.Thead([html.Tr(groups, className="groups"), html.Tr(heads)])


def _number(place: int) -> str:
    """The class of a number's cell; the first of its group stands apart."""
    return "number" if place else "number first"


def _row(shown: View, state: State, row: Row) -> html.Tr:
    cells: list[Part] = [html.Td(numbers.plain(row.expected), className="number")]
    for headline in row.headlines:
        cells += [_value(shown, headline), _change(shown, headline)]
    cells += [_count(place, number) for place, number in enumerate(_lit(row))]
    cells += [_count(place, number) for place, number in enumerate(_sent(row))]
    head = html.Th(areas.link(shown, state, row.area), scope="row")
    return html.Tr([head, *cells], className=f"is-{row.area.kind}")


def _lit(row: Row) -> list[int | None]:
    """How many bases have each lamp, in the order of LAMPS."""
    return [None if row.lamps is None else row.lamps.get(lamp, 0) for lamp in LAMPS]


def _sent(row: Row) -> list[int | None]:
    """How many returns stand how, in the order of RETURNS: the first three add up to all of them."""
    found = row.returns
    if found is None:
        return [None] * len(RETURNS)
    accepted = found.states.get(ACCEPTED, 0) + found.states.get(FINAL, 0)
    missing = found.states.get(MISSING, 0)
    return [accepted, found.expected - accepted - missing, missing, found.late]


def _value(shown: View, headline: Headline) -> html.Td:
    now = headline.now
    if now is None or now.value is None:
        why = "count.hidden" if now is not None and now.hidden else "count.no_value"
        return html.Td(numbers.NONE, title=shown.say(why), className="number first")
    part = now.bases < now.expected
    mark = html.Sup("*", **c.aria(hidden="true")) if part else None
    counted = c.counted(shown, now.bases, now.expected)
    hidden = html.Span(f" {counted}", className="unseen") if part else None
    return html.Td([numbers.plain(now.value, 0), mark, hidden], title=counted, className="number first")


def _change(shown: View, headline: Headline) -> html.Td:
    change = headline.change
    if change is None:
        return html.Td(numbers.NONE, title=shown.say("overview.not_comparable"), className="number")
    counted = shown.say("overview.like_for_like", n=numbers.plain(change.bases))
    return html.Td(numbers.change(change.ratio, shown.language), title=counted, className="number")


def _count(place: int, number: int | None) -> html.Td:
    words = numbers.NONE if number is None else numbers.plain(number)
    return html.Td(words, className=_number(place) if number else f"{_number(place)} none")


# As a file -----------------------------------------------------------------------------------------------------------


def table(shown: View, state: State, publication: Publication) -> Table:
    """The same rows, whole."""
    say, language = shown.say, shown.language
    columns = [Column("code", say("regions.code")), Column("kind", say("regions.kind"))]
    columns += [Column("area", say("regions.area")), Column("bases", say("regions.bases"), number=True, decimals=0)]
    for headline in shown.definitions(publication).method.headlines:
        name = headline.name[language]
        columns += [
            Column(headline.code, name, headline.unit, number=True),
            Column(f"{headline.code}_bases", say("regions.counted", name=name), number=True, decimals=0),
            Column(f"{headline.code}_year", say("regions.year_of", name=name), "%", number=True),
        ]
    columns += [Column(f"lamp_{lamp}", say(f"verdict.lamp.{lamp}"), number=True, decimals=0) for lamp in LAMPS]
    columns += [
        Column(f"returns_{each}", say("regions.returns_of", state=say(f"regions.{each}")), number=True, decimals=0)
        for each in RETURNS
    ]
    found = tuple(_for_file(shown, row) for row in rows(shown, state, publication))
    about = ((say("file.type"), load_form().types[state.type].name[language]),) if state.type else ()
    return Table(_title(shown, state, publication), tuple(columns), found, about)


def _for_file(shown: View, row: Row) -> tuple[Value, ...]:
    area = row.area
    values: list[Value] = [area.code or area.kind, shown.say(f"regions.kinds.{area.kind}"), areas.name(shown, area)]
    values.append(row.expected)
    for headline in row.headlines:
        now, change = headline.now, headline.change
        values += [now.value if now else None, now.bases if now else None, change.ratio * 100 if change else None]
    return (*values, *_lit(row), *_sent(row))
