"""One indicator: what it is, how its values are spread, how they went, what is noise, where, and which bases."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard import components as c
from dashboard import explainer, indicator_charts, indicator_places, numbers, states, urls
from dashboard.components import Part
from dashboard.formulas import formula
from dashboard.frame import page
from dashboard.kept import kept
from dashboard.pages import indicators
from dashboard.still import still
from dashboard.tables import Column, Table
from dashboard.urls import STEP, State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.definition import Indicator
from indicators.flags import FLOOR
from indicators.repository import Publication
from indicators.repository.groups import Area
from indicators.repository.one_indicator import Standing, Standings, standings

PATH = f"{urls.INDICATORS}/<of_code>"
A_YEAR = 4


def render(shown: View, query: Mapping[str, str], code: str) -> Part:
    """The page for a viewer, an indicator's code and the choices in the address."""
    state = shown.state(query)
    publication = shown.publication(state)
    indicator = shown.definitions(publication).indicators.get(code)
    here = urls.indicator_path(code)
    if indicator is None:
        return page(shown, state, urls.INDICATORS, _unknown(shown, state, code))
    state = with_type(shown, state, indicator).with_(code="")
    if publication is None:
        return page(shown, state, urls.INDICATORS, states.nothing_published(shown))
    choices, content = kept(shown, _choices, state, code), kept(shown, _content, state, publication, code)
    return page(shown, state, urls.INDICATORS, content, choices, urls.build(here, state))


def _choices(shown: View, state: State, code: str) -> list[Part]:
    here = urls.indicator_path(code)
    return [
        c.choose_quarter(shown, state, here),
        _choose_type(shown, state, shown.definitions(state).indicators[code], here),
        c.choose_area(shown, state, here) if shown.scope.everywhere else None,
    ]


def with_type(shown: View, state: State, indicator: Indicator) -> State:
    """Peers are of one type: the chosen, else that of the viewer's own bases, else the first that is asked."""
    if state.type in indicator.base_types:
        return state
    publication = shown.publication(state)
    own = shown.ask(repository.members, publication) if publication and not shown.scope.everywhere else {}
    owned = {member.type for member in own.values()}
    return state.with_(type=next((kind for kind in indicator.base_types if kind in owned), indicator.base_types[0]))


def _choose_type(shown: View, state: State, indicator: Indicator, here: str) -> Part:
    """Only the types that are asked."""
    types = load_form().types
    links = [
        (urls.build(here, state.with_(type=code)), types[code].name[shown.language], code == state.type)
        for code in indicator.base_types
    ]
    return c.segments(shown.say("choose.type"), links)


def _unknown(shown: View, state: State, code: str) -> Part:
    """There is no such indicator: the list of those that there are."""
    groups = []
    for pillar, mine in indicators.listed(shown, state.with_(type="")):
        links = [html.Li(c.indicator_link(shown, state, i.code, i.name[shown.language])) for i in mine]
        groups.append(html.Section([html.H2(pillar.name[shown.language]), html.Ul(links)]))
    empty = c.empty(shown.say("indicator.unknown", code=code[:40]), shown.say("indicator.unknown_help"))
    return html.Div([empty, html.Div(groups, className="indicator-index")])


def _content(shown: View, state: State, publication: Publication, code: str) -> Part:
    definitions = shown.definitions(publication)
    indicator = definitions.indicators[code]
    pillar = definitions.pillars[indicator.pillar].name[shown.language]
    back = html.A(
        shown.say("nav.indicator"), href=urls.build(urls.INDICATORS, state.with_(region="", province="", kind=""))
    )
    return html.Div(
        [
            html.P([back, " › ", pillar], className="note"),
            c.h1(
                [
                    indicator.name[shown.language],
                    html.Span(numbers.unit_name(indicator.unit, shown.language), className="unit"),
                ]
            ),
            html.P(indicator.why[shown.language], className="lead"),
            still(
                html.Div(
                    [_now(shown, state, publication, indicator), _definition(shown, publication, indicator)],
                    className="indicator-head",
                )
            ),
            *indicator_charts.charts(shown, state, publication, indicator),
            indicator_places.places(shown, state, publication, indicator),
            _bases(shown, state, publication, indicator),
        ],
        className="indicator-page",
    )


