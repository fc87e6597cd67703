"""The address is the state: a view's choices are in its query. Senseless or stale choices fall back to the default."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from etl.form import load_form
from indicators.definition import Definitions
from indicators.repository import Area, Publication
from indicators.repository.watch import KINDS
from indicators.scope import NATION, PROVINCE, REGION, Scope
from indicators.verdicts.reasons import LAMPS

OVERVIEW, RANKINGS, FLAGS, LOGIN, PASSWORD = "/", "/rankings", "/flags", "/login", "/password"
BOARD, REVIEW = "/returns", "/returns/review"
COLLECTION, REMINDERS, REOPENING = f"{BOARD}/collection.xlsx", f"{BOARD}/reminders", f"{BOARD}/reopening"
DECISIONS = f"{REVIEW}/decisions"
CASES = "/cases"
WHAT_IF = "/what-if"
METHOD, SIMULATION = "/method", "/method/simulation"
PUBLICATIONS = "/publications"
COMPARE, SIGNING = f"{PUBLICATIONS}/compare", f"{PUBLICATIONS}/signing"
RUG, BESIDE, REGIONS, INDICATORS, HELP, PATTERNS = "/rug", "/compare", "/regions", "/indicators", "/help", "/patterns"
SEARCH, TABLES, REPORTS = "/search", "/tables", "/reports"
ACCOUNTS, PERIODS, AUDIT = "/accounts", "/periods", "/audit"
HOMES = {"administrator": ACCOUNTS}
"""Role → where it begins, where that is not the overview."""
CASE_STATES = ("none", "notified", "answered", "decided")
"""How the case of a flagged base may stand: none that counts, the base is in turn, others are, it is decided."""
SORTS = ("name", "state", "late")
"""How the board of returns may be ordered; the first is the default. A ranking is ordered by its columns."""
RUG_SORTS = ("rank", "name", "worse")
"""How the rug may be ordered, likewise."""
STEP = 50
"""How many bases a long list shows at first, and how many more each time."""
LONGEST = 40
"""Of a base's code in an address."""
MOST = 60
"""How many bases or columns an address may name."""


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
    case: str = ""
    sort: str = ""
    batch: str = ""
    base: str = ""
    bases: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    shown: int = STEP

    @property
    def area(self) -> Area:
        if self.province:
            return Area(PROVINCE, self.province)
        return Area(REGION, self.region) if self.region else Area(NATION, "")

    def with_(self, **changes: object) -> "State":
        return replace(self, **changes)  # type: ignore[arg-type]


def parse(
    query: Mapping[str, object],
    published: Sequence[Publication],
    scope: Scope,
    definitions: Callable[[State], Definitions],
) -> State:
    """The state of an address. Whatever is unknown, or outside the scope, reads as not given. `definitions`: those by
    which a state's numbers are read."""
    form = load_form()

    def known(key: str, choices) -> str:
        value = query.get(key)
        return value if isinstance(value, str) and value in choices else ""

    region = known("region", form.regions)
    province = known("province", form.provinces)
    period = known("period", {publication.period for publication in published})
    named = query.get("code") and definitions(State(period=period)).codes
    return State(
        period=period,
        type=known("type", form.types),
        region=region if scope.allows_area(REGION, region) and not province else "",
        province=province if scope.allows_area(PROVINCE, province) else "",
        code=known("code", named or ()),
        kind=known("kind", KINDS),
        lamp=known("lamp", LAMPS),
        case=known("case", CASE_STATES),
        sort=_order(query.get("sort")),
        batch=_digits(query.get("batch")),
        base=next(iter(several(query.get("base"))), ""),
        bases=several(query.get("bases")),
        areas=tuple(code for code in several(query.get("areas")) if _allowed_area(code, scope)),
        columns=several(query.get("columns")),
        shown=_whole(query.get("shown")),
    )


def several(value: object) -> tuple[str, ...]:
    """ "E026,E027" → its parts, each once. Whether there is such a base, and whether it may be seen, the repository
    says."""
    parts = value.split(",") if isinstance(value, str) else []
    return tuple(dict.fromkeys(part[:LONGEST] for part in parts if part and part.isprintable()))[:MOST]


