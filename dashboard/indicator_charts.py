"""The charts of an indicator's page, each titled by what it shows, with a caption and its table."""

from collections.abc import Sequence

from dash import html

from dashboard import components as c
from dashboard import figures_indicator as figures
from dashboard import numbers, urls
from dashboard.components import Part
from dashboard.figures_indicator import StripWords
from dashboard.formulas import denominator
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.definition import Indicator
from indicators.repository import Publication
from indicators.repository.one_indicator import Course, Strip, by_region, by_type, courses
from indicators.repository.peer_funnels import PeerLimits, peer_limits

STEADY = ("min", "max", "above")
"""The rules whose floor is one number in every quarter, so that it can be a line."""
STILL = 0.1
"""A median that moved by less than this part of the band between the outer deciles is said to have stayed."""
ROOM = 0.06
"""Above and below the lines of the trends."""


def charts(shown: View, state: State, publication: Publication, indicator: Indicator) -> list[Part]:
    """The sections, in their order."""
    spread = html.Div(
        [_types(shown, state, publication, indicator), _regions(shown, state, publication, indicator)],
        className="halves",
    )
    trend = _trend(shown, state, publication, indicator)
    return [spread, trend, _funnel(shown, state, publication, indicator)]


def _written(shown: View, indicator: Indicator):
    def written(value: float | None) -> str:
        return numbers.with_unit(value, indicator.unit, shown.language)

    return written


def _type_name(shown: View, code: str) -> str:
    return load_form().types[code].name[shown.language]


def inside_a_sentence(shown: View, code: str) -> str:
    """ "regional bases", as it is written within an English sentence."""
    name = _type_name(shown, code)
    return name[:1].lower() + name[1:]


def _floor(state: State, indicator: Indicator) -> float | None:
    """The floor of the chosen type, where it is a line."""
    floor = indicator.floor
    return floor.value_for(state.type) if floor and floor.rule in STEADY else None


# How the values are spread -----------------------------------------------------------------------------------------------


def _types(shown: View, state: State, publication: Publication, indicator: Indicator) -> Part:
    rows: Sequence[Strip] = shown.ask(by_type, publication, indicator.code)
    names = {row.code: _type_name(shown, row.code) for row in rows}
    title = _led_by(shown, indicator, rows, names, "types")
    return _strips(shown, indicator, rows, names, title, state.type, _floor(state, indicator))


def _regions(shown: View, state: State, publication: Publication, indicator: Indicator) -> Part:
    rows: Sequence[Strip] = shown.ask(by_region, publication, indicator.code, state.type)
    if not rows:  # a base sees no region
        return None
    names = {row.code: load_form().regions[row.code].name[shown.language] for row in rows}
    title = _led_by(shown, indicator, rows, names, "regions")
    chosen = state.region
    return _strips(shown, indicator, rows, names, title, chosen, _floor(state, indicator))


def _led_by(shown: View, indicator: Indicator, rows: Sequence[Strip], names: dict[str, str], what: str) -> str:
    """Who has the highest median, or for less-is-better the lowest."""
    known = [row for row in rows if row.spread]
    if len(known) < 2:
        return shown.say(f"indicator.{what}_plain")
    pick = min if indicator.direction == "down" else max
    first = pick(known, key=lambda row: row.spread.p50 if row.spread else 0)
    assert first.spread is not None
    end = "lowest" if indicator.direction == "down" else "highest"
    value = numbers.with_unit(first.spread.p50, indicator.unit, shown.language)
    return shown.say(f"indicator.{what}_{end}", name=names[first.code], value=value)


def _strips(
    shown: View,
    indicator: Indicator,
    rows: Sequence[Strip],
    names: dict[str, str],
    title: str,
    chosen: str,
    floor: float | None,
) -> Part:
    say, own = shown.say, not shown.scope.everywhere
    words = {row.code: StripWords(names[row.code], "" if row.spread else say("spine.few_peers")) for row in rows}
    figure = figures.strips(rows, words, _written(shown, indicator), shown.theme, chosen, own, floor)
    caption = [say("indicator.strip_caption", unit=numbers.unit_name(indicator.unit, shown.language))]
    caption.append(say("indicator.strip_own" if own else "indicator.strip_all"))
    if floor is not None:
        caption.append(say("indicator.floor_line"))
    head = [say("indicator.group"), *(say(f"indicator.{p}") for p in ("n", "p5", "p25", "p50", "p75", "p95"))]
    body: list[list[Part]] = []
    for row in rows:
        points = [getattr(row.spread, p) if row.spread else None for p in ("p5", "p25", "p50", "p75", "p95")]
        body.append([names[row.code], numbers.plain(row.n), *(numbers.in_unit(p, indicator.unit) for p in points)])
    twin = c.twin(shown, c.table(head, body, className="dense"))
    return c.section(title, [c.graph(shown, figure, say("list.space").join(caption), title), twin])


