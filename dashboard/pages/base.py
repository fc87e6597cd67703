"""One base: how it stands in a sentence, every indicator beside its peers, one of them in time and among its peers, its
returns. It prints on two pages."""

from collections.abc import Mapping

from dash import html

from dashboard import components as c
from dashboard import numbers, permissions, spine, standing_words, states, urls
from dashboard.components import Part
from dashboard.frame import page
from dashboard.kept import kept
from dashboard.pages import base_findings, base_indicator, base_returns, base_verdict
from dashboard.still import still
from dashboard.tables import Column, Table, Value
from dashboard.urls import State
from dashboard.view import View
from indicators import repository
from indicators.repository import IndicatorRow, Member, Profile, Publication, UnknownBase
from indicators.repository.base_returns import base_returns as returns_of

PATH = "/bases/<of_base>"
TABLE = "base"


def render(shown: View, query: Mapping[str, str], base_code: str) -> Part:
    """The page for a viewer, a base and the choices in its address."""
    state, here = shown.state(query), urls.base_path(base_code)
    publication = shown.publication(state)
    if publication is None:
        return page(shown, state, here, states.nothing_published(shown))
    quarters = [c.choose_quarter(shown, state, here)]
    try:
        found = shown.ask(repository.profile, publication, base_code)
    except UnknownBase:
        quarter = numbers.quarter(publication.period, shown.language)
        return page(shown, state, here, states.unknown_base(shown, base_code, quarter), quarters)
    # What is an indicator of this publication can be chosen, though it be none today.
    asked = query.get("code", "")
    state = state.with_(code=asked if asked in {row.code for row in found.indicators} else "")
    return page(
        shown,
        state,
        here,
        _content(shown, state, here, publication, found),
        [*quarters, kept(shown, _other_base, state, publication, base_code)],
    )


def _other_base(shown: View, state: State, publication: Publication, base: str) -> Part:
    """The viewer's other bases of the type, to go on to; nothing when there is none."""
    found = shown.ask(repository.profile, publication, base)
    others = shown.ask(repository.members, publication, found.member.type)
    if len(others) < 2:
        return None
    options = [(urls.build(urls.base_path(m.code), state), m.name[shown.language]) for m in others.values()]
    return c.chooser(shown.say("choose.base"), options, urls.build(urls.base_path(found.member.code), state), "base")


def _content(shown: View, state: State, here: str, publication: Publication, found: Profile) -> Part:
    codes = [row.code for row in found.indicators]
    flagged = [row.code for row in found.indicators if row.below_floor]
    chosen = state.code if state.code in codes else [*flagged, *codes][0]
    newest = publication == shown.published[-1]
    sent = shown.ask_now(returns_of, found.member.code, "" if newest else publication.period)

    asked = (state, here, publication, found.member.code, chosen)
    left, right = kept(shown, _spine, *asked), kept(shown, _chosen, *asked)
    verdict = base_verdict.verdict(shown, publication, found, sent, _addresses(state, here))
    return html.Div(
        [
            _head(shown, state, found),
            base_findings.findings(shown, publication, found),
            html.Div([verdict, base_verdict.scores(shown, publication, found)], className="verdict"),
            html.Div([left, right], className="base-columns"),
            still(base_returns.below(shown, publication, found, sent)),
        ],
        className="base-page",
    )


def _addresses(state: State, here: str) -> base_indicator.Address:
    return lambda code: urls.build(here, state.with_(code=code))


def _explained(publication: Publication, base: str) -> base_indicator.Address:
    return lambda code: urls.explain_path(base, publication.period, code)


def _spine(shown: View, state: State, here: str, publication: Publication, base: str, chosen: str) -> Part:
    """Every indicator beside the peers."""
    found = shown.ask(repository.profile, publication, base)
    files = c.downloads(shown, State(period=publication.period, base=base), TABLE)
    return c.section(
        shown.say("base.indicators"),
        [
            still(
                spine.spine(
                    shown, publication, found.indicators, chosen, _addresses(state, here), _explained(publication, base)
                )
            ),
            files,
        ],
        spine.legend(shown),
        "spine-section",
    )


def _chosen(shown: View, state: State, here: str, publication: Publication, base: str, chosen: str) -> Part:
    """The charts of one of them."""
    found = shown.ask(repository.profile, publication, base)
    return base_indicator.panel(shown, publication, found, chosen, _addresses(state, here))


def _head(shown: View, state: State, found: Profile) -> Part:
    member, language = found.member, shown.language
    about = standing_words.about(shown, member)
    return html.Div(
        [
            html.Div(
                [
                    c.h1(member.name[language]),
                    html.P([shown.say("list.middot").join(about), *_beside(shown, state, member)], className="lead"),
                    c.report_links(shown, state, found.member.code),
                ]
            ),
            html.Button(shown.say("base.print"), type="button", className="print-page"),
        ],
        className="base-head",
    )


def _beside(shown: View, state: State, member: Member) -> list[Part]:
    """The way to a comparison with others, for who sees others."""
    if not shown.may(permissions.BESIDE):
        return []
    address = urls.build(urls.BESIDE, State(period=state.period, type=member.type, bases=(member.code,)))
    return [shown.say("list.middot"), html.A(shown.say("beside.link"), href=address)]


# The table as a file ---------------------------------------------------------------------------------------------------


def table(shown: View, state: State, publication: Publication) -> Table:
    """Every indicator of the base that the address names; for a base its own. Raises UnknownBase without one."""
    base = state.base or (shown.place if shown.scope.role == "base" else None)
    if not base:
        raise UnknownBase(state.base)
    found = shown.ask(repository.profile, publication, base)
    member, say = found.member, shown.say
    words = [say(f"base.column.{name}") for name in COLUMNS]
    columns = tuple(Column(name, word, number=name in NUMBERS) for name, word in zip(COLUMNS, words, strict=True))
    quarter = numbers.quarter(publication.period, shown.language)
    title = say("base.file", name=member.name[shown.language], quarter=quarter)
    about = ((say("funnel.column.base"), f"{member.code} {member.name[shown.language]}"),)
    return Table(title, columns, tuple(_line(shown, row) for row in found.indicators), about)


COLUMNS = (
    "code", "indicator", "pillar", "unit", "value", "why", "score", "among", "peers", "p25", "p50", "p75", "floor", "past",
)  # fmt: skip
NUMBERS = ("value", "score", "peers", "p25", "p50", "p75", "floor")


def _line(shown: View, row: IndicatorRow) -> tuple[Value, ...]:
    """One indicator, in the order of COLUMNS; every number whole."""
    indicator, language, spread = row.indicator, shown.language, row.spread
    return (
        row.code,
        indicator.name[language],
        row.pillar.name[language],
        numbers.unit_name(indicator.unit, language),
        row.value,
        shown.say(f"why.{row.why}") if row.value is None else None,
        row.score,
        shown.say(f"spine.{spine.state_of(indicator, row)}"),
        spread.n if spread else None,
        *((spread.p25, spread.p50, spread.p75) if spread else (None, None, None)),
        row.floor,
        shown.say(f"base.past.{'yes' if row.below_floor else 'no'}") if row.floor is not None else None,
    )
