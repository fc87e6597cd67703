"""What pages are made of: the bar of choices, lists, tables, lines, empty states."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import figures, numbers, permissions, urls
from dashboard.phrases import breakable
from dashboard.still import still
from dashboard.texts import HTML_LANG
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from indicators.definition import Definitions
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


def h1(title: Part, className: str | None = "page-title") -> html.H1:
    """A page's heading; the only place where one is made, so that none breaks within a Chinese word."""
    parts = [piece for part in _listed(title) for piece in (breakable(part) if isinstance(part, str) else [part])]
    return html.H1(parts if len(parts) > 1 else title, className=className)


def empty(title: str, text: str, *more: Part) -> html.Div:
    """A designed nothing: what will be here, and how it gets here."""
    return html.Div([h1(title, None), html.P(text), *more], className="empty")


def graph(
    view: View, figure: figures.Figure, caption: Part, label: str, code: str = "", picture_note: str = ""
) -> html.Figure:
    """A chart with its caption and the way to take it along as a picture (assets/pictures.js); the only place where a
    graph is made. `code`: the indicator, for the picture's name; `picture_note`: what the picture says of its marks,
    where the page says it elsewhere."""
    note = picture_note or (caption if isinstance(caption, str) else "")
    return html.Figure(
        [
            dcc.Graph(
                figure=figure,
                config=figures.graph_config(HTML_LANG[view.language]),  # type: ignore[arg-type]
                style={"height": f"{figure['layout']['height']}px"},
                className="graph",
            ),
            html.Figcaption([html.Span(caption), _pictures(view, label)]),
        ],
        className="chart",
        **aria(label=label),
        **data(title=label, name=code or "-".join(re.findall(r"\w+", label)), note=note),
    )


def _pictures(view: View, label: str) -> html.Span:
    """The buttons that take a chart along."""
    buttons = [
        html.Button(
            kind, type="button", **aria(label=view.say("chart.take", kind=kind, chart=label)), **data(kind=kind)
        )
        for kind in ("PNG", "SVG")
    ]
    return html.Span(buttons, className="pictures")


def table(head: Sequence[str], rows: Sequence[Sequence[Part]], numeric_from: int = 1, className: str = "") -> html.Div:
    """A plain table; columns from `numeric_from` on hold numbers."""

    def kind(place: int) -> str:
        return "number" if place >= numeric_from else ""

    return html.Div(
        html.Table(
            [
                html.Thead(html.Tr([_heading(words, kind(i)) for i, words in enumerate(head)])),
                html.Tbody([html.Tr([html.Td(cell, className=kind(i)) for i, cell in enumerate(row)]) for row in rows]),
            ],
            className=className,
        ),
        className="table-frame",
        tabIndex="0",
        role="group",  # no landmark: a page holds many, and a heading names none of them
        **aria(label=head[0]),
    )


def _heading(words: str, kind: str) -> html.Th | html.Td:
    """A column's heading; over a column that needs none an empty cell, which is no heading."""
    return html.Th(words, scope="col", className=kind) if words else html.Td(className=kind)


def twin(view: View, content: Component) -> html.Details:
    """The table that says the same as a chart."""
    return html.Details([html.Summary(view.say("chart.as_table")), still(content)], className="twin")


def downloads(view: View, state: State, name: str) -> html.P:
    """The table of that name as files, with the choices of the state."""
    links: list[Part] = [html.Span(view.say("file.download"))]
    for kind in ("xlsx", "csv"):
        address = urls.build(urls.table_path(name, kind), state)
        links.append(html.A(f".{kind}", href=address, download="", title=view.say(f"file.{kind}")))
    return html.P(links, className="downloads")


def indicator_link(view: View, state: State, code: str, words: str, publication: Publication | None = None) -> Part:
    """An indicator's name, which for who may open it leads to its page; resting on it explains it (assets/explainer.js). `publication`: whose
    indicator it is, where that is not the one which the state shows."""
    if not view.may(permissions.INDICATOR):
        return html.Span(words)
    carried = State(period=state.period, type=state.type, region=state.region, province=state.province)
    return html.A(
        words,
        href=urls.build(urls.indicator_path(code), carried),
        className="indicator",
        **explains(code, publication or view.publication(state)),
    )


def explains(code: str, publication: Publication | None) -> dict[str, Any]:
    """What makes an element explain an indicator, as the publication defines it (assets/explainer.js)."""
    return data(explains=code, at=publication.code if publication else "")


def report_links(view: View, state: State, base: str = "") -> html.P:
    """A base's report, or the quarter's bulletin: as a sheet to print and as a document. They are outside Dash."""
    links: list[Part] = [html.Span(view.say("report.base" if base else "report.bulletin"))]
    carried = State(period=state.period)
    for kind in ("html", "docx"):
        address = urls.build(urls.report_path(kind, base), carried)
        opens: dict[str, Any] = {"target": "_blank"} if kind == "html" else {"download": ""}
        links.append(html.A(view.say(f"report.as_{kind}"), href=address, **opens))
    return html.P(links, className="downloads")


def explained(
    view: View, publication: Publication | None, base_type: str, code: str, sentence: str, definitions: Definitions
) -> Part:
    """A sentence about a base of that type, whose indicator, where it names one, leads to its page and is explained.
    `definitions`: those of the publication, by which the sentence was worded."""
    if code not in definitions.indicators:
        return sentence
    before, name, after = sentence.partition(definitions.indicators[code].name[view.language])
    if not name:
        return sentence
    state = State(period=publication.period if publication else "", type=base_type)
    return html.Span([before, indicator_link(view, state, code, name, publication), after])


def sparkline(
    values: Sequence[float | None], size: tuple[int, int] = SIZES, complete: bool = True, least: float = 0.0
) -> html.Span | None:
    """A grey line with its last point in the accent. A last value that is not complete is a hollow point apart from the
    line: a sum over whoever has reported falls, which is no fall. The line is a mask, so that it follows the theme.
    `least`: what the height stands for at least, so that small ups and downs stay small."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    width, height = size
    low, high = min(known), max(known)
    reach = max(high - low, least) or 1.0
    low -= (reach - (high - low)) / 2
    step = (width - 8) / max(1, len(values) - 1)
    spots = [
        (4 + place * step, 4 + (height - 8) * (1 - (value - low) / reach))
        for place, value in enumerate(values)
        if value is not None
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (spots if complete else spots[:-1]))
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
    return view.say(
        "count.bases_one" if expected == 1 else "count.bases", n=numbers.plain(bases), of=numbers.plain(expected)
    )
