"""What a simulation of other thresholds tells: counts as they are and as they would be, who changes, how to adopt it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import components as c
from dashboard import lamps, numbers, urls, verdict_marks
from dashboard.components import Part
from dashboard.still import still
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from etl.registry import Base
from indicators.repository.rejudge import Rejudged
from indicators.verdicts.reasons import GRADES
from indicators.verdicts.simulate import Change


def counts(view: View, found: Rejudged, changed: Mapping[str, float]) -> Part:
    """In a sentence and by lamp and grade."""
    return [
        html.P(_sentence(view, found, changed), className="simulation-told"),
        html.P(_about(view, found, changed), className="note"),
        html.Div(
            [
                _counts(view, "lamp", lamps.SHAPES, found.lamps, lamps.mark),
                _counts(view, "grade", (*GRADES, None), found.grades, verdict_marks.grade),
            ],
            className="simulation-counts",
        ),
    ]


def _sentence(view: View, found: Rejudged, changed: Mapping[str, float]) -> str:
    if not changed and not found.changes:
        return view.say("simulation.as_it_is")
    return view.say(
        "simulation.moves",
        lamps=numbers.plain(sum(change.lamp[0] != change.lamp[1] for _, change in found.changes)),
        grades=numbers.plain(sum(change.grade[0] != change.grade[1] for _, change in found.changes)),
        of=numbers.plain(sum(found.lamps[0].values())),
        red=numbers.plain(found.turn_red),
        bases=numbers.plain(found.bases),
        share=numbers.plain(100 * found.turn_red / max(1, found.bases), 1),
    )


def _about(view: View, found: Rejudged, changed: Mapping[str, float]) -> str:
    """Which quarters, and what is peculiar about some of them."""

    def named(periods: Sequence[str]) -> str:
        return view.say("list.comma").join(numbers.quarter(period, view.language) for period in periods)

    parts = [view.say("simulation.quarters", quarters=named(found.periods))]
    if found.working == found.periods:
        parts.append(view.say("simulation.all_now"))
    elif found.working:
        parts.append(view.say("simulation.of_now", quarters=named(found.working)))
    if found.before:
        parts.append(view.say("simulation.other_method", quarters=named(found.before)))
    return view.say("list.space").join(parts)


def _counts(view: View, what: str, names: Any, counts: tuple[Counter, Counter], mark: Any) -> html.Div:
    before, after = counts
    rows = [
        [
            mark(view, name),
            numbers.plain(before[name]),
            numbers.plain(after[name]),
            html.Span(verdict_marks.difference(before[name], after[name]), className="difference"),
        ]
        for name in names
    ]
    head = [view.say(f"simulation.column.{name}") for name in (what, "now", "then", "difference")]
    return c.table(head, rows, className="simulation-table")


def changes(view: View, found: Rejudged, shown: int, more: str) -> list[Part]:
    """Who would be judged otherwise; the first `shown`, and `more`: the address that lists more."""
    say, listed = view.say, found.changes
    if not listed:
        return []
    head = [html.Th(say(f"simulation.column.{name}"), scope="col") for name in ("base", "quarter", "lamp", "grade")]
    rows = [_row(view, base, change) for base, change in listed[:shown]]
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="simulation-changes")
    left = len(listed) - shown
    return [
        html.H2(say("simulation.who", n=numbers.plain(len(listed)))),
        still(html.Div(table, className="table-frame")),
        html.P(html.A(say("simulation.more", n=numbers.plain(left)), href=more)) if left > 0 else None,
    ]


def _row(view: View, base: Base, change: Change) -> html.Tr:
    language, form = view.language, load_form()
    link = html.A(base.name[language], href=urls.build(urls.base_path(base.code), State(period=change.period)))
    about = [form.types[base.type].name[language], form.provinces[base.province].name[language]]
    marks = [lamps.mark(view, name) for name in change.lamp]
    letters = [verdict_marks.grade(view, letter) for letter in change.grade]
    return html.Tr(
        [
            html.Th([link, html.Span(view.say("list.middot").join(about), className="under")], scope="row"),
            html.Td(numbers.quarter(change.period, language)),
            html.Td(verdict_marks.before_after(marks[0], marks[1], change.lamp[0] == change.lamp[1])),
            html.Td(verdict_marks.before_after(letters[0], letters[1], change.grade[0] == change.grade[1])),
        ]
    )


def adopt(view: View, changed: Mapping[str, float]) -> html.Div:
    """That nothing is changed, and how the method is."""
    say = view.say
    parts: list[Part] = [html.H2(say("simulation.nothing_changed")), html.P(say("simulation.how"))]
    if changed:
        lines = [f"  {name}:\n    value: {numbers.setting(value)}" for name, value in changed.items()]
        parts.append(html.Pre("\n".join(["verdicts:", *lines])))
    parts.append(html.P(say("simulation.compute")))
    parts.append(html.Pre("python -m indicators docs\npython -m indicators compute --all"))
    return html.Div(parts, className="simulation-adopt")
