"""What pages are made of: the frame, the bar of choices, lists, tables, lines, empty states."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from dash import dcc, html

from dashboard import figures, numbers, permissions, urls
from dashboard.texts import HTML_LANG
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from indicators.repository import Publication
from indicators.scope import PROVINCE, REGION

Part = Any
"""A Dash component, a text, or a list of them."""
SIZES = (132, 36)


def aria(**named: str) -> dict[str, Any]:
    """Attributes for those who hear the page: aria(label="…") → {"aria-label": "…"}."""
    return {f"aria-{name}": value for name, value in named.items()}


def data(**named: object) -> dict[str, Any]:
    """What scripts read from an element: data(too_large="…") → {"data-too-large": "…"}."""
    return {f"data-{name.replace('_', '-')}": str(value) for name, value in named.items()}


def current(here: bool) -> dict[str, Any]:
    """How a link says that it leads to what is already shown."""
    return aria(current="true") if here else {}


# The frame ---------------------------------------------------------------------------------------------------------


def page(
    view: View, state: State, here: str, children: Part, choices: Part = None, address: str | None = None
) -> html.Div:
    """A whole page: head, navigation, the bar of choices, content. `here`: the page's path; `address`: what leads back
    to it, where that holds more than the state."""
    address = address or urls.build(here, state)
    return html.Div(
        [
            html.A(view.say("frame.skip"), href="#content", className="skip"),
            html.Header([_brand(view, state), _tools(view, address)], className="head"),
            html.Div(
                [_navigation(view, state, here), html.Div(choices, className="choices") if choices else None],
                className="bar",
            ),
            html.Main(children, id="content", tabIndex="-1"),
            _foot(view),
        ],
        className="page",
    )


def _brand(view: View, state: State) -> Part:
    publication = view.publication(state)
    parts: list[Part] = [html.A(view.say("frame.product"), href="/", className="product")]
    if publication:
        quarter = numbers.quarter(publication.period, view.language)
        parts.append(html.Span(quarter, className="quarter"))
        vintage = view.say(f"vintage.{publication.vintage}")
        words = view.say("vintage.unsigned", vintage=vintage) if publication.unsigned else vintage
        parts.append(html.A(words, href=urls.PUBLICATIONS, className="vintage", title=view.say("nav.publications")))
        parts.append(
            html.Span(
                view.say("frame.as_of", day=numbers.day(publication.created_at, view.language)), className="as-of"
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
                "◐", id="theme", type="button", title=view.say("frame.theme"), **aria(label=view.say("frame.theme"))
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
    entries = [
        (urls.OVERVIEW, permissions.OVERVIEW),
        (urls.RANKINGS, permissions.RANKINGS),
        (urls.FLAGS, permissions.FLAGS),
    ]
    if view.may(permissions.BOARD):
        entries += [(urls.BOARD, permissions.BOARD), (urls.REVIEW, permissions.REVIEW)]
    entries += [(urls.CASES, permissions.CASES), (urls.METHOD, permissions.METHOD)]
    if permissions.BOUND_TO.get(view.role) == "base" and view.place:
        entries.insert(0, (urls.base_path(view.place), permissions.BASE))
        if quarter := view.quarter:
            entries.insert(1, (urls.return_path(view.place, quarter), permissions.RETURN))
            entries.insert(2, (urls.return_path(view.place, quarter, "peers"), permissions.PEERS))
    links = [
        html.A(
            [view.say(f"nav.{what}"), _waits(view, what)],
            href=urls.build(path, carried),
            **current(urls.same_page(path, here)),
        )
        for path, what in entries
        if view.may(what)
    ]
    return html.Nav(links, **aria(label=view.say("frame.navigation")))


def _waits(view: View, what: str) -> Part:
    """Beside the navigation's word: how much waits for the viewer there, or that the own return waits."""
    waiting = {permissions.REVIEW: "waiting", permissions.RETURN: "waiting", permissions.CASES: "cases_waiting"}
    number = getattr(view, waiting[what]) if what in waiting else 0
    if not number:
        return None
    if what == permissions.RETURN:
        words, mark = view.say("frame.to_do"), "!"
    else:
        words, mark = view.say("frame.waiting", n=number), numbers.plain(number)
    hidden = html.Span(mark, title=words, **aria(hidden="true"))
    return html.Span([hidden, html.Span(f" {words}", className="unseen")], className="waits")


def _foot(view: View) -> html.Footer:
    proposal = html.Span([view.say("frame.proposal"), " ", html.A(view.say("frame.method"), href=urls.METHOD)])
    return html.Footer([html.Span(load_form().programme.name[view.language]), proposal])


# The bar of choices: each choice is an address -----------------------------------------------------------------------


def chooser(label: str, options: Sequence[tuple[str, Any]], now: str, name: str) -> html.Label:
    """A list to choose from. Options are (address, words) or (words, [(address, words) …]) for a group."""
    children: list[Part] = []
    for option in options:
        if isinstance(option[1], list):
            children.append(
                html.Optgroup([_option(address, words, now) for address, words in option[1]], label=option[0])
            )
        else:
            children.append(_option(option[0], option[1], now))
    # The key makes a new element for a new address: a list the person has touched would otherwise keep its own mind.
    return html.Label(
        [html.Span(label), html.Select(children, key=f"{name}|{now}", id=f"choose-{name}", className="go")],
        className="chooser",
    )


def _option(address: str, words: str, now: str) -> html.Option:
    return html.Option(words, value=address, selected="selected" if address == now else None)


