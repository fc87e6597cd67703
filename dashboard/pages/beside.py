"""Two to six bases, or provinces and regions, side by side; the address names them, so that a comparison can be sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import beside_choose, beside_facts, beside_table, beside_trends, beyond, mark_words, numbers, states
from dashboard import components as c
from dashboard.compared import FEWEST, MOST, Compared, of_areas, of_bases
from dashboard.components import Part
from dashboard.frame import page
from dashboard.pages.rankings import with_type
from dashboard.tables import Column, Table, Value
from dashboard.urls import BESIDE, State, several
from dashboard.view import View
from etl.form import load_form
from indicators.repository import Member, Publication
from indicators.repository.beside import known_members


def render(shown: View, query: Mapping[str, Any]) -> Part:
    """The page for a viewer and those in its address: bases, else areas."""
    state = shown.state(query)
    publication = shown.publication(state)
    if publication is None:
        return page(shown, state, BESIDE, states.nothing_published(shown))
    asked = several(query.get("bases")) or several(query.get("areas"))
    members = shown.ask(known_members, publication, state.bases)
    everyone = tuple(members) or (() if state.bases else state.areas)
    # From here on the address names only what is shown.
    state, members = _settled(shown, state, members, everyone)
    choices = [
        c.choose_quarter(shown, state, BESIDE),
        c.choose_type(shown, state, BESIDE, all_types=bool(state.areas)),
        c.choose_area(shown, state, BESIDE) if shown.scope.everywhere and not state.areas else None,
    ]
    refused = [code for code in asked if code not in everyone]
    if not shown.scope.everywhere:
        beyond.note_bases(shown, len(asked), len(asked) - len(refused))
    parts: list[Part] = [
        c.h1(_title(shown, publication)),
        html.P(shown.say("beside.lead"), className="lead"),
        _messages(shown, everyone, refused),
        beside_choose.chooser(shown, state, publication, members),
    ]
    if len(everyone) >= FEWEST:
        parts += _bases(shown, state, publication, members) if members else _areas(shown, state, publication)
    return page(shown, state, BESIDE, parts, choices)


def _settled(
    shown: View, state: State, members: Mapping[str, Member], everyone: Sequence[str]
) -> tuple[State, dict[str, Member]]:
    """The state with those that are shown, at most six; with bases always a type, from which others can be added."""
    first = {code: members[code] for code in list(members)[:MOST]}
    areas = () if members else tuple(everyone[:MOST])
    state = state.with_(bases=tuple(first), areas=areas)
    if areas:
        return state, first
    kinds = [member.type for member in first.values()]
    return with_type(shown, state if state.type or not kinds else state.with_(type=kinds[0])), first


def _title(shown: View, publication: Publication) -> str:
    return shown.say("beside.title", quarter=numbers.quarter(publication.period, shown.language))


def _messages(shown: View, everyone: Sequence[str], refused: Sequence[str]) -> Part:
    """What of the address could not be followed, and what is still wanting."""
    say, told = shown.say, []
    if refused and shown.scope.everywhere:
        told.append(say("beside.unknown", codes=say("list.comma").join(refused[:MOST])))
    if len(everyone) > MOST:
        told.append(say("beside.too_many", n=MOST, left=len(everyone) - MOST))
    if len(everyone) < FEWEST:
        told.append(say("beside.too_few" if everyone else "beside.nobody", n=MOST))
    if not told:
        return None
    return html.Div([html.P(words) for words in told], className="beside-told", role="status")


def _bases(shown: View, state: State, publication: Publication, members: Mapping[str, Member]) -> list[Part]:
    found = of_bases(shown, publication, members)
    placed = beside_facts.rows_of(shown, publication, [member.type for member in members.values()])
    return [
        c.section(shown.say("beside.at_a_glance"), beside_facts.facts(shown, publication, found.subjects, placed)),
        beside_facts.ranks(shown, found.subjects, placed),
        _indicators(shown, state, found, mark_words.legend(shown, courses=False)),
        beside_trends.of_bases(shown, state, publication, found),
        c.downloads(shown, state, "beside"),
    ]


def _areas(shown: View, state: State, publication: Publication) -> list[Part]:
    found = of_areas(shown, publication, state.type, state.areas)
    return [
        _indicators(shown, state, found, html.P(shown.say("beside.areas_note"), className="note")),
        beside_trends.of_areas(shown, state, publication, found),
        c.downloads(shown, state, "beside"),
    ]


def _indicators(shown: View, state: State, found: Compared, legend: Part) -> Part:
    say = shown.say
    swatches = [html.Li([html.Span("A", className="letter ring-1"), say("beside.dot")])]
    if found.spreads:
        swatches += [
            html.Li(
                [
                    html.Span(className=f"swatch {name}"),
                    say(f"beside.provinces.{name}" if state.areas else f"beside.peers.{name}"),
                ]
            )
            for name in ("wide", "narrow", "median")
        ]
    if found.reference:
        swatches.append(html.Li([html.Span(className="swatch nation"), say("beside.nation")]))
    key = [html.Ul(swatches, className="legend"), legend]
    return c.section(say("beside.indicators"), [*key, beside_table.table(shown, state, found)])


def table(shown: View, state: State, publication: Publication) -> Table:
    """The comparison as a table, for a file: one row an indicator, for bases ranks and scores before them."""
    members = shown.ask(known_members, publication, state.bases)
    state, members = _settled(shown, state, members, tuple(members) or state.areas)
    definitions, form, language, say = shown.definitions(publication), load_form(), shown.language, shown.say
    found = of_bases(shown, publication, members) if members else of_areas(shown, publication, state.type, state.areas)
    columns = [
        Column("code", say("rankings.code")),
        Column("indicator", say("table.indicator")),
        Column("unit", say("table.unit")),
    ]
    for subject in found.subjects:
        columns.append(Column(subject.code, subject.name, number=True))
        columns.append(Column(f"{subject.code}_mark", say("rug.mark_of", name=subject.name)))
    rows: list[tuple[Value, ...]] = []
    if members:
        placed = beside_facts.rows_of(shown, publication, [member.type for member in members.values()])
        mine = [placed[code][1] for code in members]
        scored = [definitions.method.index, *definitions.method.pillars]
        rows.append(("rank", say("rankings.rank"), "", *_pairs([row.rank for row in mine])))
        rows.append(("low", say("rankings.low"), "", *_pairs([row.low for row in mine])))
        rows.append(("high", say("rankings.high"), "", *_pairs([row.high for row in mine])))
        for one in scored:
            scores = [{definitions.method.index.code: row.index, **row.pillars}.get(one.code) for row in mine]
            rows.append((one.code, one.name[language], say("table.score"), *_pairs(scores)))
    for code in found.codes:
        indicator, cells = definitions.indicators[code], [subject.cells.get(code) for subject in found.subjects]
        told = [(cell.value, mark_words.word(shown, cell.mark, cell.by)) if cell else (None, None) for cell in cells]
        unit = numbers.unit_name(indicator.unit, language)
        rows.append((code, indicator.name[language], unit, *(value for pair in told for value in pair)))
    about = ((say("file.type"), form.types[state.type].name[language]),) if state.type in form.types else ()
    return Table(_title(shown, publication), tuple(columns), tuple(rows), about if state.areas else ())


def _pairs(values: Sequence[float | None]) -> list[Value]:
    """Each value with an empty mark."""
    return [cell for value in values for cell in (value, None)]
