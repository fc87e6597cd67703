"""Two publications beside each other: who moved, and whether its own data, its peers' or the method moved it.

Computing takes seconds. The page comes at once and says so; a callback brings the result.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dash import Input, Output, callback, dcc, html

from dashboard import awaited, lamps, numbers, permissions, review_words, states, urls
from dashboard import components as c
from dashboard.components import Part
from dashboard.frame import page
from dashboard.still import still
from dashboard.urls import COMPARE, State
from dashboard.view import View, view
from etl.form import load_form
from indicators import repository
from indicators.catalogue import NotKept
from indicators.compare import NEAR, PARTS, Moved, Shares
from indicators.publish import Refused
from indicators.repository import Member, Publication
from indicators.repository.publications import before
from indicators.scope import NotAllowed

WHAT, RESULT = "compare-what", "compare-result"
Pair = tuple[Publication, Publication]


def render(shown: View, query: Mapping[str, Any]) -> Part:
    """The page for a viewer and the two publications in its address."""
    state, every = shown.state(query), shown.ask_now(repository.every_publication)
    if name := unknown(every, query):
        # The callback is asked for the same, so that it does not compare another pair below these words.
        nothing = [*_slots({"b": name}, html.Div(id=RESULT)), states.unknown_publication(shown, name)]
        return page(shown, state, COMPARE, nothing, publication=None)
    pair = chosen(every, query)
    if pair is None:
        nothing = [*_slots({}, html.Div(id=RESULT)), states.nothing_published(shown)]
        return page(shown, state, COMPARE, nothing, publication=None)
    a, b = pair
    address = urls.compare_path(a.code, b.code, state.type, state.shown)
    what = {"a": a.code, "b": b.code, "type": state.type, "shown": str(state.shown)}
    head = [
        html.P(html.A(shown.say("compare.all"), href=urls.PUBLICATIONS), className="crumbs"),
        c.h1(_title(shown, a, b)),
        html.P(shown.say("compare.lead"), className="lead"),
    ]
    # The key makes a new place for a new address, so that no result stands below another's title.
    return page(
        shown, state, COMPARE, html.Div([*head, *_slots(what, _awaited(shown, address))], key=address),
        _choices(shown, every, pair, state), address, publication=None,
    )  # fmt: skip


def _title(shown: View, a: Publication, b: Publication) -> list[Part]:
    """Their names are not broken at a hyphen."""
    names = {"{a}": a.code, "{b}": b.code}
    words = re.split(r"(\{[ab]\})", shown.say("compare.title", a="{a}", b="{b}"))
    return [html.Span(names[part], className="publication-name") if part in names else part for part in words]


def unknown(every: Sequence[Publication], query: Mapping[str, Any]) -> str | None:
    """A name in the address that no publication has: comparing others instead would be wrong in silence."""
    known = {one.code for one in every}
    given = (query.get(side) for side in ("a", "b"))
    return next((name for name in given if isinstance(name, str) and name and name not in known), None)


def chosen(every: Sequence[Publication], query: Mapping[str, Any]) -> Pair | None:
    """The two of an address. What is not given: what is published last, and the one before it. None while there are no
    two."""
    known = {one.code: one for one in every}
    settled = [one for one in every if one.settled]
    b = known.get(str(query.get("b"))) or next(iter([*settled[::-1], *every[::-1]]), None)
    a = known.get(str(query.get("a"))) or (before(every, b) if b else None)
    return (a, b) if a and b else None


def _slots(what: Mapping[str, str], place: Part) -> list[Part]:
    return [dcc.Store(id=WHAT, data=dict(what)), place]


def _awaited(shown: View, address: str) -> html.Div:
    working = html.Div([html.P(shown.say("compare.working")), html.Progress()], className="working-on")
    return awaited.place(shown, RESULT, working, address)


def _choices(shown: View, every: Sequence[Publication], pair: Pair, state: State) -> list[Part]:
    a, b = pair

    def address(a: str = a.code, b: str = b.code, kind: str = state.type) -> str:
        return urls.compare_path(a, b, kind)

    names = [one.code for one in reversed(every)]
    types = [("", shown.say("choose.all_types"))]
    types += [(code, kind.name[shown.language]) for code, kind in load_form().types.items()]
    return [
        c.chooser(shown.say("compare.from"), [(address(a=name), name) for name in names], address(), "a"),
        c.chooser(shown.say("compare.to"), [(address(b=name), name) for name in names], address(), "b"),
        c.segments(
            shown.say("choose.type"), [(address(kind=code), words, code == state.type) for code, words in types]
        ),
    ]


# What comes of it ---------------------------------------------------------------------------------------------------------


@callback(Output(RESULT, "children"), Input(WHAT, "data"))
def result(what: Any) -> Part:
    """Who moved. What is asked for comes from the client and is read like an address."""
    shown = view()
    if not shown.may(permissions.COMPARE):
        raise NotAllowed(COMPARE)
    query = what if isinstance(what, dict) else {}
    every, state = shown.ask_now(repository.every_publication), shown.state(query)
    pair = None if unknown(every, query) else chosen(every, query)
    if pair is None:
        return None
    try:
        rows: Sequence[Moved] = shown.ask_now(repository.comparison, *pair)
    except (Refused, NotKept) as error:
        return c.empty(shown.say("compare.not_now"), shown.say("compare.not_now_help"), html.Pre(str(error)))
    return _told(shown, pair, state, [row for row in rows if state.type in ("", row.type)])


def _told(shown: View, pair: Pair, state: State, rows: Sequence[Moved]) -> Part:
    say = shown.say
    if not rows:
        return html.P(say("rankings.none" if shown.scope.everywhere else "compare.none_own"), className="lead")
    moved = sorted((row for row in rows if row.moved), key=_size)
    parts: list[Part] = [html.P(summary(shown, rows), className="sentence", role="status")]
    if not shown.scope.everywhere:
        parts.append(html.P(say("compare.only_own"), className="note"))
    if not moved:
        return parts
    listed = moved[: state.shown]
    names: dict[str, Member] = {}
    for one in pair:
        names |= shown.ask(repository.members, one)
    head = [html.Th(say(f"compare.column.{name}"), scope="col", className=kind) for name, kind in COLUMNS]
    scale = max((reach(row.index_by) for row in moved if row.index_by), default=0.0)
    body = [_row(shown, pair[1], row, names.get(row.base), scale) for row in listed]
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="moved")
    parts += [_legend(shown) if scale else None, still(html.Div(table, className="table-frame"))]
    left = len(moved) - len(listed)
    if left > 0:
        more = urls.compare_path(pair[0].code, pair[1].code, state.type, state.shown + urls.STEP)
        parts.append(
            html.P(html.A(say("compare.more", n=min(urls.STEP, left), left=left), href=more), className="more")
        )
    return parts


def _change(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def _size(row: Moved) -> tuple[float, float, str]:
    """The largest moves of the index first, then those of the rank; last who is in one of the two only."""
    index, rank = _change(row.index_a, row.index_b), _change(row.rank_a, row.rank_b)
    return (1.0 if index is None else -abs(index), 0.0 if rank is None else -abs(rank), row.base)


def mostly(shares: Shares) -> str | None:
    """Which of the three moved the number most; None where none did."""
    size = {part: abs(getattr(shares, part)) for part in PARTS}
    largest = max(PARTS, key=size.__getitem__)
    return largest if size[largest] > NEAR else None


def summary(shown: View, rows: Sequence[Moved]) -> str:
    """How many moved, and by what."""
    say, moved = shown.say, [row for row in rows if row.moved]
    if not moved:
        return say("compare.nothing_one" if len(rows) == 1 else "compare.nothing", of=numbers.plain(len(rows)))
    causes = [mostly(row.index_by) for row in moved if row.index_by]
    of = "compare.moved_one" if len(rows) == 1 else "compare.moved"
    parts = [say(of, n=numbers.plain(len(moved)), of=numbers.plain(len(rows)))]
    counts = [(causes.count(part), say(f"compare.mostly.{part}")) for part in PARTS]
    told = [say("compare.cause", n=numbers.plain(n), what=words) for n, words in counts if n]
    if told:
        parts.append(say("compare.causes", causes=say("list.comma").join(told)))
    lamps_changed = sum(row.lamp_a != row.lamp_b for row in rows if row.lamp_a and row.lamp_b)
    if lamps_changed:
        key = "compare.lamps_one" if lamps_changed == 1 else "compare.lamps"
        parts.append(say(key, n=numbers.plain(lamps_changed)))
    return say("list.space").join(parts)


COLUMNS = (
    ("base", ""), ("index", "number"), ("change", "number"), ("picture", "picture"), ("own", "number part"),
    ("peers", "number part"), ("method", "number part"), ("rank", "number"), ("lamp", "lamps"),
)  # fmt: skip


def _legend(shown: View) -> html.Ul:
    return html.Ul(
        [
            html.Li([html.Span(className=f"swatch by-{part}"), shown.say(f"compare.mostly.{part}")])
            for part in PARTS
        ],
        className="legend",
    )  # fmt: skip


def _row(shown: View, b: Publication, row: Moved, member: Member | None, scale: float) -> html.Tr:
    index = shown.definitions(b).method.index.code
    name: Part = row.base
    if member:
        words = member.name[shown.language]
        name = (
            html.A(words, href=urls.explain_path(row.base, b.period, index, b.code))
            if row.index_b is not None
            else words
        )
    about = html.Span(review_words.about(shown, member), className="under") if member else None
    by = [html.Td(signed(getattr(row.index_by, p)) if row.index_by else "", className="number part") for p in PARTS]
    return html.Tr(
        [
            html.Th([name, about], scope="row"),
            html.Td(_both(numbers.score(row.index_a), numbers.score(row.index_b)), className="number"),
            html.Td(html.B(signed(_change(row.index_a, row.index_b))), className="number"),
            html.Td([picture(shown, row.index_by, scale), made_up(shown, row.index_by)], className="picture"),
            *by,
            html.Td(_ranks(row), className="number"),
            html.Td(_lamps(shown, row), className="lamps"),
        ]
    )


def _both(before: Part, after: Part) -> Part:
    return [html.Span(before, className="was"), " → ", html.Span(after)]


def signed(value: float | None) -> str:
    """+3.1, −0.2, 0.0"""
    if value is None:
        return numbers.NONE
    value = round(value, 1) + 0.0  # no −0.0
    return f"{'+' if value > 0 else ''}{numbers.plain(value, 1)}"


def _ranks(row: Moved) -> Part:
    a, b = ("–" if rank is None else str(rank) for rank in (row.rank_a, row.rank_b))
    if row.rank_a == row.rank_b:
        return b
    if row.rank_a is None or row.rank_b is None:
        return _both(a, b)
    up = row.rank_b < row.rank_a
    mark = html.Span("▲" if up else "▼", className="better" if up else "worse")
    return [mark, " ", html.Span(a, className="was"), " → ", html.Span(b)]


def _lamps(shown: View, row: Moved) -> Part:
    after = lamps.mark(shown, row.lamp_b)
    if row.lamp_a == row.lamp_b or row.lamp_a is None:
        return after or numbers.NONE
    return [lamps.mark(shown, row.lamp_a), html.Span(["→ ", after or numbers.NONE], className="lamp-after")]


def reach(shares: Shares) -> float:
    """How far the parts of one sign go, the farther of the two."""
    values = [getattr(shares, part) for part in PARTS]
    return max(sum(value for value in values if value > 0), -sum(value for value in values if value < 0))


def picture(shown: View, shares: Shares | None, scale: float) -> Part:
    """The three parts on an axis whose middle is no change: gains to the right, losses to the left."""
    if shares is None or not scale:
        return None
    ends, bars = {1: 50.0, -1: 50.0}, []
    for part in PARTS:
        value = getattr(shares, part)
        width, way = abs(value) / scale * 50, 1 if value > 0 else -1
        left = ends[way] if way > 0 else ends[way] - width
        ends[way] += way * width
        bars.append(html.Span(className=f"by-{part}", style={"left": f"{left:.2f}%", "width": f"{width:.2f}%"}))
    told = shown.say("list.comma").join(_counts(shown, shares))
    return html.Div(bars, className="parts", role="img", title=told, **c.aria(label=told))


def made_up(shown: View, shares: Shares | None) -> Part:
    """The three parts in words, for where there is no room for their columns."""
    if shares is None:
        return None
    return html.Span(shown.say("list.middot").join(_counts(shown, shares)), className="under made-up")


def _counts(shown: View, shares: Shares) -> list[str]:
    return [
        shown.say("compare.count", n=signed(getattr(shares, part)), what=shown.say(f"compare.mostly.{part}"))
        for part in PARTS
    ]
