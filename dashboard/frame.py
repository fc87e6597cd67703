"""The frame of every page: head, navigation, the bar of choices, foot."""

from typing import Literal
from urllib.parse import urlencode

from dash import html

from dashboard import components as c
from dashboard import numbers, permissions, urls
from dashboard.components import Part
from dashboard.texts import HTML_LANG
from dashboard.urls import State
from dashboard.view import View
from etl.clock import local
from etl.form import load_form
from indicators.repository import Publication

PROGRAMME = [
    (urls.OVERVIEW, permissions.OVERVIEW),
    (urls.RANKINGS, permissions.RANKINGS),
    (urls.RUG, permissions.RUG),
    (urls.REGIONS, permissions.REGION),
    (urls.INDICATORS, permissions.INDICATOR),
    (urls.FLAGS, permissions.FLAGS),
    (urls.CASES, permissions.CASES),
    (urls.BOARD, permissions.BOARD),
    (urls.REVIEW, permissions.REVIEW),
    (urls.METHOD, permissions.METHOD),
    (urls.HELP, permissions.HELP),
]
"""The navigation of who looks at many bases."""
OWN = [
    (urls.CASES, permissions.CASES),
    (urls.OVERVIEW, permissions.OVERVIEW),
    (urls.RANKINGS, permissions.RANKINGS),
    (urls.INDICATORS, permissions.INDICATOR),
    (urls.METHOD, permissions.METHOD),
    (urls.HELP, permissions.HELP),
]
"""What follows a base's own affairs in its navigation."""


CHOSEN: Literal["chosen"] = "chosen"


def page(
    view: View,
    state: State,
    here: str,
    children: Part,
    choices: Part = None,
    address: str | None = None,
    publication: Publication | Literal["chosen"] | None = CHOSEN,
) -> html.Div:
    """A whole page: head, navigation, the bar of choices, content. `here`: the page's path; `address`: what leads back
    to it, where that holds more than the state; `publication`: what the page is about, where that is not what is shown for
    the chosen quarter; None: no single one."""
    if publication == CHOSEN:
        publication = view.publication(state)
    address = address or urls.build(here, state)
    return html.Div(
        [
            html.A(view.say("frame.skip"), href="#content", className="skip"),
            html.Header([_brand(view, publication), _tools(view, address)], className="head"),
            html.Div(
                [_navigation(view, state, here), _choices(view, choices)],
                className="bar",
            ),
            html.Main(children, id="content", tabIndex="-1"),
            _foot(view),
        ],
        className="page",
    )


def _choices(view: View, choices: Part) -> html.Section | None:
    named = c.aria(label=view.say("frame.choices"))
    return html.Section(choices, className="choices", **named) if choices else None


def _brand(view: View, publication: Publication | None) -> Part:
    parts: list[Part] = [html.A(view.say("frame.product"), href="/", className="product")]
    if publication:
        quarter = numbers.quarter(publication.period, view.language)
        parts.append(html.Span(quarter, className="quarter"))
        vintage = view.say(f"vintage.{publication.vintage}")
        words = view.say("vintage.unsigned", vintage=vintage) if publication.unsigned else vintage
        parts.append(html.A(words, href=urls.PUBLICATIONS, className="vintage", title=view.say("nav.publications")))
        parts.append(
            html.Span(
                view.say("frame.as_of", day=numbers.day(local(publication.created_at), view.language)),
                className="as-of",
            )
        )
    return html.Div(parts, className="brand")


def _tools(view: View, address: str) -> html.Div:
    other = "zh" if view.language == "en" else "en"
    return html.Div(
        [
            html.Form(
                html.Button(
                    view.say("frame.other_language"), type="submit", name="language", value=other, lang=HTML_LANG[other]
                ),
                action=f"/language?{urlencode({'next': address})}",
                method="post",
            ),
            html.Button(
                "◐", id="theme", type="button", title=view.say("frame.theme"), **c.aria(label=view.say("frame.theme"))
            ),
            html.Span(
                [html.Span(view.name, className="who"), html.Span(_role(view), className="role")],
                className="account",
            ),
            html.Form(html.Button(view.say("frame.sign_out"), type="submit"), action="/logout", method="post"),
        ],
        className="tools",
    )


def _role(view: View) -> str:
    place = ""
    if permissions.BOUND_TO.get(view.role) == "province" and view.place in load_form().provinces:
        place = load_form().provinces[view.place].name[view.language]
    role = view.say(f"role.{view.role}")
    return view.say("frame.role_of_place", role=role, place=place) if place else role


def _navigation(view: View, state: State, here: str) -> html.Nav:
    carried = State(period=state.period, type=state.type, region=state.region, province=state.province)
    links = [
        html.A(
            [view.say(f"nav.{what}"), _waits(view, what)],
            href=urls.build(path, carried),
            **c.current(urls.same_page(path, here)),
        )
        for path, what in _entries(view)
        if view.may(what)
    ]
    return html.Nav(links, **c.aria(label=view.say("frame.navigation")))


def _entries(view: View) -> list[tuple[str, str]]:
    """(path, what it opens): a base sees its own affairs, the others the programme."""
    if permissions.BOUND_TO.get(view.role) != "base" or not view.place:
        return PROGRAMME
    own = [(urls.base_path(view.place), permissions.BASE)]
    if quarter := view.quarter:
        own.append((urls.return_path(view.place, quarter), permissions.RETURN))
        own.append((urls.return_path(view.place, quarter, "peers"), permissions.PEERS))
    return [*own, *OWN]


def _waits(view: View, what: str) -> Part:
    """Beside the navigation's word: how much waits for the viewer there, or that the own return waits."""
    waiting = {permissions.REVIEW: "waiting", permissions.RETURN: "waiting", permissions.CASES: "cases_waiting"}
    number = getattr(view, waiting[what]) if what in waiting else 0
    if not number:
        return None
    if what == permissions.RETURN:
        words, mark = view.say("frame.to_do"), "!"
    else:
        key = "frame.waiting_one" if number == 1 else "frame.waiting"
        words, mark = view.say(key, n=number), numbers.plain(number)
    hidden = html.Span(mark, title=words, **c.aria(hidden="true"))
    return html.Span([hidden, html.Span(f" {words}", className="unseen")], className="waits")


def _foot(view: View) -> html.Footer:
    proposal = html.Span([view.say("frame.proposal"), " ", html.A(view.say("frame.method"), href=urls.METHOD)])
    return html.Footer([html.Span(load_form().programme.name[view.language]), proposal])
