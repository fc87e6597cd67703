"""How the own base stands among the others of its type, once its return is accepted: what a base gets back."""

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard import components as c
from dashboard import numbers, return_words, spine, states, urls
from dashboard.components import Part
from dashboard.frame import page
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from etl.versions import ACCEPTED, FINAL
from indicators import repository
from indicators.repository import IndicatorRow, Profile, Publication, Spread, UnknownBase
from indicators.repository.quarters import quarters_asked
from indicators.scope import NotAllowed

PATH = "/returns/<of_base>/<of_quarter>/peers"
A_YEAR = 4


def render(shown: View, query: Mapping[str, str], base_code: str, quarter: str) -> Part:
    """The page for a viewer and the choices in its address."""
    state, here = shown.state(query), urls.return_path(base_code, quarter, "peers")
    asked = {known.period: known for known in shown.ask_now(quarters_asked, base_code)}
    if quarter not in asked:
        return page(shown, state, here, states.unknown_base(shown, base_code, quarter))
    choices = [_choose_quarter(shown, base_code, list(asked), here)]
    if asked[quarter].state not in (ACCEPTED, FINAL):
        return page(shown, state, here, _not_accepted(shown, base_code, asked[quarter]), choices)
    publication = next((known for known in shown.published if known.period == quarter), None)
    found = _profile(shown, publication, base_code) if publication else None
    if publication is None or found is None:
        return page(shown, state, here, _not_computed(shown, base_code, quarter), choices)
    return page(shown, state, here, _content(shown, publication, found), choices, publication=publication)


def _choose_quarter(shown: View, base: str, asked: list[str], here: str) -> Part:
    options = [
        (urls.return_path(base, period, "peers"), numbers.quarter(period, shown.language)) for period in reversed(asked)
    ]
    return c.chooser(shown.say("choose.quarter"), options, here, "quarter")


def _profile(shown: View, publication: Publication, base: str) -> Profile | None:
    """The base's figures; None while they are computed without its return."""
    try:
        found = shown.ask(repository.profile, publication, base)
    except (UnknownBase, NotAllowed):
        return None  # accepted after the figures were computed
    return found if found.member.returned else None


def _not_accepted(shown: View, base: str, known) -> Part:
    text = shown.say(
        "peers.not_accepted",
        type=_kind(shown, known.base.type),
        quarter=numbers.quarter(known.period, shown.language),
        state=return_words.state_word(shown, known.pending or known.state),
    )
    return c.empty(shown.say("peers.empty"), text, _to_return(shown, base, known.period))


def _not_computed(shown: View, base: str, quarter: str) -> Part:
    text = shown.say("peers.not_computed", quarter=numbers.quarter(quarter, shown.language))
    return c.empty(shown.say("peers.empty"), text, _to_return(shown, base, quarter))


def _to_return(shown: View, base: str, quarter: str) -> Part:
    return html.P(html.A(shown.say("peers.to_return"), href=urls.return_path(base, quarter)))


def _kind(shown: View, code: str) -> str:
    """The type within a sentence."""
    name = load_form().types[code].name[shown.language]
    return name[:1].lower() + name[1:] if shown.language == "en" else name


# The comparison ------------------------------------------------------------------------------------------------------


def _content(shown: View, publication: Publication, found: Profile) -> list[Part]:
    say, language = shown.say, shown.language
    quarter = numbers.quarter(publication.period, language)
    lead = say(
        "peers.lead",
        n=numbers.plain(found.n),
        type=_kind(shown, found.member.type),
        quarter=quarter,
        vintage=say(f"vintage.{publication.vintage}"),
    )
    title = c.h1(say("peers.title", base=found.member.name[language], quarter=quarter))
    print_button = html.Button(say("peers.print"), type="button", className="button print-page")
    return [
        html.Div([title, print_button], className="title-line"),
        html.P(lead, className="lead"),
        spine.legend(shown),
        html.Div(
            html.Table([_head(shown), *_body(shown, found)], className="spine peers stacked"),
            className="table-frame spine-frame",
            tabIndex="0",
            role="region",
            **c.aria(label=say("peers.among")),
        ),
    ]


