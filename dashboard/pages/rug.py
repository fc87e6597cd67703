"""The rug: every base of a type in every indicator, better, similar or worse than its peers, on one cloth."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from dash import html

from dashboard import beyond, lamps, mark_words, numbers, rug_table, states, urls, verdict_words
from dashboard import components as c
from dashboard.components import Part
from dashboard.frame import page
from dashboard.pages.rankings import with_type
from dashboard.rug_table import Line
from dashboard.tables import Column, Table, Value
from dashboard.urls import RUG, RUG_SORTS, STEP, State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.repository import Publication
from indicators.repository.marks import BETTER, MARKS, WORSE, Marks, marks, readings
from indicators.signals import FUNNEL
from indicators.xmr import JUDGEMENTS


def render(shown: View, query: Mapping[str, str]) -> Part:
    """The page for a viewer and the choices in its address."""
    state = beyond.with_own(shown, with_type(shown, shown.state(query)))
    publication = shown.publication(state)
    if publication is None:
        return page(shown, state, RUG, states.nothing_published(shown))
    found, everyone = _found(shown, publication, state)
    return page(
        shown, state, RUG, _content(shown, state, publication, found, everyone), _choices(shown, state, everyone)
    )


def _found(shown: View, publication: Publication, state: State) -> tuple[Marks, list[Line]]:
    """The marks, and a line for each of the type's bases that the viewer sees."""
    found: Marks = shown.ask(marks, publication, state.type)
    at = {code: place for place, code in enumerate(found.bases)}
    rows = shown.ask(repository.ranking, publication, state.type).rows
    counts = {mark: (found.mark == MARKS.index(mark)).sum(axis=1) for mark in (BETTER, WORSE)}
    lines = [
        Line(row, place, int(counts[BETTER][place]), int(counts[WORSE][place]))
        for row in rows
        if (place := at.get(row.member.code)) is not None
    ]
    return found, lines


def _chosen(shown: View, state: State, found: Marks, everyone: Sequence[Line]) -> list[Line]:
    """The lines of the chosen area, batch and lamp, in the chosen order."""
    lines = [
        line
        for line in everyone
        if states.inside(state, line.row.member)
        and state.batch in ("", str(line.row.member.batch))
        and state.lamp in ("", line.row.lamp)
    ]
    if state.sort == "name":
        return sorted(lines, key=lambda line: (line.row.member.name[shown.language], line.row.member.code))
    if state.sort == "worse":  # a funnel's finding weighs more than a place among the peers
        firm = np.array([column.by == FUNNEL for column in found.columns])
        findings = ((found.mark == MARKS.index(WORSE)) & firm).sum(axis=1)
        return sorted(lines, key=lambda line: (-line.worse, -findings[line.place]))
    return lines


def _choices(shown: View, state: State, everyone: Sequence[Line]) -> list[Part]:
    say = shown.say

    def choose(name: str, field: str, options: Sequence[tuple[str, str]]) -> Part:
        addresses = [(urls.build(RUG, state.with_(**{field: key})), words) for key, words in options]
        now = urls.build(RUG, state)
        return c.chooser(say(f"rug.{name}"), addresses, now, name)

    batches = sorted({line.row.member.batch for line in everyone if line.row.member.batch})
    held = {line.row.lamp for line in everyone}
    choices = [
        c.choose_quarter(shown, state, RUG),
        c.choose_type(shown, state, RUG, all_types=False),
        c.choose_area(shown, state, RUG) if shown.scope.everywhere else None,
    ]
    if len(everyone) < 2:
        return choices
    if len(batches) > 1 or state.batch:
        options = [("", say("rug.any"))] + [(str(n), say("base.batch", n=n)) for n in batches]
        choices.append(choose("batch", "batch", options))
    known = [lamp for lamp in verdict_words.WORST_FIRST if lamp in held]
    if known or state.lamp:
        words = [(lamp, f"{lamps.SHAPES[lamp]} {say(f'lamp.{lamp}')}") for lamp in known]
        choices.append(choose("lamp", "lamp", [("", say("rug.any")), *words]))
    return choices


