"""Lamps and grades as they stand in tables: a shape and a word, never a colour alone."""

from dash import html

from dashboard import numbers
from dashboard.components import Part
from dashboard.view import View


def grade(view: View, letter: str | None) -> Part:
    return letter or view.say("simulation.no_grade")


def before_after(before: Part, after: Part, same: bool) -> Part:
    """ "green → red"; what stays as it is, is told once and muted."""
    if same:
        return html.Span(before, className="same")
    return html.Span([before, html.Span(" → ", className="arrow"), after], className="turned")


def difference(before: int, after: int) -> str:
    """+3, −2; nothing where nothing differs."""
    change = after - before
    return f"{'+' if change > 0 else '−'}{numbers.plain(abs(change))}" if change else ""
