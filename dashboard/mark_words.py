"""A base's mark among its peers: its shape, and in words what it rests on. The same on every page."""

from dash import html

from dashboard import components as c
from dashboard import numbers
from dashboard.components import Part
from dashboard.spine import SHAPES
from dashboard.view import View
from indicators.repository.marks import BETTER, CONTEXT, MARKS, SIMILAR, UNKNOWN, WORSE, Column, Marks, Reading
from indicators.signals import FUNNEL
from indicators.xmr import JUDGEMENTS, RULES

ARROWS = {"improvement": "↑", "concern": "↓"}
"""Over time. An arrow is of time, a triangle of the peers."""
JUDGED = (BETTER, SIMILAR, WORSE)


def mark_of(found: Marks, row: int, column: int) -> str:
    return MARKS[found.mark[row, column]]


def course_of(found: Marks, row: int, column: int) -> str:
    return JUDGEMENTS[found.course[row, column]]


def word(view: View, mark: str, by: str) -> str:
    """ "worse than its peers, beyond chance" by a funnel, "in the weakest quarter of its peers" else."""
    return view.say(f"mark.funnel.{mark}") if by == FUNNEL and mark in JUDGED else view.say(f"mark.quarter.{mark}")


def shape(mark: str, by: str, course: str = "none") -> list[Part]:
    """The shape with its arrow, for a cell that says the same in words."""
    kinds = ["mark", mark, *(["firm"] if by == FUNNEL and mark in JUDGED else [])]
    kinds += ["turning"] if course in ARROWS else []
    parts: list[Part] = [html.Span(SHAPES[mark], className=" ".join(kinds), **c.aria(hidden="true"))]
    if course in ARROWS:
        parts.append(html.Span(ARROWS[course], className=f"turn {course}", **c.aria(hidden="true")))
    return parts


def told(view: View, column: Column, value: float | None, mark: str, course: str, reading: Reading) -> str:
    """All that is known of a cell in one text: value, mark, what it was held against, and where it is heading."""
    unit, language = column.indicator.unit, view.language

    def written(number: float | None) -> str:
        return numbers.in_sentence(number, unit, language)

    def bare(number: float | None) -> str:
        """Beside a value with its unit."""
        return written(number) if unit in ("%", numbers.MONEY) else numbers.in_unit(number, unit)

    if value is None:
        reason = view.say(f"why.{reading.why}") if reading.why else view.say("count.no_value")
        return reason if mark == CONTEXT else view.say("mark.no_value", word=word(view, mark, column.by), why=reason)
    parts = [view.say("mark.value", value=written(value), word=word(view, mark, column.by))]
    if column.by == FUNNEL and mark != UNKNOWN and reading.target is not None:
        limits = {"low": bare(reading.lower), "high": bare(reading.upper), "target": bare(reading.target)}
        parts.append(view.say("mark.limits", **limits))
    elif mark in JUDGED and column.spread is not None:
        half = {"low": bare(column.spread.p25), "high": bare(column.spread.p75)}
        parts.append(view.say("mark.middle", n=numbers.plain(column.spread.n), **half))
    if course in ARROWS:
        parts.append(view.say(f"mark.course.{course}", cause=view.say(f"mark.cause.{_rule(reading.cause)}")))
        if reading.provisional:
            parts.append(view.say("mark.provisional"))
    return view.say("list.space").join(parts) if language == "en" else "".join(parts)


def _rule(cause: str | None) -> str:
    """The rule of a process chart by which a point stands out."""
    return next((rule for rule, names in RULES.items() if cause in names), "limit")


def legend(view: View, courses: bool = True) -> Part:
    """Every shape with its word: first what a funnel says, then what a quarter of the peers says, then the course."""
    firm = [_entry(shape(mark, FUNNEL), word(view, mark, FUNNEL)) for mark in JUDGED]
    place = [_entry(shape(mark, ""), word(view, mark, "")) for mark in JUDGED]
    rest = [_entry(shape(mark, ""), word(view, mark, "")) for mark in (UNKNOWN, CONTEXT)]
    course = [
        _entry(
            html.Span(arrow, className=f"turn {name}", **c.aria(hidden="true")),
            view.say(f"mark.legend_course.{name}"),
        )
        for name, arrow in ARROWS.items()
    ]
    groups = [("mark.by_funnel", firm), ("mark.by_quarter", place), ("mark.rest", rest)]
    groups += [("mark.over_time", course)] if courses else []
    return html.Dl(
        [
            html.Div([html.Dt(view.say(head)), html.Dd(html.Ul(entries, className="legend"))])
            for head, entries in groups
        ],
        className="mark-legend",
    )


def _entry(mark: Part, words: str) -> html.Li:
    return html.Li([*(mark if isinstance(mark, list) else [mark]), words])
