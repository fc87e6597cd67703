"""The bases of an area: how many have which lamp, and each with its rank in words, lamp and grade."""

from collections.abc import Sequence

from dash import html

from dashboard import components as c
from dashboard import lamps, numbers, urls, verdict_words
from dashboard.components import Part
from dashboard.still import still
from dashboard.urls import STEP, State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.repository import Publication, RankingRow

COLUMNS = ("base", "province", "rank", "lamp", "grade", "index")
Ranked = tuple[RankingRow, int]
"""A base, and of how many of its type it has its place."""


def lamp_shares(shown: View, state: State, publication: Publication) -> html.Section:
    """The lamps as a bar, and in numbers and words."""
    say = shown.say
    counts = shown.ask(repository.lamps_of, publication, state.type, (state.area,))[state.area]
    total = sum(counts.values())
    title = say("region.lamps")
    if not total:
        return c.section(title, html.P(say("region.no_lamps"), className="note"))
    shares = [(lamp, counts.get(lamp, 0)) for lamp in verdict_words.WORST_FIRST]
    bar = html.Div(
        [html.Span(className=f"lamp-part is-{lamp}", style={"flexGrow": n}) for lamp, n in shares if n],
        className="states",
        **c.aria(hidden="true"),
    )
    words = html.Ul(
        [
            html.Li(
                [
                    lamps.shape(lamp),
                    say("region.lamp_share", n=numbers.plain(n), lamp=lamps.word(shown, lamp), share=_share(n, total)),
                ]
            )
            for lamp, n in shares
            if n
        ],
        className="legend lamp-legend",
    )
    return c.section(title, [bar, words], className="lamp-shares")


def _share(n: int, total: int) -> str:
    return numbers.plain(100 * n / total, 0)


def bases(shown: View, state: State, publication: Publication) -> html.Section:
    """The bases by type and rank, so many at a time."""
    say, found = shown.say, _ranked(shown, state, publication)
    listed = found[: state.shown]
    columns = [name for name in COLUMNS if name != "province" or state.region]
    head = html.Tr([html.Th(say(f"region.base.{name}"), scope="col", className=_kind(name)) for name in columns])
    bodies: list[Part] = [html.Thead(head)]
    for code, kind in load_form().types.items():
        mine = [each for each in listed if each[0].member.type == code]
        if mine:
            ranking = html.A(
                kind.name[shown.language],
                href=urls.build(urls.RANKINGS, state.with_(type=code, shown=STEP)),
                title=say("region.to_ranking"),
            )
            title = html.Tr(html.Th(ranking, colSpan=len(columns), scope="rowgroup"), className="pillar")
            bodies.append(html.Tbody([title, *(_line(shown, publication, columns, *each) for each in mine)]))
    frame = html.Div(
        html.Table(bodies, className="dense region-bases"),
        className="table-frame",
        tabIndex="0",
        role="region",
        **c.aria(label=say("region.bases")),
    )
    parts: list[Part] = [html.P(say("region.bases_note"), className="lead"), still(frame)]
    left = len(found) - len(listed)
    if left > 0:
        here = urls.region_path(state.area.code)
        more = urls.build(here, state.with_(region="", province="", shown=state.shown + STEP))
        parts.append(html.P(html.A(say("flags.more", n=min(STEP, left), left=left), href=more), className="more"))
    return c.section(say("region.bases"), parts, say("region.bases_count", n=numbers.plain(len(found))))


def _kind(name: str) -> str:
    return "number index-cell" if name == "index" else f"{name}-cell"


def _ranked(shown: View, state: State, publication: Publication) -> list[Ranked]:
    """The area's bases, by type and rank."""
    types = [state.type] if state.type else list(load_form().types)
    found: list[Ranked] = []
    for code in types:
        ranking = shown.ask(repository.ranking, publication, code)
        found += [(row, ranking.n) for row in ranking.rows if state.area.holds(row.member.province)]
    return found


def _line(shown: View, publication: Publication, columns: Sequence[str], row: RankingRow, n: int) -> html.Tr:
    member, form = row.member, load_form()
    index: Part = numbers.score(row.index)
    if row.index is not None:
        code = shown.definitions(publication).method.index.code
        index = html.A(
            index, href=urls.explain_path(member.code, publication.period, code), title=shown.say("explain.how")
        )
    cells: dict[str, Part] = {
        "province": form.provinces[member.province].name[shown.language],
        "rank": place_in_words(shown, row, n),
        "lamp": lamps.mark(shown, row.lamp) or numbers.NONE,
        "grade": row.grade or numbers.NONE,
        "index": index,
    }
    link = c.base_link(shown, member.code, member.name[shown.language], publication)
    rest = [
        html.Td(cells[name], className=_kind(name), **c.data(label=shown.say(f"region.base.{name}")))
        for name in columns[1:]
    ]
    return html.Tr([html.Th(link, scope="row"), *rest])


def place_in_words(shown: View, row: RankingRow, n: int) -> str:
    """ "3rd of 120, between 1st and 9th"."""
    say, language = shown.say, shown.language
    if row.rank is None:
        return say("rankings.unranked" if row.member.returned else "flag.missing_return")
    places = {"rank": numbers.ordinal(row.rank, language), "n": numbers.plain(n)}
    if row.low is None or row.high is None:
        return say("region.place", **places)
    low, high = (numbers.ordinal(round(edge), language) for edge in (row.low, row.high))
    return say("region.place_between", low=low, high=high, **places)
