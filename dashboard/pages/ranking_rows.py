"""The rows of the rankings: which the filters leave, as the grid takes them, and as a table for a file."""

from collections.abc import Sequence
from typing import Any

from dashboard import components as c
from dashboard import lamps, numbers, states, verdict_words
from dashboard.pages import ranking_columns as columns
from dashboard.tables import Column, Table, Value
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.repository import Publication, Ranking, RankingRow


def with_type(shown: View, state: State) -> State:
    """A ranking is always of one type: the chosen, else that of the viewer's own bases, else the first."""
    if state.type:
        return state
    publication = shown.publication(state)
    own = shown.ask(repository.members, publication) if publication and not shown.scope.everywhere else {}
    types, owned = list(load_form().types), {member.type for member in own.values()}
    return state.with_(type=next((kind for kind in types if kind in owned), types[0]))


def left(state: State, rows: Sequence[RankingRow]) -> list[RankingRow]:
    """The rows that the chosen area, batch and lamp leave."""
    return [
        row
        for row in rows
        if states.inside(state, row.member)
        and state.batch in ("", str(row.member.batch))
        and state.lamp in ("", row.lamp)
    ]


def filters(shown: View, state: State) -> list[tuple[str, str]]:
    """(what it is, what was chosen) in words, for each filter that is set."""
    found = []
    if area := c.area_name(shown, state):
        found.append((shown.say("file.area"), area))
    if state.batch:
        found.append((shown.say("rankings.batch"), shown.say("choose.batch_n", n=state.batch)))
    if state.lamp:
        found.append((shown.say("rankings.lamp"), lamps.word(shown, state.lamp)))
    return found


# For the grid --------------------------------------------------------------------------------------------------------


def all_for_grid(shown: View, state: State, publication: Publication) -> list[dict[str, Any]]:
    """The rows that the state's filters leave."""
    found = shown.ask(repository.ranking, publication, state.type)
    return [for_grid(shown, row, found) for row in left(state, found.rows)]


def for_grid(shown: View, row: RankingRow, found: Ranking) -> dict[str, Any]:
    """A row as short as can be: there may be thousands. What rows share is in the columns' parameters."""
    member, language = row.member, shown.language
    note = None
    if row.rank is None:
        note = shown.say("rankings.unranked" if member.returned else "rankings.no_return")
    return {
        "base": member.code,
        "name": member.name[language],
        "rank": row.rank,
        "lamp": verdict_words.WORST_FIRST.index(row.lamp) if row.lamp else None,
        "grade": row.grade,
        "change": row.change,
        "low": _short(row.low),
        "high": _short(row.high),
        columns.index_code(found): _short(row.index),
        **{code: _short(value) for code, value in row.pillars.items()},
        "trend": [_short(value, 1) for value in row.trend],
        "flags": sum(row.flags.values()),
        "note": note,
        "province": _province(shown, row),
        "region": _region(shown, row),
        "batch": member.batch,
    }


def _short(value: float | None, decimals: int = 6) -> float | None:
    """Six decimals, so that what the screen rounds is not rounded twice."""
    return None if value is None else round(value, decimals)


def _province(shown: View, row: RankingRow) -> str:
    place = load_form().provinces.get(row.member.province)
    return place.name[shown.language] if place else row.member.province


def _region(shown: View, row: RankingRow) -> str:
    region = load_form().regions.get(row.member.region)
    return region.name[shown.language] if region else ""


# For a file ----------------------------------------------------------------------------------------------------------


def table(shown: View, state: State, publication: Publication) -> Table:
    """The ranking as a table with every column, whichever are chosen on screen, in the order chosen there."""
    state, say = with_type(shown, state), shown.say
    found: Ranking = shown.ask(repository.ranking, publication, state.type)
    index, quarters = columns.index_code(found), found.periods[:-1]
    heads: list[Column] = [Column("code", say("rankings.code"))]
    for code in ("rank", "base", "lamp", "grade", "change", "low", "high"):
        heads.append(
            Column(code, say(f"rankings.{code}"), number=code in ("rank", "change", "low", "high"), decimals=0)
        )
    for code in (index, *found.definitions.pillars):
        heads.append(Column(code, columns.words(shown, code, found), decimals=1, number=True))
    for period in quarters:
        quarter = numbers.quarter(period, shown.language)
        words = say("rankings.index_of", name=columns.words(shown, index, found), quarter=quarter)
        heads.append(Column(f"{index}_{period}", words, decimals=1, number=True))
    heads.append(Column("flags", say("rankings.flags"), decimals=0, number=True))
    heads += [Column(code, say(f"rankings.{code}")) for code in ("province", "region", "batch")]
    rows = [_cells(shown, row, found) for row in ordered(shown, state, left(state, found.rows), found)]
    return Table(title(shown, state, publication), tuple(heads), tuple(rows), tuple(_about(shown, state, found)))


def title(shown: View, state: State, publication: Publication) -> str:
    kind = load_form().types[state.type].name[shown.language]
    return shown.say("rankings.title", type=kind, quarter=numbers.quarter(publication.period, shown.language))


def _about(shown: View, state: State, found: Ranking) -> list[tuple[str, str]]:
    """What was chosen, what changes are counted from, and by what the rows are ordered."""
    name, backwards = columns.order(state, found)
    told = [(shown.say("file.type"), load_form().types[state.type].name[shown.language])]
    told += filters(shown, state)
    if found.before:
        told.append((shown.say("rankings.change_from"), found.before.code))
    words = shown.say("rankings.base") if name == columns.NAME else columns.words(shown, name, found)
    told.append((shown.say("rankings.sorted"), shown.say("rankings.backwards", name=words) if backwards else words))
    return told


def ordered(shown: View, state: State, rows: Sequence[RankingRow], found: Ranking) -> list[RankingRow]:
    """The rows by the chosen column; a row without a value stands last."""
    name, backwards = columns.order(state, found)
    texts = {
        columns.NAME: lambda row: row.member.name[shown.language],
        columns.PROVINCE: lambda row: _province(shown, row),
        columns.REGION: lambda row: _region(shown, row),
    }
    value = texts.get(name) or columns.key(name, found)
    known = [row for row in rows if value(row) is not None]
    known.sort(key=value, reverse=backwards == (name in columns.UPWARDS))
    return [*known, *(row for row in rows if value(row) is None)]


def _cells(shown: View, row: RankingRow, found: Ranking) -> tuple[Value, ...]:
    member = row.member
    lamp = lamps.word(shown, row.lamp) if row.lamp else None
    first = (member.code, row.rank, member.name[shown.language], lamp, row.grade, row.change, row.low, row.high)
    pillars = (row.pillars.get(code) for code in found.definitions.pillars)
    rest = (sum(row.flags.values()), _province(shown, row), _region(shown, row), member.batch)
    return (*first, row.index, *pillars, *row.trend[:-1], *rest)
