"""States that several pages share: nothing there yet, not allowed, unknown; and who has reported."""

from dash import html

from dashboard import components as c
from dashboard import numbers, permissions, urls, watching
from dashboard.components import Part
from dashboard.return_words import state_word
from dashboard.urls import State
from dashboard.view import View
from etl.status import MISSING
from etl.versions import ACCEPTED, CHECKED, DRAFT, FINAL, RETURNED, SUBMITTED
from indicators.flags import MISSING_RETURN
from indicators.repository import Member, Reports
from indicators.repository.counts import HANDED_IN

STATES = (FINAL, ACCEPTED, SUBMITTED, RETURNED, CHECKED, DRAFT, MISSING)
"""In the order of a return's life, from its end."""
NAMED = 6
"""How many missing bases are named."""


def nothing_published(view: View) -> Part:
    """What will be here, what the viewer may look at until then, and, for who sees the nation, how it is computed."""
    command = [html.P(view.say("empty.to_compute")), html.Pre("python -m indicators compute --all")]
    return c.empty(
        view.say("empty.nothing_published"),
        view.say("empty.how_published"),
        _returns_so_far(view),
        *(command if view.scope.everywhere else ()),
    )


def _returns_so_far(view: View) -> Part:
    """The way to the returns that the figures will be made of: to the board, or to the viewer's own."""
    if view.may(permissions.BOARD):
        return html.P(html.A(view.say("empty.to_board"), href=urls.BOARD))
    if view.scope.role == "base" and view.place and view.quarter:
        return html.P(html.A(view.say("empty.to_return"), href=urls.return_path(view.place, view.quarter)))
    return None


def not_allowed(view: View) -> Part:
    return c.empty(view.say("empty.not_allowed"), view.say(f"empty.who_grants.{view.role}"), _home(view))


def not_your_role(view: View, what: str) -> Part:
    """For a page that the viewer's role may not open, whatever it shows."""
    return c.empty(*role_refusal(view, what), _home(view))


def role_refusal(view: View, what: str) -> tuple[str, str]:
    """(title, text): what the role may not open, and who can."""
    page = view.say(f"nav.{what}")
    who = view.say("list.comma").join(view.say(f"role.{role}") for role in permissions.who_may(what))
    return view.say("empty.not_your_role", page=page), view.say(
        "empty.who_may", role=view.say(f"role.{view.role}"), who=who
    )


def unknown_publication(view: View, name: str, period: str = "") -> Part:
    """`period`: of which quarter it should be; else of any."""
    title = view.say("empty.unknown_publication", name=name[:60])
    if period:
        quarter = numbers.quarter(period, view.language)
        title = view.say("empty.unknown_publication_of", name=name[:60], quarter=quarter)
    link = html.P(html.A(view.say("compare.all"), href=urls.PUBLICATIONS))
    return c.empty(title, view.say("empty.unknown_publication_help"), link)


def unknown_base(view: View, code: str, quarter: str) -> Part:
    return c.empty(
        view.say("empty.unknown_base", code=code[:40], quarter=quarter),
        view.say("empty.unknown_base_help"),
        _home(view),
    )


def unknown_address(view: View) -> Part:
    return c.empty(view.say("empty.unknown_address"), view.say("empty.unknown_address_help"), _home(view))


def broken(view: View) -> Part:
    return c.empty(view.say("empty.broken"), view.say("empty.broken_help", number=watching.number()), _home(view))


def _home(view: View) -> html.P:
    return html.P(html.A(view.say("empty.home"), href=urls.home(view.role)))


def inside(state: State, member: Member) -> bool:
    """Whether a base lies in the chosen area."""
    return state.area.holds(member.province)


def _in_late_missing(view: View, found: Reports) -> str:
    """ "192 of 212 handed in, 12 of them late · 5 sent nothing · due 20 Jan 2027" """
    handed = sum(found.states.get(state, 0) for state in HANDED_IN)
    counts = {"n": numbers.plain(handed), "of": numbers.plain(found.expected)}
    told = [view.say("returns.handed_in", **counts)]
    if found.late:
        told.append(view.say("returns.late", n=numbers.plain(found.late)))
    told.append(view.say("returns.nothing_sent", n=numbers.plain(found.states.get(MISSING, 0))))
    if found.due:
        told.append(view.say("returns.due", day=numbers.day(found.due, view.language)))
    return view.say("list.middot").join(told)


def returns_bar(view: View, state: State, found: Reports) -> list[Part]:
    """How many are in, late and missing; how many stand in which state, as a bar and in words; then who is missing."""
    if not found.expected:
        return [html.P(view.say("returns.none_expected"), className="note")]
    quarter = State(period=state.period)
    counts = [(each, found.states.get(each, 0)) for each in STATES]
    bar = html.Div(
        [html.Span(className=f"state at-{each}", style={"flexGrow": n}) for each, n in counts if n],
        className="states",
        **c.aria(hidden="true"),
    )
    words = html.Ul(
        [
            html.Li(
                [
                    html.Span(className=f"swatch at-{each}"),
                    view.say("returns.count", n=numbers.plain(n), state=state_word(view, each)),
                ]
            )
            for each, n in counts
            if n
        ],
        className="legend",
    )
    parts: list[Part] = [html.P(_in_late_missing(view, found), className="in-late-missing"), bar, words]
    if found.waiting:
        links = [
            html.Li(html.A(known.base.name[view.language], href=urls.build(urls.base_path(known.base.code), quarter)))
            for known in found.waiting[:NAMED]
        ]
        parts.append(html.P(view.say("returns.waiting"), className="note"))
        parts.append(html.Ul(links, className="waiting"))
        more = len(found.waiting) - NAMED
        if more > 0:
            address = urls.build(urls.FLAGS, state.with_(code="", kind=MISSING_RETURN))
            parts.append(html.P(html.A(view.say("returns.more", n=more), href=address), className="note"))
    return parts
