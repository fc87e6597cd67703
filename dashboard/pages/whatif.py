"""What if the weights, the scale or the mean were others? For the viewer alone: the address holds the choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import html

from dashboard import components as c
from dashboard import numbers, since_then, states, urls
from dashboard.chosen_weights import (
    OPTIONS,
    UNKNOWN,
    WEIGHT,
    Misread,
    address,
    most,
    read_choice,
    weights_of,
    written,
)
from dashboard.components import Part
from dashboard.frame import page
from dashboard.pages.ranking_rows import with_type
from dashboard.still import Input, still
from dashboard.urls import WHAT_IF, State
from dashboard.view import View
from indicators.catalogue import NotKept
from indicators.definition import Definitions
from indicators.repository import Publication
from indicators.repository.made_with import MadeWith, made_with
from indicators.repository.whatif import WhatIfRanking, WhatIfRow, other_ranking
from indicators.whatif import AS_PUBLISHED, MEAN_NAMES, MOST_FACTOR, SCALE_NAMES, Choice, NoIndex

NAMED = 5
"""So many choices that are not understood are named."""
SLIDER = 100
"""Where a slider ends, unless less is the most that can be given, or more is published."""


def render(shown: View, query: Mapping[str, str]) -> Part:
    """The page for a viewer and the choices in its address."""
    state = with_type(shown, shown.state(query))
    publication = shown.publication(state)
    if publication is None:
        return page(shown, state, WHAT_IF, states.nothing_published(shown))
    choices = [
        c.choose_quarter(shown, state, WHAT_IF),
        c.choose_type(shown, state, WHAT_IF, all_types=False),
    ]
    try:
        made: MadeWith = shown.ask_now(made_with, publication)
    except NotKept as error:
        return page(shown, state, WHAT_IF, _not_kept(shown, state, error), choices)
    weights = weights_of(made.definitions, state.type)
    choice, misread = read_choice(query, weights)
    found = _Found(made, weights, choice, misread)
    content = _content(shown, state, publication, found)
    return page(shown, state, WHAT_IF, content, choices, address(state, choice, weights))


@dataclass(frozen=True)
class _Found:
    """What the publication was made with, its weights, and what the address asks for."""

    made: MadeWith
    weights: Mapping[str, float]
    choice: Choice
    misread: tuple[Misread, ...]


def _not_kept(shown: View, state: State, error: Exception) -> Part:
    ranking = urls.build(urls.RANKINGS, State(period=state.period, type=state.type))
    link = html.P(html.A(shown.say("nav.rankings"), href=ranking))
    reason = html.Pre(str(error), lang="en")
    return c.empty(shown.say("whatif.not_kept"), shown.say("whatif.not_kept_help"), reason, link)


# The page -------------------------------------------------------------------------------------------------------------


def _content(shown: View, state: State, publication: Publication, found: _Found) -> Part:
    say, language = shown.say, shown.language
    kind, quarter = found.made.form.types[state.type].name[language], numbers.quarter(publication.period, language)
    head = [
        c.h1(say("whatif.title", type=kind, quarter=quarter)),
        html.P(say("whatif.lead"), className="lead"),
        since_then.note(shown, publication, found.made, state.type),
        _misread(shown, found),
    ]
    try:
        ranking: WhatIfRanking = shown.ask(other_ranking, publication, state.type, found.choice)
        result = _result(shown, state, found, ranking)
    except NoIndex:
        result = html.P(say("whatif.no_index"), className="told bad", role="status")
    return [*head, html.Div([_form(shown, state, found), result], className="what-if")]


def _misread(shown: View, found: _Found) -> Part:
    """What of the address is not understood, and what is allowed."""
    if not found.misread:
        return None
    lines = [html.Li(_allowed(shown, found, one)) for one in found.misread[:NAMED]]
    more = len(found.misread) - NAMED
    if more > 0:
        lines.append(html.Li(shown.say("whatif.misread.more", n=more)))
    return html.Div(
        [html.P(shown.say("whatif.misread.title")), html.Ul(lines)], className="told bad misread", role="status"
    )


def _allowed(shown: View, found: _Found, one: Misread) -> str:
    say = shown.say
    if one.why in OPTIONS:
        allowed = say("list.semicolon").join(
            say("whatif.misread.option", code=code, name=say(f"whatif.choice.{one.why}_{code}"))
            for code in OPTIONS[one.why]
        )
        return say(f"whatif.misread.{one.why}", given=one.given, allowed=allowed)
    if one.why == UNKNOWN:
        return say("whatif.misread.unknown", given=one.given)
    published = found.weights[one.code]
    return say(
        f"whatif.misread.{one.why}",
        given=one.given,
        name=found.made.definitions.name(one.code)[shown.language],
        weight=written(published),
        most=written(most(published)),
        times=written(MOST_FACTOR),
    )


def _form(shown: View, state: State, found: _Found) -> Part:
    """The choices; whatif.js goes to the address that they make as soon as one changes."""
    say, definitions, language = shown.say, found.made.definitions, shown.language
    choice, weights = found.choice, found.weights
    now = {code: weight * choice.factors.get(code, 1.0) for code, weight in weights.items()}
    pillars = [code for code in weights if code in definitions.pillars]
    total = sum(now[code] for code in pillars)
    parts: list[Part] = [
        html.Fieldset(
            [
                html.Legend(say("whatif.pillars")),
                *(
                    _slider(shown, code, definitions.pillars[code].name[language], now, weights, total)
                    for code in pillars
                ),
            ]
        ),
        _radios(shown, "scale", SCALE_NAMES, choice.scale, AS_PUBLISHED[0]),
        _radios(shown, "mean", MEAN_NAMES, choice.mean, AS_PUBLISHED[1]),
        *(_singles(shown, definitions, code, now, weights) for code in pillars),
        html.Div(
            [
                html.Button(say("whatif.show"), type="submit", className="button main"),
                None if choice.as_published else html.A(say("whatif.reset"), href=urls.build(WHAT_IF, state)),
            ],
            className="actions",
        ),
        Input(type="hidden", name="type", value=state.type),
        Input(type="hidden", name="period", value=state.period) if state.period else None,
    ]
    # The key makes a new form for a new address, so that it always says what is shown.
    key = " ".join([address(state, choice, weights), *(one.given for one in found.misread)])
    form = html.Form(parts, action=WHAT_IF, method="get", className="what-if-form", key=key)
    return still(form)


def _slider(
    shown: View, code: str, name: str, now: Mapping[str, float], published: Mapping[str, float], total: float
) -> html.Div:
    share = 100 * now[code] / total if total else 0.0
    field = f"{WEIGHT}{code}"
    was = shown.say("whatif.published", weight=written(published[code]))
    return html.Div(
        [
            html.Label([name, html.Span(was, className="note")], htmlFor=field),
            Input(
                type="range", id=field, name=field, min=0, max=written(_end(published[code], now[code])), step=_step(published[code]),
                value=written(now[code]),
                **c.data(published=written(published[code])),
            ),
            Input(
                type="number", id=f"{field}-exact", className="exact", min=0, max=written(most(published[code])), step="any",
                value=written(now[code]),
                **c.aria(label=shown.say("whatif.exact", name=name)), **c.data(of=field),
            ),
            html.Output(shown.say("whatif.share", n=round(share)), htmlFor=field),
        ],
        className="weight",
    )  # fmt: skip


def _end(weight: float, now: float) -> float:
    """Of a pillar's slider: it reaches what the address asks for."""
    return max(min(most(weight), max(SLIDER, weight)), now)


