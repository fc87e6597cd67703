"""Overview: three numbers, the provinces, the pillars by type, what needs attention, and who has reported."""

from collections.abc import Mapping

from dash import html

from dashboard import components as c
from dashboard import numbers, permissions, return_words, states, urls
from dashboard.components import Part
from dashboard.frame import page
from dashboard.headlines import headlines
from dashboard.kept import kept
from dashboard.pages import overview_notes, overview_pillars, overview_places
from dashboard.tables import Column, Table, Value
from dashboard.urls import OVERVIEW, State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.repository import Publication, Reports
from indicators.repository.publications import before
from indicators.sources import REVISED

TOTALS, RETURNS = "overview-totals", "overview-returns"


def render(shown: View, query: Mapping[str, str]) -> Part:
    """The page for a viewer and the choices in its address."""
    state = shown.state(query)
    publication = shown.publication(state)
    if publication is None:
        return page(shown, state, OVERVIEW, states.nothing_published(shown))
    main = [kept(shown, draw, state, publication) for draw in (overview_places.section, overview_pillars.section)]
    side = [
        overview_notes.attention(shown, state, publication),
        kept(shown, overview_notes.improved, state, publication),
    ]
    content = [
        html.Div(
            [
                c.h1(_title(shown, state, publication)),
                html.P(_as_of(shown, publication), className="lead"),
                c.report_links(shown, state) if shown.may(permissions.BULLETIN) else None,
            ]
        ),
        kept(shown, _headlines, state, publication),
        html.Div([html.Div(main, className="main-column"), html.Div(side, className="side")], className="two-columns"),
        _returns(shown, state, publication),
    ]
    return page(shown, state, OVERVIEW, content, kept(shown, _choices, state))


def _choices(shown: View, state: State) -> list[Part]:
    return [
        c.choose_quarter(shown, state, OVERVIEW),
        c.choose_type(shown, state, OVERVIEW),
        c.choose_area(shown, state, OVERVIEW),
    ]


def _title(shown: View, state: State, publication: Publication) -> str:
    form = load_form()
    whom = form.types[state.type].name[shown.language] if state.type else shown.say("overview.all_bases")
    where = c.area_name(shown, state) or shown.say("overview.whole_country")
    return shown.say(
        "overview.title", whom=whom, where=where, quarter=numbers.quarter(publication.period, shown.language)
    )


def _as_of(shown: View, publication: Publication) -> list[Part]:
    """Which publication the page shows, and whether it is settled."""
    vintage = shown.say(f"vintage.{publication.vintage}")
    words = shown.say("vintage.unsigned", vintage=vintage) if publication.unsigned else vintage
    told = shown.say(
        "overview.as_of",
        code=publication.code,
        vintage=words,
        day=numbers.day(publication.created_at, shown.language),
    )
    more = "overview.settled" if publication.settled else "overview.unsettled"
    ways = (
        [html.A(shown.say("nav.publications"), href=urls.PUBLICATIONS)] if shown.may(permissions.PUBLICATIONS) else []
    )
    if publication.vintage == REVISED and shown.may(permissions.COMPARE):
        ways += _since(shown, publication)
    gap = shown.say("list.middot")
    return [told, shown.say("list.space"), shown.say(more), " ", *[part for way in ways for part in (gap, way)][1:]]


def _since(shown: View, publication: Publication) -> list[html.A]:
    """Where it stands what a revision changed."""
    last = before(shown.ask_now(repository.every_publication), publication)
    if last is None:
        return []
    address = urls.compare_path(last.code, publication.code)
    return [html.A(shown.say("publications.since", name=last.code), href=address)]


# Three numbers -------------------------------------------------------------------------------------------------------


def _headlines(shown: View, state: State, publication: Publication) -> Part:
    figures = headlines(shown, shown.ask(repository.headlines, publication, state.type, state.area))
    return html.Div([figures, c.downloads(shown, state, TOTALS)], className="totals")


def totals_table(shown: View, state: State, publication: Publication) -> Table:
    """A row a quarter: each total and over how many bases it goes."""
    found = shown.ask(repository.headlines, publication, state.type, state.area)
    columns = [Column("quarter", shown.say("table.quarter"))]
    for headline in found:
        name, code = headline.definition.name[shown.language], headline.definition.code
        columns.append(Column(code, name, headline.definition.unit, number=True))
        columns.append(Column(f"{code}_bases", f"{name}: {shown.say('table.bases')}", decimals=0, number=True))
    columns.append(Column("expected", shown.say("overview.expected"), decimals=0, number=True))
    axis = found[0].series.periods if found else ()
    rows = [_totals(period, [headline.series.points[place] for headline in found]) for place, period in enumerate(axis)]
    area = c.area_name(shown, state)
    about = ((shown.say("file.area"), area),) if area else ()
    return Table(_title(shown, state, publication), tuple(columns), tuple(rows), about)


def _totals(period: str, points: list[repository.GroupValue | None]) -> tuple[Value, ...]:
    cells: list[Value] = [period]
    for point in points:
        cells += [point.value, point.bases] if point else [None, None]
    return (*cells, next((point.expected for point in points if point), None))


# Returns -------------------------------------------------------------------------------------------------------------


def _reports(shown: View, state: State, publication: Publication) -> Reports:
    return shown.ask_now(repository.reports, publication.period, state.type, state.area)


def _returns(shown: View, state: State, publication: Publication) -> Part:
    title = shown.say("returns.title", quarter=numbers.quarter(publication.period, shown.language))
    parts = states.returns_bar(shown, state, _reports(shown, state, publication))
    links: list[Part] = [c.downloads(shown, state, RETURNS)]
    if shown.may(permissions.BOARD):
        board = urls.build(urls.BOARD, State(period=state.period, type=state.type, province=state.province))
        links.insert(0, html.A(shown.say("returns.board"), href=board))
    return c.section(title, parts, html.Div(links, className="links"), "returns")


def returns_table(shown: View, state: State, publication: Publication) -> Table:
    """Every base that was asked, with where its return stands."""
    say, form, language = shown.say, load_form(), shown.language
    columns = (
        Column("code", say("overview.code")),
        Column("base", say("choose.base")),
        Column("type", say("choose.type")),
        Column("province", say("table.province")),
        Column("state", say("returns.state")),
        Column("received", say("returns.received")),
        Column("due", say("returns.due_day")),
        Column("late", say("returns.lateness")),
    )
    rows = []
    for known in _reports(shown, state, publication).standings:
        base = known.base
        kind = form.types[base.type].name[language] if base.type in form.types else base.type
        place = form.provinces[base.province].name[language] if base.province in form.provinces else base.province
        lateness = "overdue" if known.overdue else "came_late" if known.late else "not_late"
        days = tuple(day.isoformat() if day else None for day in (known.first_received, known.due))
        words = return_words.state_word(shown, known.state)
        rows.append((base.code, base.name[language], kind, place, words, *days, say(f"returns.{lateness}")))
    title = say("returns.title", quarter=numbers.quarter(publication.period, language))
    return Table(title, columns, tuple(rows))
