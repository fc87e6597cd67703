"""Rankings: one row a base of one type, by rank. The rows come by callback, so that the page itself stays light."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, dcc, html
from dash import State as Known

from dashboard import awaited, beyond, grids, lamps, numbers, permissions, states, urls, verdict_words
from dashboard import components as c
from dashboard import still as drawn
from dashboard.components import Part
from dashboard.frame import page
from dashboard.kept import kept
from dashboard.pages import ranking_columns as columns
from dashboard.pages import ranking_rows
from dashboard.pages.ranking_rows import with_type
from dashboard.urls import RANKINGS, State
from dashboard.view import View, view
from indicators import repository
from indicators.repository import Publication, Ranking, RankingRow
from indicators.repository.beside import known_members
from indicators.scope import NotAllowed

GRID, WHAT, CAME = "ranking-grid", "ranking-what", "ranking-came"
MOST = 6
"""How many bases can stand beside each other."""

table = ranking_rows.table


def render(shown: View, query: Mapping[str, str]) -> Part:
    """The page for a viewer and the choices in its address."""
    state = beyond.with_own(shown, with_type(shown, shown.state(query)))
    publication = shown.publication(state)
    if publication is None:
        return page(shown, state, RANKINGS, states.nothing_published(shown))
    state = _with_known(shown, state, publication)
    choices, content = (kept(shown, draw, state, publication) for draw in (_choices, _content))
    return page(shown, state, RANKINGS, content, choices)


def _choices(shown: View, state: State, publication: Publication) -> list[Part]:
    found = shown.ask(repository.ranking, publication, state.type)
    return [
        c.choose_quarter(shown, state, RANKINGS),
        c.choose_type(shown, state, RANKINGS, all_types=False),
        c.choose_area(shown, state, RANKINGS) if shown.scope.everywhere else None,
        _choose_batch(shown, state, found),
        _choose_lamp(shown, state, found),
    ]


def _with_known(shown: View, state: State, publication: Publication) -> State:
    """The state with those of its chosen bases that the viewer may see: no link on the page names another."""
    known = shown.ask(known_members, publication, state.bases)
    beyond.note_bases(shown, len(state.bases), len(known))
    return state.with_(bases=tuple(known))


def _choose_batch(shown: View, state: State, found: Ranking) -> Part:
    """The batches in which bases were admitted; nothing when there is no choice."""
    batches = sorted({row.member.batch for row in found.rows if row.member.batch is not None})
    if len(batches) < 2 and not state.batch:
        return None

    def address(batch: str) -> str:
        return urls.build(RANKINGS, state.with_(batch=batch))

    options = [(address(""), shown.say("choose.all_batches"))]
    options += [(address(str(batch)), shown.say("choose.batch_n", n=batch)) for batch in batches]
    return c.chooser(shown.say("choose.batch"), options, address(state.batch), "batch")


def _choose_lamp(shown: View, state: State, found: Ranking) -> Part:
    """The lamps with how many bases of the other choices have each; nothing before there were verdicts."""
    lit = Counter(row.lamp for row in ranking_rows.left(state.with_(lamp=""), found.rows) if row.lamp)
    if not lit and not state.lamp:
        return None

    def address(lamp: str) -> str:
        return urls.build(RANKINGS, state.with_(lamp=lamp))

    options = [(address(""), shown.say("choose.all_lamps"))]
    for lamp in verdict_words.WORST_FIRST:
        words = shown.say("choose.lamp_n", shape=lamps.SHAPES[lamp], lamp=lamps.word(shown, lamp), n=lit[lamp])
        options.append((address(lamp), words))
    return c.chooser(shown.say("choose.lamp"), options, address(state.lamp), "lamp")


# The page ------------------------------------------------------------------------------------------------------------


def _content(shown: View, state: State, publication: Publication) -> Part:
    found = shown.ask(repository.ranking, publication, state.type)
    rows = ranking_rows.left(state, found.rows)
    told = [words for _, words in ranking_rows.filters(shown, state)]
    title = ranking_rows.title(shown, state, publication)
    if told:
        title += shown.say("rankings.only", filters=shown.say("list.comma").join(told))
    head = c.h1(title)
    if not rows:
        return html.Div([head, *_nothing(shown, state, found)])
    parts = [
        head,
        html.P(_notes(shown, state, found, len(rows)), className="lead"),
        _tools(shown, state, publication, found, rows),
        dcc.Store(id=WHAT, data={key: value for key, value in vars(state).items() if value}),
        awaited.place(
            shown,
            CAME,
            html.P(shown.say("rankings.coming"), className="unseen"),
            urls.build(RANKINGS, state),
            key=urls.build(RANKINGS, state),
        ),
        html.Div(
            grids.grid(
                shown,
                GRID,
                columns.definitions_of(shown, state, publication, found),
                "base",
                **_choosing(shown, found),
            ),
            className="grid-frame",
            role="region",
            **c.aria(label=title),
            style={"--rows": len(rows)},
        ),
    ]
    return html.Div(parts)


def _nothing(shown: View, state: State, found: Ranking) -> list[Part]:
    """No base is left: because of the filters, or because there is none."""
    if found.rows and (state.batch or state.lamp or state.area.code):
        everything = urls.build(RANKINGS, state.with_(batch="", lamp="", region="", province=""))
        link = html.A(shown.say("rankings.all_of_type", n=numbers.plain(len(found.rows))), href=everything)
        return [html.P(shown.say("rankings.none_left"), className="lead"), html.P(link)]
    return [html.P(shown.say("rankings.none" if shown.scope.everywhere else "rankings.none_own"), className="lead")]


def _notes(shown: View, state: State, found: Ranking, rows: int) -> str:
    say = shown.say
    notes = [say("rankings.ranked", n=numbers.plain(found.n), of=numbers.plain(found.expected))]
    if not found.complete:
        notes.append(say("rankings.only_own"))
    elif rows < len(found.rows):
        notes.append(say("rankings.listed", n=numbers.plain(rows)))
    if found.spread:
        points = {name: numbers.score(getattr(found.spread, name)) for name in ("p5", "p25", "p50", "p75", "p95")}
        notes.append(say("rankings.spread", **points))
    if any(row.rank is not None for row in found.rows):
        notes.append(say("rankings.interval_note" if columns.sure(found) else "rankings.no_interval"))
    return say("list.space").join(notes)


def _tools(shown: View, state: State, publication: Publication, found: Ranking, rows: list[RankingRow]) -> Part:
    """Over the grid: comparing what is chosen; the columns, another weighting, the file."""
    onward = State(period=state.period, type=state.type, region=state.region, province=state.province)
    return html.Div(
        [
            _compare(shown, state) if _may_compare(shown, found) else html.Div(className="comparing"),
            html.Div(
                [
                    _menu(shown, state, found),
                    html.A(shown.say("rankings.what_if"), href=urls.build(urls.WHAT_IF, onward)),
                    c.downloads(shown, state, "rankings"),
                ],
                className="grid-links",
            ),
        ],
        className="grid-tools",
        id="ranking-tools",
        **c.data(
            address=RANKINGS,
            defaults=",".join(columns.defaults(found)),
            phone=",".join(columns.phone(found)),
            none=columns.NONE,
        ),
    )


def _menu(shown: View, state: State, found: Ranking) -> Part:
    """Which columns are shown: boxes to tick; assets/ranking.js follows them without loading the page anew."""
    boxes = [
        html.Label([drawn.Input(type="checkbox", name="column", value=choice.name, checked=choice.shown), choice.words])
        for choice in columns.menu(shown, state, found)
    ]
    reset = html.Button(shown.say("rankings.reset_columns"), type="button", className="reset-columns")
    fields = html.Fieldset([html.Legend(shown.say("rankings.columns_legend"), className="unseen"), *boxes, reset])
    menu = html.Details([html.Summary(shown.say("rankings.columns")), fields], className="column-menu")
    # The key makes a new menu for a new address: boxes the person has touched would otherwise keep their own mind.
    return html.Div(drawn.still(menu), key=urls.build("", state))


def _may_compare(shown: View, found: Ranking) -> bool:
    return shown.may(permissions.BESIDE) and len(found.rows) > 1


def _choosing(shown: View, found: Ranking) -> dict[str, Any]:
    """A box before each row, where bases can be compared."""
    if not _may_compare(shown, found):
        return {}
    boxes = {"mode": "multiRow", "headerCheckbox": False, "enableClickSelection": False}
    return {
        "rowSelection": boxes,
        "selectionColumnDef": {
            "width": 36,
            "pinned": "left",
            "resizable": False,
            "headerName": shown.say("rankings.tick"),
        },
    }


def _compare(shown: View, state: State) -> Part:
    """How many bases are chosen, and the way to see them beside each other. assets/ranking.js keeps it up to date."""
    say, n = shown.say, len(state.bases)
    to = urls.build(urls.BESIDE, State(period=state.period))
    words = {
        "none": say("rankings.choose_some", most=MOST), "one": say("rankings.chosen_one"),
        "some": say("rankings.chosen", n="{n}"), "full": say("rankings.chosen_full", n="{n}", most=MOST),
    }  # fmt: skip
    return html.Div(
        [
            html.A(say("rankings.compare"), href=to, className="button", **c.aria(disabled="true")),
            html.Span(words["none"], className="note", role="status"),
            html.Button(say("rankings.clear"), type="button", className="clear", hidden=True),
        ],
        className="comparing",
        key=f"comparing {n}",
        **c.data(to=to, most=MOST, known=",".join(state.bases), **words),
    )


# The rows ------------------------------------------------------------------------------------------------------------


@callback(Output(GRID, "rowData"), Output(CAME, "children"), Input(WHAT, "data"))
def rows(what: Any) -> tuple[Any, None]:
    """The grid's rows, and that they came. What is asked for comes from the client and is read like an address."""
    shown = view()
    if not shown.may(permissions.RANKINGS):
        raise NotAllowed(RANKINGS)
    state = with_type(shown, shown.state(what if isinstance(what, dict) else {}))
    publication = shown.publication(state)
    if publication is None:
        return [], None
    filtered = State(type=state.type, region=state.region, province=state.province, batch=state.batch, lamp=state.lamp)
    return kept(shown, ranking_rows.all_for_grid, filtered, publication), None


clientside_callback(ClientsideFunction("grids", "ready"), Input(GRID, "rowData"), Known(GRID, "id"))
