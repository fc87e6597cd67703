"""What the overview asks people to look at, and whom to praise: bases by lamp with the main reason and its certainty."""

from dash import html

from dashboard import components as c
from dashboard import lamps, numbers, permissions, urls, verdict_words
from dashboard.case_words import state_mark
from dashboard.components import Part
from dashboard.tables import Column, Table, Value
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.cases import Case
from indicators.repository import Attention, Gained, Noted, Publication
from indicators.repository.attention import Place
from indicators.repository.cases import cases

ATTENTION, IMPROVED = "overview-attention", "overview-improved"
MOST_NOTED, MOST_IMPROVED = 6, 4


def _found(shown: View, state: State, publication: Publication) -> Attention:
    return shown.ask(repository.attention, publication, state.type, state.area)


# What needs attention ------------------------------------------------------------------------------------------------


def attention(shown: View, state: State, publication: Publication) -> Part:
    found = _found(shown, state, publication)
    parts: list[Part] = [_lamps(shown, state, found)] if found.lamps else []
    if found.to_look_at:
        opened = _cases(shown, publication)
        items = [_noted(shown, publication, one, opened) for one in found.to_look_at[:MOST_NOTED]]
        parts.append(html.Ul(items, className="base-notes"))
    else:
        key = "none" if found.certain else "too_early" if found.lamps else "no_verdicts"
        parts.append(html.P(shown.say(f"attention.{key}"), className="nothing"))
    n, address = len(found.to_look_at), urls.build(urls.FLAGS, state.with_(code="", sort=""))
    words = shown.say("attention.all", n=numbers.plain(n)) if n > MOST_NOTED else shown.say("attention.flags")
    parts.append(html.P(html.A(words, href=address), className="more"))
    return c.section(shown.say("attention.title"), parts, c.downloads(shown, state, ATTENTION), "attention")


def _lamps(shown: View, state: State, found: Attention) -> Part:
    """How many bases have which lamp; each leads to them."""
    links = []
    for lamp in verdict_words.WORST_FIRST:
        address = urls.build(urls.FLAGS, state.with_(code="", sort="", lamp=lamp))
        number = html.B(numbers.plain(found.lamps.get(lamp, 0)))
        links.append(html.Li(html.A([lamps.shape(lamp), number, " ", lamps.word(shown, lamp)], href=address)))
    return html.Ul(links, className="lamp-counts")


def _cases(shown: View, publication: Publication) -> dict[str, Case]:
    """Base → its case of the quarter, for who may see cases."""
    if not shown.may(permissions.CASE):
        return {}
    return {row.base.code: row.case for row in shown.ask_now(cases) if row.case.period == publication.period}


def _noted(shown: View, publication: Publication, one: Noted, opened: dict[str, Case]) -> html.Li:
    member = one.member
    reason = main_reason(shown, publication, one)
    more = len(one.reasons) - 1
    if more > 0:
        reason += shown.say("attention.more_reasons" if more > 1 else "attention.more_reason", n=more)
    name = c.base_link(shown, member.code, member.name[shown.language], publication)
    lamp = html.Span([lamps.shape(one.lamp), html.Span(lamps.word(shown, one.lamp), className="unseen")])
    return html.Li(
        [
            lamp,
            html.Div(
                [
                    name,
                    html.P(reason),
                    html.P(_about(shown, publication, one, opened.get(member.code)), className="note"),
                ]
            ),
        ]
    )


def _about(shown: View, publication: Publication, one: Noted, case: Case | None) -> list[Part]:
    """Type, rank with its interval, and the way to the case."""
    told = filter(None, [_kind(shown, one.member.type), _standing(shown, one.now)])
    parts: list[Part] = [html.Span(shown.say("list.middot").join(told))]
    if case is not None:
        parts.append(html.A(state_mark(shown, case), href=urls.case_path(one.member.code, case.period)))
    elif shown.scope.everywhere and shown.scope.acts and shown.may(permissions.CASE):
        parts.append(html.A(shown.say("attention.open"), href=urls.case_path(one.member.code, publication.period)))
    return parts


def main_reason(shown: View, publication: Publication, one: Noted) -> str:
    """The first reason, short."""
    if not one.reasons:
        return ""
    return verdict_words.brief(shown, one.reasons[0], one.member.type, shown.definitions(publication))


def _kind(shown: View, code: str) -> str:
    kind = load_form().types.get(code)
    return kind.name[shown.language] if kind else code


def _standing(shown: View, place: Place) -> str:
    if place.rank is None:
        return ""
    if place.low is None or place.high is None:
        return shown.say("attention.rank", rank=place.rank)
    return shown.say("attention.rank_between", rank=place.rank, low=round(place.low), high=round(place.high))


# Improved most -------------------------------------------------------------------------------------------------------


