"""The rug's table: indicators by pillar at its head, their counts below it, then one row a base and one cell an indicator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from dash import html

from dashboard import components as c
from dashboard import lamps, mark_words, numbers, urls
from dashboard.components import Part
from dashboard.mark_words import JUDGED
from dashboard.spine import SHAPES
from dashboard.still import still
from dashboard.urls import State
from dashboard.view import View
from indicators.repository import Publication, RankingRow
from indicators.repository.marks import BETTER, MARKS, SHOWN, WORSE, Column, Marks, Reading

NAMED = 3
"""Columns before the indicators: the base, and how often it is worse and better."""


@dataclass(frozen=True)
class Line:
    """A base of the rug; `place`: its row in the marks."""

    row: RankingRow
    place: int
    better: int
    worse: int


def cloth(
    shown: View,
    state: State,
    publication: Publication,
    found: Marks,
    lines: Sequence[Line],
    listed: Sequence[Line],
    rest: Mapping[tuple[str, str], Reading],
) -> Part:
    """The whole table, drawn at once. The counts are over all `lines`, of which `listed` have a row."""
    first = _first_of_pillar(found.columns)
    body = [_row(shown, publication, found, line, rest, first) for line in listed]
    table = html.Table(
        [
            html.Thead([_pillars(shown, publication, found.columns), _names(shown, state, found.columns, first)]),
            html.Tbody(_counts(shown, found, lines, first), className="counts") if len(lines) > 1 else None,
            html.Tbody(body),
        ],
        className="rug",
        role="grid",
        **c.aria(describedby="rug-keys"),
    )
    return html.Div(
        still(table), className="table-frame rug-frame", role="region", **c.aria(label=shown.say("rug.label"))
    )


def _first_of_pillar(columns: Sequence[Column]) -> set[str]:
    """The codes before which the cloth has a seam."""
    return {next(mine).code for _, mine in groupby(columns, key=lambda column: column.indicator.pillar)}


def _seam(code: str, first: set[str], *names: str) -> str:
    return " ".join([*names, *(["seam"] if code in first else [])])


def _pillars(shown: View, publication: Publication, columns: Sequence[Column]) -> html.Tr:
    pillars = shown.definitions(publication).pillars
    cells: list[Part] = [html.Td(colSpan=NAMED, className="corner")]
    for code, mine in groupby(columns, key=lambda column: column.indicator.pillar):
        pillar, span = pillars[code], len(list(mine))
        name = pillar.name[shown.language]
        words = shown.say("rankings.bonus", name=name) if pillar.bonus else name
        cells.append(html.Th(html.Span(words), colSpan=span, scope="colgroup", className="pillar seam"))
    return html.Tr(cells)


def _names(shown: View, state: State, columns: Sequence[Column], first: set[str]) -> html.Tr:
    heads: list[Part] = [html.Th(shown.say("rankings.base"), scope="col", className="base")]
    for mark in (WORSE, BETTER):
        shape = html.Span(SHAPES[mark], className=f"shape {mark}", **c.aria(hidden="true"))
        words = html.Span(shown.say(f"rug.{mark}"), className="unseen")
        heads.append(html.Th([shape, words], scope="col", className="many", title=shown.say(f"rug.{mark}")))
    for column in columns:
        name = column.indicator.name[shown.language]
        link = c.indicator_link(shown, state, column.code, name)
        heads.append(html.Th(html.Div(link), scope="col", className=_seam(column.code, first, "name")))
    return html.Tr(heads)


def _counts(shown: View, found: Marks, lines: Sequence[Line], first: set[str]) -> list[html.Tr]:
    """How many of the lines are better, similar and worse in each indicator."""
    chosen = found.mark[np.array([line.place for line in lines], dtype=int)]
    rows = []
    for mark in JUDGED:
        number = (chosen == MARKS.index(mark)).sum(axis=0)
        head = [
            html.Span(SHAPES[mark], className=f"shape {mark}", **c.aria(hidden="true")),
            shown.say(f"rug.count.{mark}"),
        ]
        cells: list[Part] = [html.Th(head, scope="row", colSpan=NAMED, className="base")]
        for place, column in enumerate(found.columns):
            words = "" if column.by == SHOWN else numbers.plain(int(number[place]))
            cells.append(html.Td(words, className=_seam(column.code, first, "" if number[place] else "zero")))
        rows.append(html.Tr(cells))
    return rows


def _row(
    shown: View,
    publication: Publication,
    found: Marks,
    line: Line,
    rest: Mapping[tuple[str, str], Reading],
    first: set[str],
) -> html.Tr:
    member = line.row.member
    rank = numbers.plain(line.row.rank) if line.row.rank is not None else numbers.NONE
    name = c.base_link(shown, member.code, member.name[shown.language], publication)
    lamp = line.row.lamp
    mark = (
        html.Span(
            [lamps.shape(lamp), html.Span(lamps.word(shown, lamp), className="unseen")], title=lamps.word(shown, lamp)
        )
        if lamp
        else None
    )
    cells: list[Part] = [
        html.Th(html.Div([html.Span(rank, className="rank"), mark, name]), scope="row", className="base"),
        html.Td(numbers.plain(line.worse), className="many"),
        html.Td(numbers.plain(line.better), className="many"),
    ]
    period = "" if publication is shown.published[-1] else publication.period
    for place, column in enumerate(found.columns):
        reading = rest.get((member.code, column.code), Reading())
        address = urls.build(urls.base_path(member.code), State(period=period, code=column.code))
        cells.append(_cell(shown, found, line.place, place, reading, address, column.code in first))
    return html.Tr(cells)


def _cell(shown: View, found: Marks, row: int, place: int, reading: Reading, address: str, seam: bool) -> html.Td:
    column, number = found.columns[place], float(found.value[row, place])
    value = None if np.isnan(number) else number
    mark, course = mark_words.mark_of(found, row, place), mark_words.course_of(found, row, place)
    words = mark_words.told(shown, column, value, mark, course, reading)
    link = html.A(mark_words.shape(mark, column.by, course), href=address, tabIndex="-1", **c.aria(label=words))
    return html.Td(link, className="seam" if seam else "")