# What it is --------------------------------------------------------------------------------------------------------------


def _now(shown: View, state: State, publication: Publication, indicator: Indicator) -> Part:
    """The nation's value by type of base, now and a year ago."""
    say, types = shown.say, load_form().types
    rows: list[list[Part]] = []
    for kind in ("", *indicator.base_types):
        series = shown.ask(repository.series, publication, (indicator.code,), kind, Area())[indicator.code]
        name = types[kind].name[shown.language] if kind else say("choose.all_types")
        last = series.last
        rows.append(
            [
                html.B(name) if kind == state.type else name,
                indicators.value(shown, indicator, series, 0),
                indicators.value(shown, indicator, series, A_YEAR),
                c.sparkline(series.values, (96, 24), complete=last is not None and last.bases == last.expected),
                f"{numbers.plain(last.bases)}/{numbers.plain(last.expected)}" if last else numbers.NONE,
            ]
        )
    unit = numbers.unit_name(indicator.unit, shown.language)
    head = [f"{say('overview.nation')} ({unit})"] + [
        say(f"indicator.{key}") for key in ("now", "before", "trend", "of")
    ]
    return c.section(
        say("indicator.value"),
        [c.table(head, rows, className="indicator-now"), html.P(say("indicator.sums"), className="note")],
    )


def _definition(shown: View, publication: Publication, indicator: Indicator) -> Part:
    say = shown.say
    told: list[tuple[str, Part]] = [("formula", formula(indicator, shown.language, shown.form(publication)))]
    told += [(key, words) for key, words in explainer.facts(shown, publication, indicator) if key != "paragraphs"]
    if indicator.basis:
        told.append(("basis", indicator.basis[shown.language]))
    asked_by = explainer.paragraphs(shown, indicator)
    told.append(("paragraphs", html.Ul([html.Li(words) for words in asked_by]) if asked_by else numbers.NONE))
    told.append(("asked", indicators.asked(shown, indicator)))
    told.append(("reviewed", explainer.reviewed(shown, indicator)))
    told.append(("code", html.Code(indicator.code)))
    pairs = [html.Div([html.Dt(say(f"indicator.fact.{key}")), html.Dd(words)]) for key, words in told]
    return c.section(say("indicator.definition"), html.Dl(pairs, className="indicator-facts"))


# The bases ---------------------------------------------------------------------------------------------------------------


def _bases(shown: View, state: State, publication: Publication, indicator: Indicator) -> Part:
    say, found = shown.say, shown.ask(standings, publication, indicator.code, state.type)
    everyone = [row for row in found.rows if states.inside(state, row.member)]
    missed = sum(row.missed for row in everyone)
    if not everyone:
        return c.section(say("indicator.bases_none"), html.P(say("indicator.bases_none_help"), className="note"))
    rows = _asked_for(state, everyone)
    key = "unjudged" if indicator.floor is None else "missed" if missed else "in_order"
    many = "base" if len(everyone) == 1 else "bases"
    title = say(f"indicator.{many}_{key}", n=numbers.plain(missed), of=numbers.plain(len(everyone)))
    note = say("indicator.place_note", n=numbers.plain(found.n), of=numbers.plain(found.expected))
    if not shown.scope.everywhere:
        note = say("list.space").join([note, say("rankings.only_own")])
    heads = ("place", "base", "province", "value_of", "score", "mark")
    head = html.Tr([html.Th(say(f"indicator.{name}"), scope="col", className=_kind(name)) for name in heads])
    body = [_base(shown, state, publication, indicator, row) for row in rows[: state.shown]]
    table = html.Table([html.Thead(head), html.Tbody(body)], className="indicator-bases")
    parts: list[Part] = [html.P(note, className="note"), _narrow(shown, state, indicator, len(everyone), missed)]
    parts += [still(html.Div(table, className="table-frame"))]
    if len(rows) > state.shown:
        here, left = urls.indicator_path(indicator.code), len(rows) - state.shown
        more = html.A(
            say("flags.more", n=min(STEP, left), left=left),
            href=urls.build(here, state.with_(shown=state.shown + STEP)),
        )
        parts.append(html.P(more, className="more"))
    parts.append(c.downloads(shown, state.with_(code=indicator.code), "indicator"))
    return c.section(title, parts, id="bases")