def _order(value: object) -> str:
    """A column's name, with a minus before it for the other way round. Whether there is such a column, the page says."""
    word = value.removeprefix("-") if isinstance(value, str) else ""
    return str(value) if word.isascii() and word.isidentifier() and len(word) < LONGEST else ""


def _digits(value: object) -> str:
    return value if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 4 else ""


def _allowed_area(code: str, scope: Scope) -> bool:
    form = load_form()
    return (code in form.provinces and scope.allows_area(PROVINCE, code)) or (
        code in form.regions and scope.allows_area(REGION, code)
    )


def _whole(value: object) -> int:
    text = value if isinstance(value, str) else ""
    return max(STEP, min(int(text), 100_000)) if text.isascii() and text.isdigit() and len(text) < 7 else STEP


def build(path: str, state: State = State()) -> str:
    """The address of a view in that state."""
    given = {
        key: ",".join(value) if isinstance(value, tuple) else value
        for key, value in vars(state).items()
        if value and (key, value) != ("shown", STEP)
    }
    return f"{path}?{urlencode(given, safe=',')}" if given else path


def base_path(code: str) -> str:
    return f"/bases/{quote(code, safe='')}"


def region_path(code: str) -> str:
    """A region's or a province's page."""
    return f"{REGIONS}/{quote(code, safe='')}"


def indicator_path(code: str) -> str:
    return f"{INDICATORS}/{quote(code, safe='')}"


def report_path(kind: str, base: str = "") -> str:
    """A base's report, or the quarter's bulletin; `kind`: html or docx."""
    return f"{REPORTS}/bases/{quote(base, safe='')}.{kind}" if base else f"{REPORTS}/bulletin.{kind}"


def table_path(name: str, kind: str) -> str:
    """A table as a file; `kind`: xlsx or csv. The state's choices apply to it as to its page."""
    return f"{TABLES}/{name}.{kind}"


def return_path(base: str, period: str, part: str = "") -> str:
    """A base's return of a quarter; `part`: a page or file of it, such as "cover"."""
    whole = f"{BOARD}/{quote(base, safe='')}/{quote(period, safe='')}"
    return f"{whole}/{part}" if part else whole


def case_path(base: str, period: str) -> str:
    """A base's case, named by the quarter whose publication gave rise to it."""
    return f"{CASES}/{quote(base, safe='')}/{quote(period, safe='')}"


def explain_path(base: str, period: str, code: str, publication: str = "", cell: str = "") -> str:
    """Where a number of a base is explained; `publication`: as it was published there, else as it is shown; `cell`: the
    operand whose sheet is shown, by its measure and quarter."""
    path = f"/explain/{quote(base, safe='')}/{quote(period, safe='')}/{quote(code, safe='')}"
    given = {"publication": publication, "cell": cell}
    given = {key: value for key, value in given.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


def alone_path(base: str, period: str, code: str, publication: str = "", cell: str = "") -> str:
    """Where "this quarter alone" is explained; the rest as in `explain_path`."""
    path, _, query = explain_path(base, period, code, publication, cell).partition("?")
    return f"{path}/alone?{query}" if query else f"{path}/alone"


def compare_path(a: str, b: str, type_code: str = "", shown: int = STEP) -> str:
    """Two publications beside each other, by their names."""
    given = {"a": a, "b": b, "type": type_code, "shown": shown if shown != STEP else ""}
    return f"{COMPARE}?{urlencode({key: value for key, value in given.items() if value})}"


def account_path(name: str) -> str:
    """One account, on the page of all of them."""
    return f"{ACCOUNTS}?{urlencode({'name': name})}"


def audit_path(**chosen: object) -> str:
    """The audit with its choices: by, group, subject, before, verify."""
    given = {key: value for key, value in chosen.items() if value}
    return f"{AUDIT}?{urlencode(given)}" if given else AUDIT


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


def home(role: str) -> str:
    """Where a role begins."""
    return HOMES.get(role, OVERVIEW)


def next_place(wanted: str | None, role: str = "") -> str:
    """Where to go on: only ever a place on this site, and where none is named the role's first page."""
    return wanted if wanted and wanted != OVERVIEW and is_local(wanted) else home(role)
