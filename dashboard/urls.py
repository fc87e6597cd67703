"""The address is the state: a view's choices are in its query. Senseless or stale choices fall back to the default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from etl.form import load_form
from indicators.definition import load_definitions
from indicators.repository import Area, Publication
from indicators.repository.watch import KINDS
from indicators.scope import NATION, PROVINCE, REGION, Scope
from indicators.verdicts.reasons import LAMPS

OVERVIEW, RANKINGS, FLAGS, LOGIN = "/", "/rankings", "/flags", "/login"
BOARD, REVIEW = "/returns", "/returns/review"
COLLECTION, REMINDERS, REOPENING = f"{BOARD}/collection.xlsx", f"{BOARD}/reminders", f"{BOARD}/reopening"
DECISIONS = f"{REVIEW}/decisions"
CASES = "/cases"
WHAT_IF = "/what-if"
METHOD, SIMULATION = "/method", "/method/simulation"
PUBLICATIONS = "/publications"
COMPARE, SIGNING = f"{PUBLICATIONS}/compare", f"{PUBLICATIONS}/signing"
SORTS = ("name", "state", "late")
"""How the board of returns may be ordered; the first is the default."""
STEP = 50
"""How many bases a long list shows at first, and how many more each time."""


@dataclass(frozen=True)
class State:
    """What a view shows. Empty: the default (the latest quarter, all types, the whole country …)."""

    period: str = ""
    type: str = ""
    region: str = ""
    province: str = ""
    code: str = ""
    kind: str = ""
    lamp: str = ""
    sort: str = ""
    shown: int = STEP

    @property
    def area(self) -> Area:
        if self.province:
            return Area(PROVINCE, self.province)
        return Area(REGION, self.region) if self.region else Area(NATION, "")

    def with_(self, **changes: object) -> "State":
        return replace(self, **changes)  # type: ignore[arg-type]


def parse(query: Mapping[str, object], published: Sequence[Publication], scope: Scope) -> State:
    """The state of an address. Whatever is unknown, or outside the scope, reads as not given."""
    form, definitions = load_form(), load_definitions()
    named = {*definitions.indicators, *(headline.code for headline in definitions.method.headlines)}

    def known(key: str, choices) -> str:
        value = query.get(key)
        return value if isinstance(value, str) and value in choices else ""

    region = known("region", form.regions)
    province = known("province", form.provinces)
    return State(
        period=known("period", {publication.period for publication in published}),
        type=known("type", form.types),
        region=region if scope.allows_area(REGION, region) and not province else "",
        province=province if scope.allows_area(PROVINCE, province) else "",
        code=known("code", named),
        kind=known("kind", KINDS),
        lamp=known("lamp", LAMPS),
        sort=known("sort", SORTS),
        shown=_whole(query.get("shown")),
    )


def _whole(value: object) -> int:
    text = value if isinstance(value, str) else ""
    return max(STEP, min(int(text), 100_000)) if text.isascii() and text.isdigit() and len(text) < 7 else STEP


def build(path: str, state: State = State()) -> str:
    """The address of a view in that state."""
    given = {key: value for key, value in vars(state).items() if value and (key, value) != ("shown", STEP)}
    return f"{path}?{urlencode(given)}" if given else path


def base_path(code: str) -> str:
    return f"/bases/{quote(code, safe='')}"


def return_path(base: str, period: str, part: str = "") -> str:
    """A base's return of a quarter; `part`: a page or file of it, such as "cover"."""
    whole = f"{BOARD}/{quote(base, safe='')}/{quote(period, safe='')}"
    return f"{whole}/{part}" if part else whole


def case_path(base: str, period: str) -> str:
    """A base's case, named by the quarter whose publication gave rise to it."""
    return f"{CASES}/{quote(base, safe='')}/{quote(period, safe='')}"


def explain_path(base: str, period: str, code: str, publication: str = "") -> str:
    """Where a number of a base is explained; `publication`: as it was published there, else as it is shown."""
    path = f"/explain/{quote(base, safe='')}/{quote(period, safe='')}/{quote(code, safe='')}"
    return f"{path}?{urlencode({'publication': publication})}" if publication else path


def compare_path(a: str, b: str, type_code: str = "", shown: int = STEP) -> str:
    """Two publications beside each other, by their names."""
    given = {"a": a, "b": b, "type": type_code, "shown": shown if shown != STEP else ""}
    return f"{COMPARE}?{urlencode({key: value for key, value in given.items() if value})}"


def same_page(path: str, other: str) -> bool:
    """Whether two paths are of one page: a return's is, whatever the quarter."""
    parts, others = path.split("/"), other.split("/")
    both_of_a_return = len(parts) > 3 and len(others) > 3 and parts[:3] == others[:3]
    return parts[4:] == others[4:] if both_of_a_return else path == other


def is_local(address: str | None) -> bool:
    """Whether an address that came with a request leads to this site, so that it is safe to go there."""
    if not address or not address.startswith("/") or address.startswith("//"):
        return False
    return not any(character in address for character in "\\\r\n\t")