def _asked_for(state: State, everyone: Sequence[Standing]) -> list[Standing]:
    """All of them, or those that miss the floor; a choice that leaves nobody is none."""
    missing = [row for row in everyone if row.missed] if state.kind == FLOOR else []
    return missing or list(everyone)


def _narrow(shown: View, state: State, indicator: Indicator, many: int, missed: int) -> Part:
    """The way from all bases to those that miss the floor, where some but not all do."""
    if not 0 < missed < many:
        return None
    here, asked = urls.indicator_path(indicator.code), state.with_(shown=STEP)
    choices = [
        (f"{urls.build(here, asked.with_(kind=kind))}#bases", shown.say(f"indicator.{key}", n=numbers.plain(n)), chosen)
        for kind, key, n, chosen in (
            ("", "all_of_them", many, state.kind != FLOOR),
            (FLOOR, "only_missed", missed, state.kind == FLOOR),
        )
    ]
    return c.segments(shown.say("indicator.which"), choices)


def _kind(column: str) -> str:
    return "number" if column in ("place", "value_of", "score") else ""


def _base(shown: View, state: State, publication: Publication, indicator: Indicator, row: Standing) -> html.Tr:
    language, member = shown.language, row.member
    place = load_form().provinces.get(member.province)
    address = urls.explain_path(member.code, publication.period, indicator.code, shown.named(publication))
    value: Part = html.Span(shown.say(f"why.{row.why}"), className="why")
    if row.value is not None:
        value = html.A(numbers.in_unit(row.value, indicator.unit), href=address, title=shown.say("explain.how"))
    mark = [html.Span("■", className="shape floor", **c.aria(hidden="true")), shown.say("indicator.missed")]
    return html.Tr(
        [
            html.Td(numbers.NONE if row.place is None else row.place, className="number"),
            html.Th(c.base_link(shown, member.code, member.name[language], publication), scope="row"),
            html.Td(place.name[language] if place else member.province),
            html.Td(value, className="number"),
            html.Td(numbers.score(row.score), className="number"),
            html.Td(mark if row.missed else ""),
        ]
    )


def table(shown: View, state: State, publication: Publication) -> Table:
    """The viewer's bases by one indicator, for a file."""
    definitions, say, language = shown.definitions(publication), shown.say, shown.language
    indicator = definitions.indicators.get(state.code) or next(iter(definitions.indicators.values()))
    state = with_type(shown, state, indicator)
    found: Standings = shown.ask(standings, publication, indicator.code, state.type)
    listed = _asked_for(state, [row for row in found.rows if states.inside(state, row.member)])
    columns = (
        Column("code", say("rankings.code")),
        Column("place", say("indicator.place"), decimals=0, number=True),
        Column("base", say("indicator.base")),
        Column("province", say("indicator.province")),
        Column("value", say("indicator.value_of"), indicator.unit, number=True),
        Column("numerator", say("indicator.numerator"), number=True),
        Column("denominator", say("indicator.denominator"), number=True),
        Column("score", say("indicator.score"), decimals=1, number=True),
        Column("missed", say("indicator.mark")),
    )
    provinces, rows = load_form().provinces, []
    for row in listed:
        member = row.member
        name = provinces[member.province].name[language] if member.province in provinces else member.province
        figures = (row.value, row.numerator, row.denominator, row.score)
        rows.append(
            (
                member.code,
                row.place,
                member.name[language],
                name,
                *figures,
                say("indicator.missed") if row.missed else None,
            )
        )
    about = [(say("choose.indicator"), f"{indicator.code} {indicator.name[language]}")]
    about.append((say("file.type"), load_form().types[state.type].name[language]))
    if area := c.area_name(shown, state):
        about.append((say("file.area"), area))
    if state.kind == FLOOR:
        about.append((say("indicator.which"), say("indicator.missed")))
    return Table(indicator.name[language], columns, tuple(rows), tuple(about))
