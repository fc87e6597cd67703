"""Overview: three numbers, the provinces, the pillars by type, and one list of what needs attention."""

from collections.abc import Mapping

from dash import html

from dashboard import components as c
from dashboard import figures, flag_words, numbers, permissions, states, tiles, urls
from dashboard.components import Part
from dashboard.frame import page
from dashboard.urls import OVERVIEW, State
from dashboard.view import View
from etl.form import load_form
from etl.formula import measures
from indicators import repository
from indicators.definition import Indicator, load_definitions
from indicators.flags import MISSING_RETURN, PEERS
from indicators.repository import Area, Headline, Publication
from indicators.scope import PROVINCE, REGION

URGENT = 6
"""How many bases the short list names."""


def render(shown: View, query: Mapping[str, str]) -> Part:
    """The page for a viewer and the choices in its address."""
    state = shown.state(query)
    publication = shown.publication(state)
    if publication is None:
        return page(shown, state, OVERVIEW, states.nothing_published(shown))
    choices = [
        c.choose_quarter(shown, state, OVERVIEW),
        c.choose_type(shown, state, OVERVIEW),
        c.choose_area(shown, state, OVERVIEW),
    ]
    content = [
        html.H1(_title(shown, state, publication), className="page-title"),
        c.report_links(shown, state) if shown.may(permissions.BULLETIN) else None,
        _headlines(shown, state, publication),
        _middle(shown, state, publication),
        _pillars(shown, state, publication),
    ]
    return page(shown, state, OVERVIEW, content, choices)


def _title(shown: View, state: State, publication: Publication) -> str:
    form = load_form()
    whom = form.types[state.type].name[shown.language] if state.type else shown.say("overview.all_bases")
    where = c.area_name(shown, state) or shown.say("overview.whole_country")
    return shown.say(
        "overview.title", whom=whom, where=where, quarter=numbers.quarter(publication.period, shown.language)
    )


# Three numbers -------------------------------------------------------------------------------------------------------


def _headlines(shown: View, state: State, publication: Publication) -> Part:
    found = shown.ask(repository.headlines, publication, state.type, state.area)
    return html.Div([_headline(shown, headline) for headline in found], className="headlines")


def _headline(shown: View, headline: Headline) -> Part:
    now, unit = headline.now, headline.definition.unit
    name = html.H2(headline.definition.name[shown.language])
    if now is None or now.value is None:
        reason = "count.hidden" if now is not None and now.hidden else "count.no_value"
        return html.Div([name, html.P(numbers.NONE, className="big"), html.P(shown.say(reason), className="note")])
    big, small = numbers.headline(now.value, unit, shown.language)
    change = headline.change
    year, counted = shown.say("overview.not_comparable"), None
    if change is not None:
        year = shown.say("overview.on_the_year", change=numbers.change(change.ratio, shown.language))
        counted = shown.say("overview.like_for_like", n=numbers.plain(change.bases))
    return html.Div(
        [
            name,
            html.Div(
                [
                    html.P([html.Span(big), html.Span(small, className="unit") if small else None], className="big"),
                    c.sparkline(headline.series.values, complete=now.bases == now.expected),
                ],
                className="figure-line",
            ),
            html.P(
                [
                    html.Span(year, className="change", title=counted),
                    html.Span(c.counted(shown, now.bases, now.expected)),
                ],
                className="note",
            ),
        ]
    )


# The provinces -------------------------------------------------------------------------------------------------------


def _middle(shown: View, state: State, publication: Publication) -> Part:
    """Places beside what needs attention; without places to compare, the lists stand side by side."""
    lists = [_attention(shown, state, publication), _returns(shown, state, publication)]
    if shown.may(permissions.PROVINCES):
        places = _provinces(shown, state, publication)
    elif shown.scope.province in load_form().provinces:
        places = _nearby(shown, state, publication)
    else:
        return html.Div(lists, className="halves")
    return html.Div([places, html.Div(lists, className="side")], className="two-columns")


