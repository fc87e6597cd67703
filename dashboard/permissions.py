"""Role → what it may open, and what it may see there; route and callback → what for. Tables, nothing else decides."""

from typing import Literal

from indicators import scope
from indicators.scope import Scope

OVERVIEW, RANKINGS, BASE, FLAGS, PROVINCES = "overview", "rankings", "base", "flags", "provinces"
RETURN, BOARD, REVIEW, PEERS = "return", "returns", "review", "peers"
CASES, CASE = "cases", "case"
WHAT_IF = "whatif"
METHOD, SIMULATION = "method", "simulation"
PUBLICATIONS, COMPARE, EXPLAIN = "publications", "compare", "explain"
RUG, BESIDE, REGION, INDICATOR, HELP = "rug", "beside", "region", "indicator", "help"
BULLETIN, AREA, SEARCH = "bulletin", "area", "search"
PATTERNS = "patterns"
ACCOUNTS, PERIODS, AUDIT = "accounts", "periods", "audit"

_ALL = frozenset(
    {
        OVERVIEW, RANKINGS, RUG, WHAT_IF, BASE, EXPLAIN, FLAGS, RETURN, CASES, CASE, PUBLICATIONS, COMPARE, METHOD,
        INDICATOR, HELP, SEARCH, PATTERNS,
    }
)  # fmt: skip
_NATION = _ALL | {PROVINCES, BOARD, REVIEW, SIMULATION, BESIDE, BULLETIN, REGION, AREA}

MAY: dict[str, frozenset[str]] = {
    "evaluator": _NATION,
    "approver": _NATION,
    "coordinator": _ALL | {BOARD, REVIEW, BESIDE, BULLETIN, REGION, AREA},
    "reporter": _ALL | {PEERS},
    "auditor": (_NATION - {REVIEW}) | {AUDIT},
    "administrator": frozenset({ACCOUNTS, PERIODS, HELP, METHOD, PATTERNS}),
}
"""PROVINCES: the map and table of all provinces. RETURN: one base's return; BOARD: all of them; REVIEW: what waits for a
decision; PEERS: how the own base stands among the others; CASES: those of flagged and outstanding bases; CASE: one;
METHOD: how everything is computed and judged; SIMULATION: what other thresholds would do; INDICATOR: every indicator by
itself; RUG: every base of a type in every indicator; BESIDE: two to six bases or areas side by side, for who sees more
than one; BULLETIN: the quarter in a report; REGION: the regions and provinces in one table; AREA: one of them; SEARCH:
what of all this is called so;
PATTERNS: every component in every state, where the setting DEVELOPMENT is on;
ACCOUNTS: who may sign in; PERIODS: the quarters for which returns are asked; AUDIT: who did what;
EXPLAIN: what a number of a base is made of; COMPARE: what changed between two publications. _ALL: what every role may
open; which bases it sees there by name is its scope's."""

APPROVES = frozenset({"approver"})
"""The roles that sign decisions and final publications."""
LOOKS = frozenset({"auditor"})
"""The roles that change nothing."""

ROLES = tuple(MAY)

BOUND_TO: dict[str, Literal["province", "base"] | None] = {
    "evaluator": None,
    "approver": None,
    "coordinator": "province",
    "reporter": "base",
    "auditor": None,
    "administrator": None,
}
SEES_NO_DATA = frozenset({"administrator"})
"""The roles that see no base and no sum."""

ANYBODY = "anybody"
SIGNED_IN = "signed in"
ROUTES: dict[str, str] = {
    # Who has not signed in yet; nothing here is about a base or a person.
    "signing_in.form": ANYBODY, "signing_in.sign_in": ANYBODY, "health.well": ANYBODY, "health.numbers": ANYBODY, "routes.tokens": ANYBODY,
    "bundles.bundle": ANYBODY, "_dash_assets.static": ANYBODY, "/_favicon.ico": ANYBODY,
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": ANYBODY,
    "routes.change_language": SIGNED_IN, "signing_in.sign_out": SIGNED_IN, "signing_in.sign_out_everywhere": SIGNED_IN,
    "signing_in.own_password": SIGNED_IN, "signing_in.change_password": SIGNED_IN,
    # Dash's own: the frame of a page, without its content.
    "/": SIGNED_IN, "/<path:path>": SIGNED_IN, "/_dash-layout": SIGNED_IN, "/_dash-dependencies": SIGNED_IN,
    "/_reload-hash": SIGNED_IN,
    # Returns.
    "sending.form": RETURN, "sending.file": RETURN, "sending.findings": RETURN, "sending.upload": RETURN,
    "sending.answers": RETURN, "sending.submit": RETURN, "sending.take_back": RETURN, "sending.hand_in_paper": RETURN,
    "sending.paper": RETURN, "sending.cover": RETURN, "sending.receipt": RETURN,
    "reviewing.decisions": REVIEW, "reviewing.reopening": REVIEW, "reviewing.reminders": BOARD,
    "reviewing.quarter_file": BOARD,
    # What is published.
    "casework.step": CASE, "publishing.signing": PUBLICATIONS, "explainer.card": INDICATOR, "searching.search": SEARCH,
    "reports.of_base": BASE, "reports.of_quarter": BULLETIN,
    "downloads.table_file": SIGNED_IN,  # each table names the page that it stands on
    # Who may sign in, and for which quarters returns are asked.
    "administering.new": ACCOUNTS, "administering.password": ACCOUNTS, "administering.role": ACCOUNTS,
    "administering.closing": ACCOUNTS, "administering.opening": ACCOUNTS, "administering.unlocking": ACCOUNTS,
    "administering.signing_out": ACCOUNTS,
    "quarters.opening": PERIODS, "quarters.due": PERIODS, "quarters.locking": PERIODS, "quarters.unlocking": PERIODS,
}  # fmt: skip
"""Every route by its endpoint → what a role must be permitted. One that is not here is closed to everybody."""

CALLBACK = "/_dash-update-component"
CALLBACKS: dict[str, str] = {
    "_pages_content.children": SIGNED_IN,  # each page names its own permission (app.VIEWS)
    "ranking-grid.rowData": RANKINGS,
    "compare-result.children": COMPARE,
    "simulation-result.children": SIMULATION,
}
"""Every callback by its first output → the same."""
KEPT_BY_CACHES = frozenset({"routes.tokens", "/_favicon.ico"})
"""Besides what lies in folders that anybody may read."""


def may(role: str, what: str) -> bool:
    return what in MAY.get(role, frozenset())


def acts(role: str) -> bool:
    """Whether the role may change anything beside its own password and language."""
    return role not in LOOKS


def who_may(what: str) -> list[str]:
    """The roles that may open it."""
    return [role for role in ROLES if may(role, what)]


def scope_of(role: str, place: str | None) -> Scope:
    """What a role sees; a role without its place sees nothing."""
    match BOUND_TO[role]:
        case "province":
            return scope.province(place or "")
        case "base":
            return scope.base(place or "")
    if role in SEES_NO_DATA:
        return scope.nothing()
    return scope.national(approves=role in APPROVES, acts=acts(role))


def needed(endpoint: str | None, callback: str = "") -> str | None:
    """What a role must be permitted for a route, or for a callback by its output as Dash names it; None: nobody may."""
    if endpoint == CALLBACK:
        return CALLBACKS.get(first_output(callback))
    return ROUTES.get(endpoint or "")


def first_output(callback: str) -> str:
    """Of a callback as Dash names it: ..a.b...c.d.. for several outputs."""
    return callback.removeprefix("..").removesuffix("..").split("...")[0]
