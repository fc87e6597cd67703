"""Help: what the figures are worth, what was revised and when, what comes next, whom to ask, how to report."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import components as c
from dashboard import numbers, permissions, urls
from dashboard.components import Part
from dashboard.frame import page, vintage
from dashboard.help_file import load_help
from dashboard.pages.help_log import calendar, log
from dashboard.urls import HELP
from dashboard.view import View
from indicators import method_words, repository
from indicators.definition import load_definitions
from indicators.repository import Publication

VINTAGES = ("working", "provisional", "final", "revised")
STRENGTHS = ("traced", "checked", "same", "kept", "sums")
LIMITS = ("proposal", "reported", "working", "peers", "ranks", "missing", "hidden")
KEYS = (("search", ("/", "Ctrl K", "⌘ K")), ("list", ("↑", "↓", "Enter")), ("close", ("Esc",)), ("tab", ("Tab",)))
STEPS = ("form", "upload", "mend", "submit", "receipt", "after")


def render(shown: View, query: Mapping[str, Any]) -> Part:
    """The page for a viewer. A reporter first reads how to report."""
    state = shown.state(query)
    publication = shown.publication(state)
    parts = [
        ("status", _status(shown, publication)),
        ("revisions", log(shown)),
        ("calendar", calendar(shown)),
        ("limits", _worth(shown)),
        ("contact", _contact(shown)),
        ("keys", _keys(shown)),
    ]
    if shown.may(permissions.PEERS):
        parts.insert(0, ("reporting", _reporting(shown)))
    titles = {name: shown.say(f"help.part.{name}") for name, _ in parts}
    ways = html.Ul([html.Li(html.A(titles[name], href=f"#{name}")) for name, _ in parts], className="help-ways")
    content = [
        c.h1(shown.say("help.title")),
        html.Nav(ways, **c.aria(label=shown.say("help.ways"))),
        *(c.section(titles[name], content, id=name) for name, content in parts),
    ]
    return page(shown, state, HELP, html.Div(content, className="help"))


# What the figures are worth ------------------------------------------------------------------------------------------


def _status(shown: View, publication: Publication | None) -> list[Part]:
    say = shown.say
    told = html.P(_told(shown, publication) if publication else say("help.nothing_published"), className="help-told")
    meanings = [
        html.Div(
            [
                html.Dt([say(f"vintage.{each}"), _here(shown, publication, each)]),
                html.Dd(say(f"help.vintage.{each}")),
            ]
        )
        for each in VINTAGES
    ]
    link = html.A(say("help.to_publications"), href=urls.PUBLICATIONS)
    more = html.P(link, className="more") if shown.may(permissions.PUBLICATIONS) else None
    return [told, html.Dl(meanings, className="help-list"), more]


def _here(shown: View, publication: Publication | None, each: str) -> Part:
    shown_now = publication is not None and publication.vintage == each
    return html.Span(shown.say("help.shown_now"), className="help-mark") if shown_now else None


def _told(shown: View, publication: Publication) -> str:
    """ "2026Q3 is shown with final figures, not signed yet, of 24 Nov 2026, from the returns of 198 of 212 bases." """
    places: dict[str, object] = {
        "quarter": numbers.quarter(publication.period, shown.language),
        "status": vintage(shown, publication),
        "day": numbers.day(publication.created_at, shown.language),
        "name": publication.code,
    }
    if not shown.scope.sees_sums:
        return shown.say("help.told_bare", **places)
    sums = shown.ask(repository.headlines, publication)
    now = max((headline.now for headline in sums if headline.now), key=lambda now: now.bases, default=None)
    bases = c.counted(shown, now.bases, now.expected) if now else numbers.NONE
    return shown.say("help.told", bases=bases, **places)


def _worth(shown: View) -> list[Part]:
    """Strengths and limits, with the numbers of the method that is in force."""
    say, definitions = shown.say, load_definitions()
    method = definitions.method
    low, high = method.certainty.interval
    places = {
        "n": len(definitions.indicators),
        "peers": method.peers.least_peers,
        "replications": numbers.plain(method.certainty.replications),
        "share": numbers.setting(high - low),
        "withheld": numbers.setting(method.scores.withheld),
        "least": repository.LEAST,
        "proposal": method_words.PROPOSAL[shown.language],
    }
    sample = [html.P(say("help.sample"), className="help-sample")] if shown.demo else []
    halves = [
        _points(say("help.strengths"), [say(f"help.strength.{name}", **places) for name in STRENGTHS]),
        _points(say("help.limits"), [say(f"help.limit.{name}", **places) for name in LIMITS]),
    ]
    more = html.P(html.A(say("help.to_method"), href=urls.METHOD), className="more")
    return [*sample, html.Div(halves, className="halves"), more]


def _points(title: str, points: Sequence[str]) -> html.Div:
    return html.Div([html.H3(title), html.Ul([html.Li(point) for point in points], className="help-points")])


# Whom to ask, which keys, how to report ------------------------------------------------------------------------------


def _contact(shown: View) -> list[Part]:
    contact = load_help().contact
    if contact:
        return [html.P(contact[shown.language], className="help-contact")]
    return [
        html.P(shown.say("help.not_set"), className="help-contact"),
        html.P(shown.say("help.how_set"), className="note"),
    ]


def _keys(shown: View) -> list[Part]:
    rows = [
        html.Div(
            [html.Dt([html.Kbd(key) for key in keys]), html.Dd(shown.say(f"help.key.{name}"))],
        )
        for name, keys in KEYS
    ]
    return [html.Dl(rows, className="help-list help-keys")]


def _reporting(shown: View) -> list[Part]:
    """Step by step, with the way to the own return."""
    steps = html.Ol([html.Li([html.Strong(shown.say(f"help.step_what.{s}")), " ", shown.say(f"help.step_how.{s}")])
                     for s in STEPS], className="help-steps")  # fmt: skip
    if not (shown.place and shown.quarter):
        return [steps]
    quarter = numbers.quarter(shown.quarter, shown.language)
    link = html.A(shown.say("help.to_return", quarter=quarter), href=urls.return_path(shown.place, shown.quarter))
    return [steps, html.P(link, className="more")]
