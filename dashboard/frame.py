"""The frame of every page: head, navigation, the bar of choices, foot."""

from typing import Any, Literal
from urllib.parse import urlencode

from dash import html

from dashboard import beyond, numbers, permissions, urls
from dashboard import components as c
from dashboard.components import Part
from dashboard.still import Input
from dashboard.texts import HTML_LANG
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from indicators.repository import Publication

PROGRAMME = [
    (urls.ACCOUNTS, permissions.ACCOUNTS),
    (urls.PERIODS, permissions.PERIODS),
    (urls.OVERVIEW, permissions.OVERVIEW),
    (urls.RANKINGS, permissions.RANKINGS),
    (urls.RUG, permissions.RUG),
    (urls.REGIONS, permissions.REGION),
    (urls.INDICATORS, permissions.INDICATOR),
    (urls.FLAGS, permissions.FLAGS),
    (urls.CASES, permissions.CASES),
    (urls.BOARD, permissions.BOARD),
    (urls.REVIEW, permissions.REVIEW),
    (urls.AUDIT, permissions.AUDIT),
    (urls.METHOD, permissions.METHOD),
    (urls.HELP, permissions.HELP),
]
"""The navigation of who looks at many bases, or looks after the programme's accounts and quarters."""
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
    """A whole page: head, navigation, the bar of choices, content. `here`: the page's path, empty for a refusal, which
    has nothing to choose and no link worth sending; `address`: what leads back
    to it, where that holds more than the state; `publication`: what the page is about, where that is not what is shown for
    the chosen quarter; None: no single one."""
    if publication == CHOSEN:
        publication = view.publication(state)
    address = address or urls.build(here, state)
    return html.Div(
        [
            html.A(view.say("frame.skip"), href="#content", className="skip"),
            html.Header(
                [
                    _brand(view, publication),
                    _search(view) if view.may(permissions.SEARCH) else None,
                    _tools(view, address),
                ],
                className="head",
            ),
            html.Div(
                [_navigation(view, state, here), _choices(view, choices) if here else None],
                className="bar",
            ),
            html.Main([beyond.told(view), *_listed(children)], id="content", tabIndex="-1"),
            _foot(view),
        ],
        className="page",
        **_quoted(view, publication),
    )


def _listed(children: Part) -> list[Part]:
    return children if isinstance(children, list) else [children]


def _quoted(view: View, publication: Publication | None) -> dict[str, Any]:
    """What a picture of a chart says of where it comes from, for assets/pictures.js; and the quarter that is shown, for a
    link that is copied."""
    if publication is None:
        return {}
    words = [numbers.quarter(publication.period, view.language), vintage(view, publication), _as_of(view, publication)]
    words += [load_form().programme.name[view.language], view.say("frame.product")]
    return c.data(quoted=view.say("list.middot").join(words), publication=publication.code, period=publication.period)


def vintage(view: View, publication: Publication) -> str:
    """The status of the figures in words."""
    words = view.say(f"vintage.{publication.vintage}")
    return view.say("vintage.unsigned", vintage=words) if publication.unsigned else words


def _as_of(view: View, publication: Publication) -> str:
    return view.say("frame.as_of", day=numbers.day(publication.created_at, view.language))


def _search(view: View) -> html.Form:
    """The field that finds bases, indicators, places and pages (assets/search.js); without a script it leads to the page
    of results."""
    say = view.say
    field = Input(
        type="search", name="q", id="search", placeholder=say("search.placeholder"), autoComplete="off", maxLength=80,
        role="combobox",
        **c.aria(label=say("search.label"), expanded="false", controls="search-found", autocomplete="list"),
        **c.data(none=say("search.none", q="{q}"), count=say("search.count", n="{n}"), failed=say("search.failed")),
    )  # fmt: skip
    found = html.Div(id="search-found", role="listbox", hidden=True, **c.aria(label=say("search.results")))
    return html.Form(
        [
            field,
            html.Kbd("/", title=say("search.key"), **c.aria(hidden="true")),
            found,
            html.Div(id="search-told", className="unseen", role="status"),
        ],
        action=urls.SEARCH,
        method="get",
        role="search",
        className="search",
    )


def _copy_link(view: View) -> html.Button:
    words = view.say("frame.copy_link")
    return html.Button(
        [html.Span(className="link-mark", **c.aria(hidden="true")), html.Span(words, **c.aria(live="polite"))],
        type="button",
        className="copy-link",
        title=view.say("frame.copy_link_help"),
        **c.data(copied=view.say("frame.copied"), failed=view.say("frame.not_copied")),
    )


def _choices(view: View, choices: Part) -> html.Section:
    """What is shown, to be changed; and the address of that, to be sent."""
    parts = [html.Div(choices) if choices else None, _copy_link(view)]
    return html.Section(parts, className="choices", **c.aria(label=view.say("frame.choices")))


def _brand(view: View, publication: Publication | None) -> Part:
    parts: list[Part] = [html.A(view.say("frame.product"), href=urls.home(view.role), className="product")]
    if publication:
        quarter = numbers.quarter(publication.period, view.language)
        parts.append(html.Span(quarter, className="quarter"))
        parts.append(
            html.A(
                vintage(view, publication),
                href=urls.build(urls.HELP, State(period=publication.period)) + "#status",
                className="vintage",
                title=view.say("help.about_figures"),
            )
        )
        parts.append(html.Span(_as_of(view, publication), className="as-of"))
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
                [
                    html.A(view.name, href=urls.PASSWORD, className="who", title=view.say("password.title")),
                    html.Span(_role(view), className="role"),
                ],
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
        for path, what in entries(view)
    ]
    return html.Nav(links, **c.aria(label=view.say("frame.navigation")))


def entries(view: View) -> list[tuple[str, str]]:
    """(path, what it opens) of all that the viewer may open."""
    return [(path, what) for path, what in _entries(view) if view.may(what)]


def _entries(view: View) -> list[tuple[str, str]]:
    """A base sees its own affairs, the others the programme."""
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
    more = html.A(view.say("help.about_figures"), href=urls.HELP)
    return html.Footer([html.Span(load_form().programme.name[view.language]), proposal, more])