# How they went ------------------------------------------------------------------------------------------------------------


def _trend(shown: View, state: State, publication: Publication, indicator: Indicator) -> Part:
    say, written = shown.say, _written(shown, indicator)
    found: dict[str, Course] = shown.ask(courses, publication, indicator.code, tuple(indicator.base_types))
    own = {kind: _own(shown, publication, indicator, kind) for kind in found}
    reach = _reach(found, [value for line in own.values() for value in (line or ())])
    cards = []
    for kind, course in found.items():
        name, line = _type_name(shown, kind), own[kind]
        names = (say("trend.median"), say("trend.own"))
        floor = _floor(state.with_(type=kind), indicator)
        figure = figures.course(course, line, names, written, shown.theme, reach, kind == state.type, floor)
        label = f"{indicator.name[shown.language]}: {name}"
        head = html.H3([name, html.Span(numbers.unit_name(indicator.unit, shown.language), className="unit")])
        twin = c.twin(shown, _course_table(shown, indicator, course, line))
        body: Part = c.graph(shown, figure, None, label)
        if not any(course.deciles):
            body = html.P(say("spine.few_peers"), className="note")
        cards.append(html.Div([head, body, twin], className="multiple"))
    note = say("indicator.trend_caption") + (say("indicator.trend_own") if any(own.values()) else "")
    return c.section(
        _trend_title(shown, state, indicator, found),
        [html.Div(cards, className="multiples"), html.P(note, className="note")],
        className="trends",
    )


def _own(shown: View, publication: Publication, indicator: Indicator, kind: str) -> list[float | None] | None:
    """The line of the viewer's own base, where it is the only one of that type."""
    if shown.scope.everywhere:
        return None
    own = shown.ask(repository.members, publication, kind)
    if len(own) != 1:
        return None
    return [point.value for point in shown.ask(repository.trend, publication, next(iter(own)), indicator.code).points]


def _reach(found: dict[str, Course], own: Sequence[float | None]) -> tuple[float, float]:
    """One axis for all types, so that they can be held against each other."""
    values = [edge for course in found.values() for row in course.deciles if row for edge in (row[0], row[8])]
    values += [value for value in own if value is not None]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    more = (high - low or abs(high) or 1.0) * ROOM
    return (low - more if low < 0 or low - more > 0 else 0.0, high + more)


def _trend_title(shown: View, state: State, indicator: Indicator, found: dict[str, Course]) -> str:
    """Where the chosen type's median came from and went to."""
    course = found[state.type]
    known = [(period, row) for period, row in zip(course.periods, course.deciles, strict=True) if row]
    if len(known) < 2:
        return shown.say("indicator.trend_plain")
    (first, _), (_, last) = known[0], known[-1]
    then, now = known[0][1][4], last[4]
    written = _written(shown, indicator)
    moved = abs(now - then) > STILL * (last[8] - last[0])
    key = "stayed" if not moved else "rose" if now > then else "fell"
    since = numbers.quarter(first, shown.language)
    return shown.say(f"indicator.trend_{key}", before=written(then), now=written(now), since=since)


def _course_table(shown: View, indicator: Indicator, course: Course, own: list[float | None] | None) -> Part:
    head = [shown.say(key) for key in ("table.quarter", "trend.lowest", "trend.median", "trend.highest")]
    rows: list[list[Part]] = []
    for place, (period, row) in enumerate(zip(course.periods, course.deciles, strict=True)):
        edges = (row[0], row[4], row[8]) if row else (None, None, None)
        cells = [numbers.in_unit(edge, indicator.unit) for edge in edges]
        mine = [numbers.in_unit(own[place], indicator.unit)] if own is not None else []
        rows.append([numbers.quarter(period, shown.language), *cells, *mine])
    return c.table([*head, *([shown.say("trend.own")] if own is not None else [])], rows, className="dense")