def _provinces(shown: View, state: State, publication: Publication) -> Part:
    definitions = load_definitions()
    code = state.code or leads()[0].code
    found = shown.ask(repository.provinces, publication, code, state.type)
    words = shown.say("overview.provinces", name=definitions.name(code)[shown.language])
    title = c.explained(shown, state, code, words)
    body = tiles.map_and_table(shown, state, code, found)
    return c.section(title, body, _choose_code(shown, state, code), "provinces")


def _choose_code(shown: View, state: State, now: str) -> Part:
    definitions, language = load_definitions(), shown.language

    def address(code: str) -> str:
        return urls.build(OVERVIEW, state.with_(code=code))

    totals = [(address(h.code), h.name[language]) for h in definitions.method.headlines]
    groups: list = [(shown.say("overview.totals"), totals)] if totals else []
    for pillar in definitions.pillars.values():
        asked = [i for i in definitions.of_pillar(pillar.code) if not state.type or state.type in i.base_types]
        groups.append((pillar.name[language], [(address(i.code), i.name[language]) for i in asked]))
    return c.chooser(shown.say("choose.indicator"), groups, address(now), "indicator")


def _nearby(shown: View, state: State, publication: Publication) -> Part:
    """For who may not see every province: the own one beside its region and the nation."""
    form, definitions, language = load_form(), load_definitions(), shown.language
    own = form.provinces[shown.scope.province or ""]
    places = [Area(PROVINCE, own.code), Area(REGION, own.region), Area()]
    heads = [own.name[language], form.regions[own.region].name[language], shown.say("overview.nation")]
    wanted = [i for i in definitions.indicators.values() if not state.type or state.type in i.base_types]
    found = shown.ask(repository.areas, publication, tuple(i.code for i in wanted), state.type, tuple(places))
    rows: list[list[Part]] = []
    for pillar in definitions.pillars.values():
        mine = [i for i in wanted if i.pillar == pillar.code]
        rows += [_beside(shown, state, i, [found[i.code].get(place) for place in places]) for i in mine]
    note = shown.say("overview.nearby_note")
    return c.section(
        shown.say("overview.nearby"),
        c.table([shown.say("table.indicator"), *heads], rows, className="dense"),
        note,
        "nearby",
    )


def _beside(shown: View, state: State, indicator: Indicator, values: list[repository.GroupValue | None]) -> list[Part]:
    """One indicator's row: its name with the unit, and the values to the same number of decimals."""
    unit = html.Span(numbers.unit_name(indicator.unit, shown.language), className="unit")
    known = [value.value for value in values if value is not None and value.value is not None]
    decimals = numbers.decimals_for(known, indicator.unit)
    name = c.indicator_link(shown, state, indicator.code, indicator.name[shown.language])
    return [[name, " ", unit], *(_cell(shown, value, decimals) for value in values)]


def _cell(shown: View, value: repository.GroupValue | None, decimals: int) -> Part:
    if value is None or value.value is None:
        title = shown.say("count.hidden" if value is not None and value.hidden else "count.no_value")
        return html.Span(numbers.NONE, title=title)
    return html.Span(numbers.plain(value.value, decimals), title=c.counted(shown, value.bases, value.expected))


# What needs attention ------------------------------------------------------------------------------------------------


def _attention(shown: View, state: State, publication: Publication) -> Part:
    flags = shown.ask(repository.flags, publication, None, state.type or None)
    # A missing return stands below, with the returns.
    chosen = [flag for flag in flags if states.inside(state, flag.member) and flag.kind != MISSING_RETURN]
    by_base: dict[str, list] = {}
    for flag in chosen:
        by_base.setdefault(flag.member.code, []).append(flag)
    items = [_urgent(shown, publication, found) for found in list(by_base.values())[:URGENT]]
    more = html.A(
        shown.say("overview.all_flags", n=numbers.plain(len(by_base))),
        href=urls.build(urls.FLAGS, state.with_(code="")),
    )
    list_ = (
        [html.Ul(items, className="urgent"), html.P(more, className="more")]
        if items
        else html.P(shown.say("flags.none"))
    )
    return c.section(shown.say("overview.attention"), list_)