def choose_quarter(view: View, state: State, here: str) -> html.Label:
    publication = view.publication(state)
    now = urls.build(here, state.with_(period=publication.period if publication else ""))
    options = [
        (urls.build(here, state.with_(period=known.period)), numbers.quarter(known.period, view.language))
        for known in reversed(view.published)
    ]
    return chooser(view.say("choose.quarter"), options, now, "quarter")


def choose_type(view: View, state: State, here: str, all_types: bool = True) -> html.Div:
    """The types side by side, as links."""
    types = [("", view.say("choose.all_types"))] if all_types else []
    types += [(code, kind.name[view.language]) for code, kind in load_form().types.items()]
    return segments(
        view.say("choose.type"),
        [(urls.build(here, state.with_(type=code)), words, code == state.type) for code, words in types],
    )


def segments(label: str, entries: Sequence[tuple[str, str, bool]]) -> html.Div:
    """A few choices side by side: (address, words, whether it is the chosen one)."""
    links = [html.A(words, href=address, **current(here)) for address, words, here in entries]
    return html.Div(links, className="segments", role="group", **aria(label=label))


def choose_area(view: View, state: State, here: str) -> html.Label | None:
    """Regions and provinces that the viewer may see; nothing when there is no choice."""
    form, language = load_form(), view.language

    def address(region: str = "", province: str = "") -> str:
        return urls.build(here, state.with_(region=region, province=province))

    regions = [
        (address(region=c), r.name[language]) for c, r in form.regions.items() if view.scope.allows_area(REGION, c)
    ]
    provinces = [
        (address(province=c), p.name[language])
        for c, p in form.provinces.items()
        if view.scope.allows_area(PROVINCE, c)
    ]
    if not regions and not provinces:
        return None
    options: list = [(address(), view.say("choose.everywhere"))]
    options += [(view.say("choose.regions"), regions)] if regions else []
    options += [(view.say("choose.provinces"), provinces)] if provinces else []
    return chooser(view.say("choose.area"), options, address(state.region, state.province), "area")


def area_name(view: View, state: State) -> str:
    form = load_form()
    if state.province:
        return form.provinces[state.province].name[view.language]
    return form.regions[state.region].name[view.language] if state.region else ""


# Pieces --------------------------------------------------------------------------------------------------------------


def section(title: Part, children: Part, note: Part = None, className: str = "", **rest: Any) -> html.Section:
    """A part of a page under its heading."""
    heading = html.Div([html.H2(title), html.Div(note, className="note") if note else None], className="section-head")
    return html.Section([heading, *_listed(children)], className=className, **rest)


def _listed(children: Part) -> list:
    return children if isinstance(children, list) else [children]


def empty(title: str, text: str, *more: Part) -> html.Div:
    """A designed nothing: what will be here, and how it gets here."""
    return html.Div([html.H1(title), html.P(text), *more], className="empty")


def graph(view: View, figure: figures.Figure, caption: Part, label: str) -> html.Figure:
    """A chart with its caption; the only place where a graph is made."""
    return html.Figure(
        [
            dcc.Graph(
                figure=figure,
                config=figures.graph_config(HTML_LANG[view.language]),  # type: ignore[arg-type]
                style={"height": f"{figure['layout']['height']}px"},
                className="graph",
            ),
            html.Figcaption(caption) if caption else None,
        ],
        className="chart",
        **aria(label=label),
    )


def table(head: Sequence[str], rows: Sequence[Sequence[Part]], numeric_from: int = 1, className: str = "") -> html.Div:
    """A plain table; columns from `numeric_from` on hold numbers."""

    def kind(place: int) -> str:
        return "number" if place >= numeric_from else ""

    return html.Div(
        html.Table(
            [
                html.Thead(html.Tr([html.Th(words, scope="col", className=kind(i)) for i, words in enumerate(head)])),
                html.Tbody([html.Tr([html.Td(cell, className=kind(i)) for i, cell in enumerate(row)]) for row in rows]),
            ],
            className=className,
        ),
        className="table-frame",
        tabIndex="0",
        role="region",
        **aria(label=head[0]),
    )


def twin(view: View, content: Part) -> html.Details:
    """The table that says the same as a chart."""
    return html.Details([html.Summary(view.say("chart.as_table")), content], className="twin")


def sparkline(values: Sequence[float | None], size: tuple[int, int] = SIZES, complete: bool = True) -> html.Span | None:
    """A grey line with its last point in the accent, hollow when that value is not complete. The line is a mask, so that it follows the theme."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    width, height = size
    low, high = min(known), max(known)
    reach = (high - low) or 1.0
    step = (width - 8) / max(1, len(values) - 1)
    spots = [
        (4 + place * step, 4 + (height - 8) * (1 - (value - low) / reach))
        for place, value in enumerate(values)
        if value is not None
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<polyline points="{points}" fill="none" stroke="#000" stroke-width="1.5" stroke-linejoin="round"/></svg>'
    )
    mask = f'url("data:image/svg+xml,{quote(picture)}")'
    x, y = spots[-1]
    return html.Span(
        [
            html.Span(className="line", style={"maskImage": mask, "WebkitMaskImage": mask}),
            html.Span(
                className="point" if complete else "point open", style={"left": f"{x:.1f}px", "top": f"{y:.1f}px"}
            ),
        ],
        className="sparkline",
        style={"width": f"{width}px", "height": f"{height}px"},
        **aria(hidden="true"),
    )


def base_link(view: View, code: str, words: str, publication: Publication) -> html.A:
    period = "" if publication is view.published[-1] else publication.period
    return html.A(words, href=urls.build(urls.base_path(code), State(period=period)))


def counted(view: View, bases: int, expected: int) -> str:
    """ "198 of 212 bases"."""
    return view.say("count.bases", n=numbers.plain(bases), of=numbers.plain(expected))
