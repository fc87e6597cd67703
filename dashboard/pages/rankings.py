"""Rankings: one row a base of one type, by rank. The rows come by callback, so that the page itself stays light."""

from collections.abc import Mapping
from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, dcc, html
from dash import State as Known

from dashboard import components as c
from dashboard import grids, numbers, permissions, states, urls, verdict_words
from dashboard.components import Part
from dashboard.frame import page
from dashboard.tables import Column, Table
from dashboard.urls import RANKINGS, State
from dashboard.view import View, view
from etl.form import load_form
from indicators import repository
from indicators.definition import Definitions
from indicators.repository import Publication, Ranking, RankingRow
from indicators.scope import NotAllowed

LAMP_ORDER = verdict_words.WORST_FIRST
GRID, WHAT = "ranking-grid", "ranking-what"


def render(shown: View, query: Mapping[str, str]) -> Part:
    """The page for a viewer and the choices in its address."""
    state = with_type(shown, shown.state(query))
    publication = shown.publication(state)
    if publication is None:
        return page(shown, state, RANKINGS, states.nothing_published(shown))
    choices = [
        c.choose_quarter(shown, state, RANKINGS),
        c.choose_type(shown, state, RANKINGS, all_types=False),
        c.choose_area(shown, state, RANKINGS) if shown.scope.everywhere else None,
    ]
    found = shown.ask(repository.ranking, publication, state.type)
    return page(shown, state, RANKINGS, _content(shown, state, publication, found), choices)


def with_type(shown: View, state: State) -> State:
    """A ranking is always of one type: the chosen, else that of the viewer's own bases, else the first."""
    if state.type:
        return state
    publication = shown.publication(state)
    own = shown.ask(repository.members, publication) if publication and not shown.scope.everywhere else {}
    types, owned = list(load_form().types), {member.type for member in own.values()}
    return state.with_(type=next((kind for kind in types if kind in owned), types[0]))


def _content(shown: View, state: State, publication: Publication, found: Ranking) -> Part:
    say, language = shown.say, shown.language
    kind = load_form().types[state.type].name[language]
    quarter = numbers.quarter(publication.period, language)
    area = c.area_name(shown, state)
    title = say("rankings.title", type=kind, quarter=quarter) + (say("rankings.in_area", area=area) if area else "")
    head = html.H1(title, className="page-title")
    rows = [row for row in found.rows if states.inside(state, row.member)]
    if not rows:
        return [head, html.P(say("rankings.none" if found.complete else "rankings.none_own"), className="lead")]
    notes = [say("rankings.ranked", n=numbers.plain(found.n), of=numbers.plain(found.expected))]
    if not found.complete:
        notes.append(say("rankings.only_own"))
    if found.spread:
        points = {name: numbers.score(getattr(found.spread, name)) for name in ("p5", "p25", "p50", "p75", "p95")}
        notes.append(say("rankings.spread", **points))
    sure = any(row.low is not None and row.high is not None for row in found.rows)
    notes.append(say("rankings.interval" if sure else "rankings.no_interval"))
    columns = _columns(shown, shown.definitions(publication), sure, found.n)
    return [
        head,
        html.P(say("list.space").join(notes), className="lead"),
        html.P(html.A(say("rankings.what_if"), href=urls.build(urls.WHAT_IF, state.with_(region="", province="")))),
        c.downloads(shown, state, "rankings"),
        dcc.Store(id=WHAT, data={key: value for key, value in vars(state).items() if value}),
        html.Div(
            grids.grid(shown, GRID, columns, "base"),
            className="grid-frame",
            role="region",
            **c.aria(label=title),
            style={"--rows": len(rows)},
        ),
    ]


def _columns(shown: View, definitions: Definitions, sure: bool, n: int) -> list[dict[str, Any]]:
    say, language = shown.say, shown.language
    number = {"type": "rightAligned", "sortingOrder": ["asc", "desc"]}
    score = {"cellRenderer": "Bar", "sortingOrder": ["desc", "asc"]}
    columns: list[dict[str, Any]] = [
        {"field": "rank", "headerName": say("rankings.rank"), "width": 72, "pinned": "left", **number},
        {
            "field": "name",
            "headerName": say("rankings.base"),
            "width": 284,
            "pinned": "left",
            "cellRenderer": "BaseLink",
            "cellClass": "base",
        },
        {"field": "lamp", "headerName": say("rankings.lamp"), "width": 64, "cellRenderer": "Lamp"},
        {"field": "grade", "headerName": say("rankings.grade"), "width": 64},
        {"field": "change", "headerName": say("rankings.change"), "width": 84, "cellRenderer": "Change", **number},
    ]
    if sure:
        interval = {"cellRenderer": "Interval", "cellRendererParams": {"n": n}}
        columns.append({"field": "low", "headerName": say("rankings.interval_head"), "width": 180, **interval})
    columns.append({"field": "index", "headerName": definitions.method.index.name[language], "width": 140, **score})
    for pillar in definitions.pillars.values():
        name = say("rankings.bonus", name=pillar.name[language]) if pillar.bonus else pillar.name[language]
        columns.append({"field": pillar.code, "headerName": name, "width": 128, **score})
    columns += [
        {"field": "flags", "headerName": say("rankings.flags"), "width": 96, "cellRenderer": "Flags", **number},
        {"field": "province", "headerName": say("rankings.province"), "width": 124},
        {"field": "region", "headerName": say("rankings.region"), "width": 100, "flex": 1, "minWidth": 96},
    ]
    return columns