def _head(shown: View) -> Part:
    say = shown.say
    return html.Thead(
        html.Tr(
            [
                html.Th(say("table.indicator"), scope="col"),
                html.Th(
                    [html.Span(say("spine.less_good")), html.Span(say("spine.better_side"))],
                    scope="col",
                    className="axis",
                ),
                html.Th(say("peers.own"), scope="col", className="number"),
                html.Th(html.Span(say("table.unit"), className="unseen"), scope="col"),
                html.Th(say("peers.median"), scope="col", className="number"),
                html.Th(say("peers.place"), scope="col", className="place"),
                html.Th(say("peers.last_year"), scope="col", className="number"),
            ]
        )
    )


def _body(shown: View, found: Profile) -> list[html.Tbody]:
    by_pillar: dict[str, list[IndicatorRow]] = {}
    for row in found.indicators:
        by_pillar.setdefault(row.pillar.code, []).append(row)
    return [
        html.Tbody(
            [
                html.Tr(
                    html.Th(rows[0].pillar.name[shown.language], colSpan=7, scope="rowgroup"),
                    className="pillar",
                ),
                *(_row(shown, found, row) for row in rows),
            ]
        )
        for rows in by_pillar.values()
    ]


def _row(shown: View, found: Profile, row: IndicatorRow) -> html.Tr:
    indicator = row.indicator
    state = spine.state_of(indicator, row)
    shape = html.Span(spine.SHAPES[state], className=f"shape {state}", title=shown.say(f"spine.{state}"))
    own = State(type=found.member.type)
    before = row.trend[-1 - A_YEAR] if len(row.trend) > A_YEAR else None
    middle = row.spread.p50 if row.spread else None
    value = numbers.in_unit(row.value, indicator.unit) if row.value is not None else shown.say(f"why.{row.why}")
    unit = numbers.unit_name(indicator.unit, shown.language) if row.value is not None else ""
    placed = _place(shown, found, row)
    word = html.Span(shown.say(f"spine.{state}"), className="unseen" if placed else "")
    return html.Tr(
        [
            html.Th(c.indicator_link(shown, own, row.code, indicator.name[shown.language]), scope="row"),
            html.Td(spine.track(shown, indicator, row), className="axis"),
            html.Td(value, className="number own" if row.value is not None else "number own why"),
            html.Td(unit, className="unit-cell"),
            html.Td(numbers.in_unit(middle, indicator.unit), className="number middle", **_label(shown, "median")),
            html.Td(
                [shape, word, " ", placed],
                className="place",
            ),
            html.Td(numbers.in_unit(before, indicator.unit), className="number before", **_label(shown, "last_year")),
        ]
    )


def _label(shown: View, column: str) -> dict[str, Any]:
    """Its column's head, for where there is no room for heads."""
    return c.data(label=shown.say(f"peers.{column}"))


def _place(shown: View, found: Profile, row: IndicatorRow) -> str:
    if row.value is None:
        return ""
    if row.spread is None:
        return shown.say("peers.few")
    bases = shown.say("peers.bases", n=numbers.plain(row.spread.n), type=_kind(shown, found.member.type))
    return shown.say(f"peers.{place(row.value, row.spread)}", n=bases)


def place(value: float, spread: Spread) -> str:
    """Where a value lies among the peers': only as exactly as their percentiles tell."""
    if value == spread.p50:
        return "middle"
    above = [("top", spread.p95), ("above_three", spread.p75), ("above_half", spread.p50)]
    below = [("bottom", spread.p5), ("below_three", spread.p25), ("below_half", spread.p50)]
    if value > spread.p50:
        return next(key for key, edge in above if value > edge)
    return next(key for key, edge in below if value < edge)
