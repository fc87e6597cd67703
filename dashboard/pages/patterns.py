"""Every component in every state, made by the functions that the pages use, with invented data. For those who build the
product: without the setting DEVELOPMENT there is no such page."""

from collections.abc import Mapping

from dash import html

from dashboard import components as c
from dashboard.components import Part
from dashboard.frame import page
from dashboard.pages import (
    patterns_charts,
    patterns_controls,
    patterns_marks,
    patterns_states,
    patterns_tables,
    patterns_tokens,
)
from dashboard.pages.patterns_data import PUBLICATION
from dashboard.urls import PATTERNS, State
from dashboard.view import View

THEMES = {
    "tokens": patterns_tokens.samples,
    "marks": patterns_marks.samples,
    "controls": patterns_controls.samples,
    "tables": patterns_tables.samples,
    "charts": patterns_charts.samples,
    "states": patterns_states.samples,
}


def render(shown: View, query: Mapping[str, str]) -> Part:
    """The page; it asks the warehouse for nothing."""
    say = shown.say
    links = [html.Li(html.A(say(f"patterns.theme.{name}"), href=f"#{name}")) for name in THEMES]
    content = [
        c.h1(say("patterns.title")),
        html.P(say("patterns.lead"), className="lead"),
        html.Ul(links, className="pattern-themes"),
        *(_theme(shown, name) for name in THEMES),
    ]
    return page(shown, State(), PATTERNS, html.Div(content, className="patterns"), publication=PUBLICATION)


def _theme(shown: View, name: str) -> html.Section:
    samples = [
        html.Div([_named(shown, name, key), html.Div(part, className="sample-body")], className="sample")
        for key, part in THEMES[name](shown)
    ]
    return html.Section([html.H2(shown.say(f"patterns.theme.{name}")), *samples], id=name, className="pattern-theme")


def _named(shown: View, theme: str, key: str) -> html.H2 | html.H3:
    """A sample's name. What stands in a page's place brings the page's first heading, after which comes the second."""
    words = shown.say(f"patterns.sample.{key}")
    return html.H2(words) if theme == "states" else html.H3(words)