# Is it noise? ------------------------------------------------------------------------------------------------------------


def _funnel(shown: View, state: State, publication: Publication, indicator: Indicator) -> Part:
    say = shown.say
    if not indicator.funnel:
        return c.section(say("indicator.funnel_none"), html.P(say("indicator.funnel_none_why"), className="note"))
    found: PeerLimits | None = shown.ask(peer_limits, publication, indicator.code, state.type)
    if found is None:
        return c.section(say("indicator.funnel_plain"), html.P(say("spine.few_peers"), className="note"))
    if not found.points:
        return _unseen(shown, state, indicator, found)
    language, own = shown.language, not shown.scope.everywhere
    names = [point.member.name[language] for point in found.points]
    safe = [name.replace("&", "&amp;").replace("<", "&lt;") for name in names]
    period = State(period=publication.period)
    addresses = [urls.build(urls.base_path(point.member.code), period) for point in found.points]
    size = denominator(indicator, language, shown.form(publication))
    size = size[:1].upper() + size[1:]
    figure = figures.funnel(found, safe, addresses, size, _written(shown, indicator), shown.theme, own)
    outside, n = numbers.plain(found.outside()), numbers.plain(len(found.points))
    whose = ("one" if len(found.points) == 1 else "own") if own else "all"
    key = f"indicator.funnel_{whose}" if found.outside() else f"indicator.funnel_{whose}_none"
    title = say(key, n=outside, of=n)
    caption = say("indicator.funnel_caption", n=numbers.plain(found.n), type=inside_a_sentence(shown, state.type))
    caption = say("list.space").join([caption, say("indicator.funnel_band" if own else "indicator.funnel_click")])
    graph = html.Div(c.graph(shown, figure, caption, title), className="points-lead")
    return c.section(
        title, [_marks(shown, own), graph, c.twin(shown, _funnel_table(shown, publication, indicator, found))]
    )


def _unseen(shown: View, state: State, indicator: Indicator, found: PeerLimits) -> Part:
    """Who may see none of the bases by name reads how their values lie: a funnel would tell their sizes."""
    written, spread = _written(shown, indicator), found.spread
    told = {"low": written(spread.p25), "high": written(spread.p75), "target": written(found.target)}
    words = shown.say(
        "indicator.funnel_unseen", n=numbers.plain(found.n), type=inside_a_sentence(shown, state.type), **told
    )
    return c.section(shown.say("indicator.funnel_plain"), html.P(words, className="note"))


def _marks(shown: View, own: bool) -> Part:
    kinds = [] if own else [("better", "▲"), ("similar", "●"), ("worse", "▼"), ("unjudged", "○")]
    marks = [
        html.Li([html.Span(mark, className=f"shape {kind}", **c.aria(hidden="true")), shown.say(f"indicator.{kind}")])
        for kind, mark in kinds
    ]
    return html.Ul(marks, className="legend")


def _funnel_table(shown: View, publication: Publication, indicator: Indicator, found: PeerLimits) -> Part:
    """The bases that may be seen; then what the limits are for small, usual and large bases."""
    say, unit = shown.say, indicator.unit
    rows: list[list[Part]] = []
    for point in sorted(found.points, key=lambda point: (point.against_peers in ("similar", None), -point.size)):
        name = c.base_link(shown, point.member.code, point.member.name[shown.language], publication)
        kind = say(f"indicator.{point.against_peers or 'unjudged'}")
        rows.append([name, numbers.plain(point.size), numbers.in_unit(point.value, unit), kind])
    bases = c.table(
        [say(f"indicator.{key}") for key in ("base", "size", "value_of", "against")], rows, className="dense"
    )
    places = sorted({0, len(found.sizes) // 2, len(found.sizes) - 1})
    limits = [
        [numbers.plain(found.sizes[i], 0), *(numbers.in_unit(edge[i], unit) for edge in (*found.wide, *found.narrow))]
        for i in places
    ]
    heads = [say(f"indicator.{key}") for key in ("size", "lower_wide", "upper_wide", "lower_narrow", "upper_narrow")]
    return html.Div([bases if rows else None, c.table(heads, limits, className="dense")])