@callback(Output(GRID, "rowData"), Input(WHAT, "data"))
def rows(what: Any) -> list[dict[str, Any]]:
    """The grid's rows. What is asked for comes from the client and is read like an address."""
    shown = view()
    if not shown.may(permissions.RANKINGS):
        raise NotAllowed(RANKINGS)
    state = with_type(shown, shown.state(what if isinstance(what, dict) else {}))
    publication = shown.publication(state)
    if publication is None:
        return []
    found = shown.ask(repository.ranking, publication, state.type)
    return [_row(shown, publication, row) for row in found.rows if states.inside(state, row.member)]


clientside_callback(ClientsideFunction("grids", "fit"), Input(GRID, "rowData"), Known(GRID, "id"))


def _row(shown: View, publication: Publication, row: RankingRow) -> dict[str, Any]:
    form, language, member = load_form(), shown.language, row.member
    period = "" if publication == shown.published[-1] else publication.period
    place = form.provinces.get(member.province)
    return {
        "base": member.code,
        "name": member.name[language],
        "href": urls.build(urls.base_path(member.code), State(period=period)),
        "rank": row.rank,
        "lamp": LAMP_ORDER.index(row.lamp) if row.lamp else None,
        "lamp_kind": row.lamp,
        "lamp_shape": verdict_words.SHAPES[row.lamp] if row.lamp else None,
        "lamp_words": shown.say(f"verdict.lamp.{row.lamp}") if row.lamp else None,
        "grade": row.grade,
        "low": row.low,
        "high": row.high,
        "change": row.change,
        "index": row.index,
        **row.pillars,
        "flags": sum(row.flags.values()),
        "missing": "missing_return" in row.flags,
        "note": None
        if row.rank is not None
        else shown.say("rankings.unranked" if member.returned else "flag.missing_return"),
        "province": place.name[language] if place else member.province,
        "region": form.regions[member.region].name[language] if member.region in form.regions else "",
    }


def table(shown: View, state: State, publication: Publication) -> Table:
    """The ranking as a table, for a file."""
    state = with_type(shown, state)
    form, definitions, language, say = load_form(), shown.definitions(publication), shown.language, shown.say
    found = shown.ask(repository.ranking, publication, state.type)
    heads = ("rank", "base", "lamp", "grade", "change", "low", "high")
    numbered = ("rank", "change", "low", "high")
    columns = [Column("code", say("rankings.code"))]
    columns += [Column(head, say(f"rankings.{head}"), number=head in numbered, decimals=0) for head in heads]
    scored = {
        definitions.method.index.code: definitions.method.index.name,
        **{p.code: p.name for p in definitions.pillars.values()},
    }
    columns += [Column(code, name[language], decimals=1, number=True) for code, name in scored.items()]
    columns += [Column("province", say("rankings.province")), Column("batch", say("rankings.batch"))]
    rows = []
    for row in found.rows:
        if not states.inside(state, row.member):
            continue
        member, place = row.member, form.provinces.get(row.member.province)
        lamp = say(f"verdict.lamp.{row.lamp}") if row.lamp else None
        first = (member.code, row.rank, member.name[language], lamp, row.grade, row.change, row.low, row.high)
        pillars = (row.pillars.get(code) for code in definitions.pillars)
        rows.append((*first, row.index, *pillars, place.name[language] if place else member.province, member.batch))
    title = say(
        "rankings.title",
        type=form.types[state.type].name[language],
        quarter=numbers.quarter(publication.period, language),
    )
    area = c.area_name(shown, state)
    about = [(say("file.type"), form.types[state.type].name[language])] + ([(say("file.area"), area)] if area else [])
    return Table(title, tuple(columns), tuple(rows), tuple(about))