def _order(shown: View, state: State) -> Part:
    """In which order the bases stand."""
    now = state.sort if state.sort in RUG_SORTS else RUG_SORTS[0]
    links = [
        (
            urls.build(RUG, state.with_(sort="" if key == RUG_SORTS[0] else key)),
            shown.say(f"rug.sort.{key}"),
            key == now,
        )
        for key in RUG_SORTS
    ]
    return c.segments(shown.say("rug.order"), links)


def _content(shown: View, state: State, publication: Publication, found: Marks, everyone: Sequence[Line]) -> list[Part]:
    say = shown.say
    lines = _chosen(shown, state, found, everyone)
    title = c.h1(_title(shown, state, publication))
    if not lines:
        key = "rug.none" if everyone else "rankings.none" if shown.scope.everywhere else "rankings.none_own"
        return [title, html.P(say(key), className="lead")]
    notes = [say("rug.lead", n=numbers.plain(len(lines)), indicators=len(found.columns))]
    if not shown.scope.everywhere:
        notes.append(say("rug.only_own"))
    listed = lines[: state.shown]
    rest = shown.ask(readings, publication, tuple(line.row.member.code for line in listed))
    told = html.P(say("rug.join").join(notes), className="lead")
    order = _order(shown, state) if len(everyone) > 1 else None
    parts: list[Part] = [
        html.Div([html.Div([title, told]), order], className="rug-head"),
        mark_words.legend(shown),
        rug_table.cloth(shown, state, publication, found, lines, listed, rest),
        html.P(say("rug.keys"), className="note rug-keys", id="rug-keys"),
    ]
    if len(lines) > len(listed):
        left = len(lines) - len(listed)
        more = urls.build(RUG, state.with_(shown=state.shown + STEP))
        parts.append(html.P(html.A(say("rug.more", n=min(STEP, left), left=left), href=more), className="more"))
    return [*parts, c.downloads(shown, state, "rug")]


def _title(shown: View, state: State, publication: Publication) -> str:
    kind = load_form().types[state.type].name[shown.language]
    area = c.area_name(shown, state)
    title = shown.say("rug.title", type=kind, quarter=numbers.quarter(publication.period, shown.language))
    return title + (shown.say("rug.in_area", area=area) if area else "")


def table(shown: View, state: State, publication: Publication) -> Table:
    """The rug as a table, for a file: for each indicator its value, its mark and where it is heading."""
    state = with_type(shown, state)
    form, language, say = load_form(), shown.language, shown.say
    found, everyone = _found(shown, publication, state)
    columns = [Column("code", say("rankings.code")), Column("rank", say("rankings.rank"), decimals=0, number=True)]
    columns += [Column(head, say(f"rankings.{head}")) for head in ("base", "province", "batch", "lamp")]
    columns += [Column(mark, say(f"rug.{mark}"), decimals=0, number=True) for mark in (BETTER, WORSE)]
    for column in found.columns:
        name = column.indicator.name[language]
        columns += [
            Column(column.code, name, unit=column.indicator.unit, number=True),
            Column(f"{column.code}_mark", say("rug.mark_of", name=name)),
            Column(f"{column.code}_course", say("rug.course_of", name=name)),
        ]
    rows = []
    for line in _chosen(shown, state, found, everyone):
        member, place = line.row.member, form.provinces.get(line.row.member.province)
        first: list[Value] = [member.code, line.row.rank, member.name[language]]
        first += [place.name[language] if place else member.province, str(member.batch or ""), lamp_word(shown, line)]
        rows.append((*first, line.better, line.worse, *_cells(shown, found, line)))
    about = ((say("file.type"), form.types[state.type].name[language]),)
    return Table(_title(shown, state, publication), tuple(columns), tuple(rows), about)


def lamp_word(shown: View, line: Line) -> str | None:
    return shown.say(f"lamp.{line.row.lamp}") if line.row.lamp else None


def _cells(shown: View, found: Marks, line: Line) -> list[Value]:
    cells: list[Any] = []
    for place, column in enumerate(found.columns):
        value, course = float(found.value[line.place, place]), JUDGEMENTS[found.course[line.place, place]]
        mark = mark_words.word(shown, MARKS[found.mark[line.place, place]], column.by)
        heading = shown.say(f"mark.legend_course.{course}") if course in mark_words.ARROWS else None
        cells += [None if np.isnan(value) else value, mark, heading]
    return cells
