"""Indicators side by side: a strip with everybody's dot on one scale, then each one's value, aligned, with its mark."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from dashboard import components as c
from dashboard import mark_words, numbers
from dashboard.compared import Compared, Subject, Told
from dashboard.components import Part
from dashboard.still import still
from dashboard.urls import State
from dashboard.view import View
from indicators.definition import Indicator
from indicators.repository import Spread

EDGE, NEAR = 3.0, 8.0
"""In percent of a strip's width: how far dots stay from its ends, and how far apart two are that do not cover each other."""
BEYOND = 1.0
"""A strip reaches this many times the peers' 5 to 95 % beyond them at most; what is farther stands at its end."""
LEVEL = 17
"""The height of a row of dots, in pixels."""


def chip(subject: Subject) -> html.Span:
    """The letter in its ring."""
    return html.Span(subject.letter, className=f"letter ring-{subject.place + 1}")


def table(shown: View, state: State, found: Compared) -> Part:
    """Every indicator, by pillar."""
    definitions, width = shown.definitions(state), len(found.subjects) + 3
    head = [
        html.Th(shown.say("table.indicator"), scope="col", className="head-cell"),
        html.Th(
            [html.Span(shown.say("spine.less_good")), html.Span(shown.say("spine.better_side"))],
            scope="col",
            className="axis",
        ),
        *(
            html.Th(
                html.Div([chip(s), html.Span(s.name, className="short")]), scope="col", className="number", title=s.name
            )
            for s in found.subjects
        ),
        html.Th(shown.say("table.unit"), scope="col", className="unit-head"),
    ]
    bodies = []
    for pillar in definitions.pillars.values():
        mine = [
            definitions.indicators[code] for code in found.codes if definitions.indicators[code].pillar == pillar.code
        ]
        name = pillar.name[shown.language]
        words = shown.say("rankings.bonus", name=name) if pillar.bonus else name
        title = html.Tr(html.Th(words, colSpan=width, scope="rowgroup"), className="pillar")
        if mine:
            bodies.append(html.Tbody([title, *(_row(shown, state, found, indicator) for indicator in mine)]))
    return html.Div(
        still(html.Table([html.Thead(html.Tr(head)), *bodies], className="spine beside")),
        className="table-frame beside-frame",
        tabIndex="0",
        role="region",
        **c.aria(label=shown.say("beside.indicators")),
    )


def _row(shown: View, state: State, found: Compared, indicator: Indicator) -> html.Tr:
    told = [subject.cells.get(indicator.code) for subject in found.subjects]
    values = [cell.value for cell in told if cell and cell.value is not None]
    decimals = numbers.decimals_for(values, indicator.unit)
    return html.Tr(
        [
            html.Th(
                c.indicator_link(shown, state, indicator.code, indicator.name[shown.language]),
                scope="row",
                className="head-cell",
            ),
            html.Td(strip(shown, found, indicator), className="axis"),
            *(
                html.Td(_cell(shown, cell, decimals), className="number", **c.data(label=subject.letter))
                for subject, cell in zip(found.subjects, told, strict=True)
            ),
            html.Td(numbers.unit_name(indicator.unit, shown.language), className="unit-cell"),
        ]
    )


def _cell(shown: View, told: Told | None, decimals: int) -> Part:
    if told is None:
        return html.Span(shown.say("why.not_asked"), className="why")
    if told.value is None:
        return html.Span(told.why, className="why")
    words = mark_words.word(shown, told.mark, told.by)
    number = numbers.plain(told.value, decimals)
    shape = html.Span(mark_words.shape(told.mark, told.by), title=words)
    note = html.Span(told.note, className="under") if told.note else None
    value = html.A(number, href=told.href, title=shown.say("explain.how")) if told.href else number
    return [html.Span([value, shape, html.Span(words, className="unseen")], className="value"), note]


# The strip -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scale:
    """From values to percent of the width, turned so that right is better."""

    low: float
    high: float
    turned: bool

    @classmethod
    def of(cls, indicator: Indicator, spread: Spread | None, values: Sequence[float]) -> "Scale":
        low, high = min(values), max(values)
        if spread:
            reach = BEYOND * (spread.p95 - spread.p5)
            low, high = max(low, spread.p5 - reach), min(high, spread.p95 + reach)
            low, high = min(low, spread.p5), max(high, spread.p95)
        return cls(low, high, indicator.direction == "down")

    def spot(self, value: float) -> float:
        part = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        part = min(1.0, max(0.0, 1 - part if self.turned else part))
        return EDGE + part * (100 - 2 * EDGE)

    def band(self, low: float, high: float) -> dict[str, str]:
        first, last = sorted((self.spot(low), self.spot(high)))
        return {"left": f"{first:.2f}%", "width": f"{last - first:.2f}%"}


def levels(spots: Sequence[float]) -> list[int]:
    """For each dot the row it stands in, so that none covers another: the lowest in which it is not near one."""
    last: list[float] = []
    found = [0] * len(spots)
    for place in sorted(range(len(spots)), key=lambda place: spots[place]):
        row = next((row for row, end in enumerate(last) if spots[place] - end >= NEAR), len(last))
        last[row : row + 1] = [spots[place]]
        found[place] = row
    return found


def strip(shown: View, found: Compared, indicator: Indicator) -> Part:
    """The peers' bands, the country's value, and everybody's letter."""
    spread, reference = found.spreads.get(indicator.code), found.reference.get(indicator.code)
    there = [
        (s, cell.value) for s in found.subjects if (cell := s.cells.get(indicator.code)) and cell.value is not None
    ]
    if not there:
        return None
    around = [reference] if reference is not None else []
    scale = Scale.of(indicator, spread, [value for _, value in there] + around)
    marks: list[Part] = []
    if spread:
        marks += [
            html.Span(className="wide", style=scale.band(spread.p5, spread.p95)),
            html.Span(className="narrow", style=scale.band(spread.p25, spread.p75)),
            html.Span(className="median", style={"left": f"{scale.spot(spread.p50):.2f}%"}),
        ]
    if reference is not None:
        marks.append(html.Span(className="nation", style={"left": f"{scale.spot(reference):.2f}%"}))
    spots = [scale.spot(value) for _, value in there]
    rows = levels(spots)
    for (subject, _), spot, row in zip(there, spots, rows, strict=True):
        style = {"left": f"{spot:.2f}%", "top": f"{row * LEVEL}px"}
        marks.append(html.Span(subject.letter, className=f"letter ring-{subject.place + 1}", style=style))
    # The values stand beside it as text.
    return html.Div(
        marks, className="track strip", style={"height": f"{(max(rows) + 1) * LEVEL + 3}px"}, **c.aria(hidden="true")
    )