def _urgent(shown: View, publication: Publication, found: list) -> html.Li:
    member = found[0].member
    words = []
    weak = [flag_words.name_of(shown, flag) for flag in found if flag.kind == PEERS]
    if weak:
        words.append(shown.say("overview.weak_pillars", names=shown.say("list.comma").join(weak)))
    floors = len(found) - len(weak)
    if floors:
        words.append(shown.say("overview.below_floor" if floors > 1 else "overview.below_floor_one", n=floors))
    return html.Li(
        [
            html.Span(flag_words.SHAPES[found[0].kind], className=f"shape {found[0].kind}", **c.aria(hidden="true")),
            html.Div(
                [
                    c.base_link(shown, member.code, member.name[shown.language], publication),
                    html.P(shown.say("list.semicolon").join(words), className="note"),
                ]
            ),
        ]
    )


def _returns(shown: View, state: State, publication: Publication) -> Part:
    found = shown.ask_now(repository.reports, publication.period, state.type, state.area)
    title = shown.say("returns.title", quarter=numbers.quarter(publication.period, shown.language))
    return c.section(title, states.returns_bar(shown, state, found), className="returns")


# The pillars ---------------------------------------------------------------------------------------------------------


def leads() -> list[Indicator]:
    """The indicator that stands for each pillar."""
    definitions = load_definitions()
    return [lead_indicator(pillar) for pillar in definitions.pillars if definitions.of_pillar(pillar)]


def lead_indicator(pillar: str) -> Indicator:
    """The indicator that stands for a pillar in small: the weightiest ratio whose course over the quarters can be
    read, that is one without a measure that starts again each year."""
    form, definitions = load_form(), load_definitions()

    def readable(indicator: Indicator) -> bool:
        tops = measures(indicator.numerator_tree)
        return bool(indicator.denominator) and all(form.measures[code].timing != "year_to_date" for code in tops)

    found = definitions.of_pillar(pillar)
    return max([i for i in found if readable(i)] or found, key=lambda indicator: indicator.weight)


def _pillars(shown: View, state: State, publication: Publication) -> Part:
    found = shown.ask(repository.trends, publication, tuple(lead.code for lead in leads()), state.area)
    charts = [_pillar(shown, state, lead, found[lead.code]) for lead in leads()]
    return c.section(
        shown.say("overview.pillars"), html.Div(charts, className="multiples"), _legend(shown, state), "pillars"
    )


def _legend(shown: View, state: State) -> Part:
    entries = []
    for place, (code, kind) in enumerate(load_form().types.items()):
        colour = f"var(--series-{place % 6 + 1})"
        if state.type:
            colour = "var(--accent)" if code == state.type else "var(--grey-line)"
        entries.append(
            html.Li([html.Span(className="swatch", style={"background": colour}), kind.name[shown.language]])
        )
    return html.Ul(entries, className="legend")


def _pillar(shown: View, state: State, lead: Indicator, series: dict[str, repository.Series]) -> Part:
    form, language = load_form(), shown.language
    pillar = load_definitions().pillars[lead.pillar].name[language]
    name = lead.name[language]
    head = html.H3(
        [
            html.Span(pillar, className="pillar"),
            c.indicator_link(shown, state, lead.code, name),
            html.Span(numbers.unit_name(lead.unit, language), className="unit"),
        ]
    )
    if not series:
        return html.Div([head, html.P(shown.say("count.no_value"), className="note")])

    def written(value: float | None) -> str:
        return numbers.with_unit(value, lead.unit, language)

    names = {code: kind.name[language] for code, kind in form.types.items()}
    axis = next(iter(series.values())).periods
    figure = figures.lines(axis, {k: s.values for k, s in series.items()}, names, written, shown.theme, state.type)
    rows: list[list[Part]] = [
        [numbers.quarter(period, language), *(written(s.values[i]) for s in series.values())]
        for i, period in enumerate(axis)
    ]
    as_table = c.table([shown.say("table.quarter"), *(names[kind] for kind in series)], rows, className="dense")
    return html.Div(
        [head, c.graph(shown, figure, None, f"{pillar}: {name}"), c.twin(shown, as_table)], className="multiple"
    )
