"""The columns of the rankings: which there are, which are chosen, by which one the rows are ordered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard import lamps, numbers, urls, verdict_words
from dashboard.urls import State
from dashboard.view import View
from indicators.repository import Publication, Ranking, RankingRow

RANK, NAME = "rank", "name"
"""Always shown."""
LAMP_WIDTH = {"en": 138, "zh": 122}
"""Room for the longest word of a lamp: "cannot be judged"."""
LAMP, GRADE, CHANGE, INTERVAL, TREND = "lamp", "grade", "change", "interval", "trend"
FLAGS, PROVINCE, REGION, BATCH = "flags", "province", "region", "batch"
ON_REQUEST = (FLAGS, REGION, BATCH)
"""Columns that are shown when somebody chooses them; a pillar that is not part of the index is too."""
NONE = "none"
"""In the address: no column but rank and base."""
HALF_A_SCALE = 20
"""Points of the index that the height of a trend stands for at least, so that small ups and downs stay small."""


@dataclass(frozen=True)
class Choice:
    """A column in the menu."""

    name: str
    words: str
    shown: bool


def index_code(found: Ranking) -> str:
    return found.definitions.method.index.code


def phone(found: Ranking) -> tuple[str, ...]:
    """What is shown on a phone unless more is asked for."""
    return (LAMP, CHANGE, index_code(found))


def names(found: Ranking) -> list[str]:
    """Every column but rank and base, in their order."""
    pillars = list(found.definitions.pillars)
    interval = [INTERVAL] if sure(found) else []
    first = [LAMP, GRADE, CHANGE, *interval, index_code(found), *pillars]
    return [*first, TREND, FLAGS, PROVINCE, REGION, BATCH]


def defaults(found: Ranking) -> list[str]:
    pillars = found.definitions.pillars
    return [name for name in names(found) if name not in ON_REQUEST and not (name in pillars and pillars[name].bonus)]


def chosen(state: State, found: Ranking) -> list[str]:
    """The columns that the address asks for; what it does not know is left out."""
    known = [name for name in names(found) if name in state.columns]
    return known if known or state.columns == (NONE,) else defaults(found)


def order(state: State, found: Ranking) -> tuple[str, bool]:
    """(the column that rows are ordered by, whether the other way round)."""
    name = state.sort.removeprefix("-")
    if name not in (RANK, NAME, *names(found)) or name == TREND:
        return RANK, False
    return name, state.sort.startswith("-")


def words(shown: View, name: str, found: Ranking) -> str:
    """A column's name where it stands alone: in the menu, in a file's metadata."""
    definitions, language = found.definitions, shown.language
    if name == index_code(found):
        return definitions.method.index.name[language]
    if name in definitions.pillars:
        pillar = definitions.pillars[name]
        return shown.say("rankings.bonus", name=pillar.name[language]) if pillar.bonus else pillar.name[language]
    return shown.say(f"rankings.{name}")


def menu(shown: View, state: State, found: Ranking) -> list[Choice]:
    now = chosen(state, found)
    return [Choice(name, words(shown, name, found), name in now) for name in names(found)]


def sure(found: Ranking) -> bool:
    """Whether the ranks have intervals."""
    return any(row.low is not None and row.high is not None for row in found.rows)


# For the grid --------------------------------------------------------------------------------------------------------


def definitions_of(shown: View, state: State, publication: Publication, found: Ranking) -> list[dict[str, Any]]:
    """The column definitions of AG Grid; the cells are drawn by assets/grid.js."""
    now, (ordered, backwards) = chosen(state, found), order(state, found)
    columns = [_rank(shown), _name(shown, publication)]
    columns += [_column(shown, name, publication, found) | {"hide": name not in now} for name in names(found)]
    for column in columns:
        column.setdefault("field", column["colId"])
        if column["colId"] == ordered:
            first = column.get("sortingOrder", ["asc"])[0]
            column["sort"] = {"asc": "desc", "desc": "asc"}[first] if backwards else first
    return columns


NUMBER = {"type": "rightAligned", "sortingOrder": ["asc", "desc"], "comparator": {"function": "blanksLast"}}
MOST_FIRST = {"sortingOrder": ["desc", "asc"], "comparator": {"function": "blanksLast"}}
BY_WORDS = {"sortingOrder": ["asc", "desc"], "comparator": {"function": "byWords"}}


def _rank(shown: View) -> dict[str, Any]:
    place = {"width": 66, "pinned": "left", "cellRenderer": "Rank"}
    return {"colId": RANK, "headerName": shown.say("rankings.rank"), **place, **NUMBER}


def _name(shown: View, publication: Publication) -> dict[str, Any]:
    period = "" if publication == shown.published[-1] else publication.period
    to = {"before": urls.base_path(""), "after": urls.build("", State(period=period))}
    place = {"width": 304, "pinned": "left", "cellRenderer": "BaseLink", "cellRendererParams": to, "cellClass": "base"}
    return {"colId": NAME, "headerName": shown.say("rankings.base"), **place, **BY_WORDS}


def _column(shown: View, name: str, publication: Publication, found: Ranking) -> dict[str, Any]:
    scored = {index_code(found): 100, **dict.fromkeys(found.definitions.pillars, 96)}
    if name in scored:
        return _score(shown, name, publication, found) | {"width": scored[name]}
    return {"colId": name, "headerName": words(shown, name, found), **_MADE[name](shown, found)}


def _score(shown: View, name: str, publication: Publication, found: Ranking) -> dict[str, Any]:
    """A score as a bar, its number leading to what it is made of."""
    before, after = urls.explain_path("\n", publication.period, name, publication.code).split("%0A")
    to = {"before": before, "after": after}
    return {
        "colId": name, "headerName": words(shown, name, found), "cellRenderer": "Bar", "cellRendererParams": to, **MOST_FIRST,
    }  # fmt: skip


def _lamp(shown: View, found: Ranking) -> dict[str, Any]:
    kinds = [
        {"kind": lamp, "shape": lamps.SHAPES[lamp], "words": lamps.word(shown, lamp)}
        for lamp in verdict_words.WORST_FIRST
    ]
    place = {
        "width": LAMP_WIDTH[shown.language],
        "minWidth": 28,
        "cellRenderer": "Lamp",
        "cellRendererParams": {"lamps": kinds},
    }
    return {**NUMBER, **place, "type": None}


def _change(shown: View, found: Ranking) -> dict[str, Any]:
    head = shown.say("rankings.change")
    if found.before:
        head = shown.say("rankings.since", quarter=numbers.quarter(found.before.period, shown.language))
    return {"headerName": head, "width": 72, "cellRenderer": "Change", **NUMBER, "sortingOrder": ["desc", "asc"]}


def _interval(shown: View, found: Ranking) -> dict[str, Any]:
    to = {"n": found.n, "words": shown.say("rankings.from_to", low="{low}", high="{high}")}
    return {"field": "low", "width": 130, "cellRenderer": "Interval", "cellRendererParams": to, **NUMBER, "type": None}


def _trend(shown: View, found: Ranking) -> dict[str, Any]:
    to = {"reach": HALF_A_SCALE, "periods": [numbers.quarter(period, shown.language) for period in found.periods]}
    return {
        "width": 98, "cellRenderer": "Trend", "cellRendererParams": to, "sortable": False, "cellDataType": False,
    }  # fmt: skip


def _flags(shown: View, found: Ranking) -> dict[str, Any]:
    return {"width": 80, "cellRenderer": "Flags", **NUMBER, "sortingOrder": ["desc", "asc"]}


def _place(shown: View, found: Ranking) -> dict[str, Any]:
    return {"width": 108, **BY_WORDS}


_MADE: dict[str, Callable[[View, Ranking], dict[str, Any]]] = {
    LAMP: _lamp,
    GRADE: lambda shown, found: {"width": 52, **BY_WORDS},
    CHANGE: _change,
    INTERVAL: _interval,
    TREND: _trend,
    FLAGS: _flags,
    PROVINCE: _place,
    REGION: _place,
    BATCH: lambda shown, found: {"width": 76, **NUMBER},
}


def key(name: str, found: Ranking) -> Callable[[RankingRow], Any]:
    """What a row is ordered by in a file, as the grid orders it: None stands last, either way."""
    if name == index_code(found):
        return lambda row: row.index
    if name in found.definitions.pillars:
        return lambda row: row.pillars.get(name)
    return _KEYS[name]


_KEYS: dict[str, Callable[[RankingRow], Any]] = {
    RANK: lambda row: row.rank,
    LAMP: lambda row: verdict_words.WORST_FIRST.index(row.lamp) if row.lamp else None,
    GRADE: lambda row: row.grade,
    CHANGE: lambda row: row.change,
    INTERVAL: lambda row: row.low,
    FLAGS: lambda row: sum(row.flags.values()),
    BATCH: lambda row: row.member.batch,
}
UPWARDS = (RANK, NAME, LAMP, GRADE, INTERVAL, PROVINCE, REGION, BATCH)
"""Columns whose least value stands first; of the others the greatest does."""