def _step(weight: float) -> str:
    """Whole weights, unless the published one is none: a slider cannot stand between its steps."""
    return "1" if weight == int(weight) else "any"


def _radios(shown: View, name: str, options: Sequence[str], now: str, published: str) -> html.Fieldset:
    lines = [
        html.Label(
            [
                Input(
                    type="radio", name=name, id=f"{name}-{option}", value=option, checked=option == now,
                    **c.data(published=published),
                ),
                html.Span(
                    [
                        shown.say(f"whatif.choice.{name}_{option}"),
                        html.Span(shown.say("whatif.as_published"), className="note") if option == published else None,
                    ]
                ),
            ],
            className="choice-line",
        )
        for option in options
    ]  # fmt: skip
    return html.Fieldset([html.Legend(shown.say(f"whatif.choose.{name}")), *lines])


def _singles(
    shown: View, definitions: Definitions, pillar: str, now: Mapping[str, float], published: Mapping[str, float]
) -> html.Details:
    """The weights of a pillar's indicators among themselves."""
    language = shown.language
    lines = [
        html.Div(
            [
                html.Label(indicator.name[language], htmlFor=f"{WEIGHT}{indicator.code}"),
                Input(
                    type="number", id=f"{WEIGHT}{indicator.code}", name=f"{WEIGHT}{indicator.code}", min=0,
                    max=written(most(published[indicator.code])), step="any", value=written(now[indicator.code]),
                    **c.data(published=written(published[indicator.code])),
                ),
            ],
            className="single",
        )
        for indicator in definitions.of_pillar(pillar)
        if indicator.code in published
    ]  # fmt: skip
    changed = any(now[i.code] != published[i.code] for i in definitions.of_pillar(pillar) if i.code in published)
    name = definitions.pillars[pillar].name[language]
    summary = html.Summary(shown.say("whatif.within", pillar=name))
    return html.Details([summary, *lines], className="twin", open=changed or None)


