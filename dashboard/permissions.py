"""Role → what it may open, and what it may see there. A table, nothing else decides."""

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
}
"""PROVINCES: the map and table of all provinces. RETURN: one base's return; BOARD: all of them; REVIEW: what waits for a
decision; PEERS: how the own base stands among the others; CASES: those of flagged and outstanding bases; CASE: one;
METHOD: how everything is computed and judged; SIMULATION: what other thresholds would do; INDICATOR: every indicator by
itself; RUG: every base of a type in every indicator; BESIDE: two to six bases or areas side by side, for who sees more
than one; BULLETIN: the quarter in a report; REGION: the regions and provinces in one table; AREA: one of them; SEARCH:
what of all this is called so;
PATTERNS: every component in every state, where the setting DEVELOPMENT is on;
EXPLAIN: what a number of a base is made of; COMPARE: what changed between two publications. _ALL: what every role may
open; which bases it sees there by name is its scope's."""

APPROVES = frozenset({"approver"})
"""The roles that sign decisions and final publications."""

ROLES = tuple(MAY)

BOUND_TO: dict[str, Literal["province", "base"] | None] = {
    "evaluator": None,
    "approver": None,
    "coordinator": "province",
    "reporter": "base",
}


def may(role: str, what: str) -> bool:
    return what in MAY.get(role, frozenset())


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
    return scope.national(approves=role in APPROVES)