def improved(shown: View, state: State, publication: Publication) -> Part:
    found = _found(shown, state, publication)
    if found.improving:
        items = [_improving(shown, publication, one) for one in found.improving[:MOST_IMPROVED]]
        note = shown.say("attention.improved_note", n=numbers.plain(len(found.improving)))
    else:
        items = [_gained(shown, publication, one, found.year) for one in found.gained[:MOST_IMPROVED]]
        note = shown.say("attention.gained_note", n=numbers.plain(len(found.gained)))
    if not items:
        key = "none_improved" if found.certain else "none_to_compare"
        body: list[Part] = [html.P(shown.say(f"attention.{key}"), className="nothing")]
    else:
        body = [html.P(note, className="note"), html.Ul(items, className="base-notes")]
    return c.section(shown.say("attention.improved"), body, c.downloads(shown, state, IMPROVED), "improved")


def _risen(name: Part, words: str, about: str) -> html.Li:
    mark = html.Span("▲", className="shape better", **c.aria(hidden="true"))
    return html.Li([mark, html.Div([name, html.P(words), html.P(about, className="note")])])


def _improving(shown: View, publication: Publication, one: Noted) -> html.Li:
    name = c.base_link(shown, one.member.code, one.member.name[shown.language], publication)
    about = [_kind(shown, one.member.type), _standing(shown, one.now), lamps.word(shown, one.lamp)]
    return _risen(name, main_reason(shown, publication, one), shown.say("list.middot").join(filter(None, about)))


def _gained(shown: View, publication: Publication, one: Gained, year: str) -> html.Li:
    name = c.base_link(shown, one.member.code, one.member.name[shown.language], publication)
    return _risen(name, gain_in_words(shown, one, year), _kind(shown, one.member.type))


def gain_in_words(shown: View, one: Gained, year: str) -> str:
    return shown.say(
        "attention.gained",
        then=numbers.score(one.then.index),
        now=numbers.score(one.now.index),
        year=numbers.quarter(year, shown.language),
        low_then=round(one.then.low or 0),
        high_then=round(one.then.high or 0),
        low=round(one.now.low or 0),
        high=round(one.now.high or 0),
    )


# As files ------------------------------------------------------------------------------------------------------------


def attention_table(shown: View, state: State, publication: Publication) -> Table:
    """Every base with a red or yellow lamp, with all reasons of the lamp."""
    rows, definitions = [], shown.definitions(publication)
    for one in _found(shown, state, publication).to_look_at:
        told = [verdict_words.words(shown, reason, one.member.type, definitions) for reason in one.reasons]
        rows.append((*_words(shown, one), *_numbers(one.now), shown.say("list.space").join(told)))
    columns = (*_columns(shown), Column("reasons", shown.say("attention.reasons")))
    return Table(shown.say("attention.title"), columns, tuple(rows), _chosen(shown, state))


def improved_table(shown: View, state: State, publication: Publication) -> Table:
    """Every base that improved, by verdict; where none did, by a gain beyond the certainty of ranks."""
    found = _found(shown, state, publication)
    rows = [(*_words(shown, one), *_numbers(one.now), main_reason(shown, publication, one)) for one in found.improving]
    rows += [(*_words(shown, one), *_numbers(one.now), gain_in_words(shown, one, found.year)) for one in found.gained]
    columns = (*_columns(shown), Column("reasons", shown.say("attention.reasons")))
    return Table(shown.say("attention.improved"), columns, tuple(rows), _chosen(shown, state))


def _columns(shown: View) -> tuple[Column, ...]:
    say = shown.say
    texts = [
        Column("code", say("overview.code")),
        Column("base", say("choose.base")),
        Column("type", say("choose.type")),
    ]
    texts += [Column("province", say("table.province")), Column("lamp", say("choose.lamp"))]
    figures = [Column("index", say("attention.index"), decimals=1, number=True)]
    figures += [Column(name, say(f"rankings.{name}"), decimals=0, number=True) for name in ("rank", "low", "high")]
    return (*texts, *figures)


def _words(shown: View, one: Noted | Gained) -> tuple[Value, ...]:
    member, place = one.member, load_form().provinces.get(one.member.province)
    lamp = lamps.word(shown, one.lamp) if isinstance(one, Noted) else None
    province = place.name[shown.language] if place else member.province
    return (member.code, member.name[shown.language], _kind(shown, member.type), province, lamp)


def _numbers(place: Place) -> tuple[Value, ...]:
    return (place.index, place.rank, place.low, place.high)


def _chosen(shown: View, state: State) -> tuple[tuple[str, str], ...]:
    kind = load_form().types[state.type].name[shown.language] if state.type else shown.say("choose.all_types")
    area = c.area_name(shown, state)
    return ((shown.say("file.type"), kind), *(((shown.say("file.area"), area),) if area else ()))