# What comes of it -----------------------------------------------------------------------------------------------------


def _result(shown: View, state: State, asked: _Found, found: WhatIfRanking) -> html.Div:
    say, choice = shown.say, asked.choice
    if choice.as_published and not found.moved:
        told = say("whatif.as_it_is")
    else:
        told = say(
            "whatif.moves",
            n=numbers.plain(found.moved),
            of=numbers.plain(found.n),
            mean=numbers.plain(found.mean_move, 1),
            most=numbers.plain(found.largest_move),
        )
    rows = found.rows[: state.shown]
    head = [say(f"whatif.column.{name}") for name in ("rank", "base", "change", "interval", "published", "index")]
    more = None
    if (left := len(found.rows) - state.shown) > 0:
        further = address(state.with_(shown=state.shown + urls.STEP), choice, asked.weights)
        words = say("whatif.more", n=min(urls.STEP, left), left=left)
        more = html.P(html.A(words, href=further), className="more")
    table = html.Table(
        [
            html.Thead(html.Tr([html.Th(words, scope="col", className=KINDS[i]) for i, words in enumerate(head)])),
            html.Tbody([_row(shown, state, row, found.n) for row in rows]),
        ],
        className="what-if-table",
    )
    return html.Div(
        [
            html.P(told, className="what-if-told", role="status"),
            html.P(_key(shown, choice, found), className="note what-if-key"),
            still(html.Div(table, className="table-frame")),
            more,
        ]
    )


def _key(shown: View, choice: Choice, found: WhatIfRanking) -> list[Part]:
    """How to read the bars; the ghost, once there is one."""
    told: list[Part] = [shown.say("whatif.intervals", n=numbers.plain(found.replications))]
    return told if choice.as_published else [*told, " ", html.I(className="ghost"), " ", shown.say("whatif.ghost")]


KINDS = ("number", "", "number", "", "number more", "number more")
"""The last two are left out where there is no room."""


def _row(shown: View, state: State, row: WhatIfRow, n: int) -> html.Tr:
    address = urls.build(urls.base_path(row.member.code), State(period=state.period))
    return html.Tr(
        [
            html.Td(numbers.NONE if row.rank is None else str(row.rank), className="number rank"),
            html.Th(html.A(row.member.name[shown.language], href=address), scope="row"),
            html.Td(_change(row.change), className="number"),
            html.Td(_interval(shown, row, n)),
            html.Td(numbers.NONE if row.before is None else str(row.before), className="number more"),
            html.Td(numbers.score(row.index), className="number more"),
        ]
    )


def _change(places: int | None) -> Part:
    if not places:
        return numbers.NONE
    return html.Span(f"{'▲' if places > 0 else '▼'} {abs(places)}", className="better" if places > 0 else "worse")


def _interval(shown: View, row: WhatIfRow, n: int) -> Part:
    """The interval on the way from the first place to the last, with the published rank as a ghost; and in figures for
    those who hear the page."""
    if row.rank is None or row.low is None or row.high is None:
        return None

    def spot(place: float) -> float:
        return (place - 1) / max(1, n - 1) * 100

    words = shown.say("whatif.from_to", low=numbers.plain(row.low, 0), high=numbers.plain(row.high, 0))
    if row.change:
        words += shown.say("whatif.was", rank=row.before)
    width = f"{spot(row.high) - spot(row.low):.2f}%"
    return html.Span(
        [
            html.Span(style={"left": f"{spot(row.low):.2f}%", "width": width}),
            html.I(className="ghost", style={"left": f"{spot(row.before):.2f}%"})
            if row.before and row.change
            else None,
            html.I(style={"left": f"{spot(row.rank):.2f}%"}),
        ],
        className="interval",
        role="img",
        title=words,
        **c.aria(label=words),
    )
