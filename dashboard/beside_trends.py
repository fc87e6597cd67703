"""Everybody's course over the quarters, laid over each other: one small chart a pillar, or an indicator of one pillar."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard import components as c
from dashboard import figures, numbers, urls
from dashboard.beside_table import chip
from dashboard.compared import Compared, Subject
from dashboard.components import Part
from dashboard.urls import BESIDE, State
from dashboard.view import View
from etl.form import load_form
from indicators.definition import Definitions
from indicators.repository import Area, Publication, groups
from indicators.repository.beside import courses_of
from indicators.repository.publications import quarters_before
from indicators.scope import PROVINCE, REGION

Courses = Mapping[str, Mapping[str, Sequence[float | None]]]
"""Code → base or area → one value a quarter."""


def of_bases(shown: View, state: State, publication: Publication, found: Compared) -> Part:
    """At first the index and the pillars."""
    definitions = shown.definitions(publication)
    pillar = _chosen(definitions, state)
    wanted = _codes(definitions, found, pillar) if pillar else (definitions.method.index.code, *definitions.pillars)
    courses = shown.ask(courses_of, publication, tuple(s.code for s in found.subjects), wanted)
    return _section(shown, state, publication, found, courses, pillar, scores=True)


def of_areas(shown: View, state: State, publication: Publication, found: Compared) -> Part:
    """Areas have no scores: at first the indicators of the first pillar."""
    definitions = shown.definitions(publication)
    pillar = _chosen(definitions, state) or next(iter(definitions.pillars))
    places = {s.code: Area(PROVINCE if s.code in load_form().provinces else REGION, s.code) for s in found.subjects}
    series = shown.ask(
        groups.courses, publication, _codes(definitions, found, pillar), state.type, tuple(places.values())
    )
    courses = {code: {place: mine[area].values for place, area in places.items()} for code, mine in series.items()}
    return _section(shown, state, publication, found, courses, pillar, scores=False)


def _chosen(definitions: Definitions, state: State) -> str:
    return next((code for code in state.columns if code in definitions.pillars), "")


def _codes(definitions: Definitions, found: Compared, pillar: str) -> tuple[str, ...]:
    return tuple(code for code in found.codes if definitions.indicators[code].pillar == pillar)


def _section(
    shown: View, state: State, publication: Publication, found: Compared, courses: Courses, pillar: str, scores: bool
) -> Part:
    say, language, definitions = shown.say, shown.language, shown.definitions(publication)
    entries = [("", say("beside.scores"))] if scores else []
    entries += [(code, one.name[language]) for code, one in definitions.pillars.items()]
    links = [
        (urls.build(BESIDE, state.with_(columns=(code,) if code else ())), words, code == pillar)
        for code, words in entries
    ]
    axis = quarters_before(publication)
    charts = [_chart(shown, definitions, axis, found.subjects, code, mine) for code, mine in courses.items()]
    legend = html.Ul(
        [html.Li([chip(s), html.Span(className=f"swatch line tone-{s.place + 1}"), s.name]) for s in found.subjects],
        className="legend",
    )
    parts = [c.segments(say("beside.trends_of"), links), legend, html.Div(charts, className="multiples")]
    return c.section(say("beside.trends"), parts, className="beside-trends")


def _chart(
    shown: View,
    definitions: Definitions,
    axis: Sequence[str],
    subjects: Sequence[Subject],
    code: str,
    courses: Mapping[str, Sequence[float | None]],
) -> Part:
    language, indicator = shown.language, definitions.indicators.get(code)
    name = definitions.name(code)[language]
    unit = numbers.unit_name(indicator.unit, language) if indicator else shown.say("table.score")
    head = html.H3([name, html.Span(unit, className="unit")])
    series = {s.letter: courses.get(s.code, ()) for s in subjects}
    if not any(value is not None for values in series.values() for value in values):
        return html.Div([head, html.P(shown.say("count.no_value"), className="note")], className="multiple")

    def written(value: float | None) -> str:
        return numbers.with_unit(value, indicator.unit, language) if indicator else numbers.score(value)

    names = {s.letter: f"{s.letter} {s.name}" for s in subjects}
    figure = figures.side_by_side(axis, series, names, written, shown.theme)
    rows: list[list[Part]] = [
        [numbers.quarter(period, language), *(written(values[place]) for values in series.values())]
        for place, period in enumerate(axis)
    ]
    as_table = c.table([shown.say("table.quarter"), *names.values()], rows, className="dense")
    return html.Div([head, c.graph(shown, figure, None, name), c.twin(shown, as_table)], className="multiple")
