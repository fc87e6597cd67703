"""Two publications beside each other: who moved, and whether the base's own data, its peers' or the method moved it.

The change of an index, or of a rank, is divided exactly. Three things can be as in A or as in B: the method (with the
definitions and the form), the base's own data, and the data of all the others (with who is among them). Each of the
eight mixtures is computed. What one thing did is the mean, over the six orders in which the three can be exchanged, of
the change when it is exchanged (Shapley 1953, A value for n-person games; for decompositions: Shorrocks 2013, J. Econ.
Inequal. 11, 99–126). The three add up to the whole change, and none depends on an order that somebody chose.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from etl import schema
from indicators.composite import Composite, composite
from indicators.compute import Values, compute
from indicators.computed import Computed
from indicators.definition import Definitions
from indicators.publish import Refused
from indicators.recompute import Made, made_from

A, B = 0, 1
METHOD, OWN, PEERS = "method", "own", "peers"
PARTS = (OWN, PEERS, METHOD)
NEAR = 1e-9


@dataclass(frozen=True)
class Shares:
    """By how much the base's own data, its peers' data and the method moved a number; they add up to its change."""

    own: float
    peers: float
    method: float


@dataclass(frozen=True)
class Moved:
    """One base in both publications. None: not there. `index_by` and `rank_by` are None where the base has no index in
    one of them, or in a mixture of both. A rank's change is counted in places, down is positive."""

    base: str
    type: str
    province: str
    index_a: float | None
    index_b: float | None
    rank_a: int | None
    rank_b: int | None
    lamp_a: str | None
    lamp_b: str | None
    index_by: Shares | None
    rank_by: Shares | None

    @property
    def code(self) -> str:
        return self.base

    @property
    def moved(self) -> bool:
        return (self.index_a, self.rank_a, self.lamp_a) != (self.index_b, self.rank_b, self.lamp_b)


@dataclass(frozen=True)
class _World:
    """One publication's method on one publication's data, for all bases of both: arrays [base]."""

    definitions: Definitions
    type_names: Sequence[str]
    values: Mapping[str, Values]
    """Arrays [1, base]."""
    types: np.ndarray
    returned: np.ndarray


def compare(connection: Connection, name_a: str, name_b: str) -> list[Moved]:
    """Every base of either publication, by code. Raises Refused and NotKept as `recompute.made_from` does, and Refused
    when a publication does not come out again as it was published."""
    made = made_from(connection, name_a), made_from(connection, name_b)
    bases = sorted({code for one in made for code in one.computed.panel.bases})
    published = _published(connection, name_a, made[A]), _published(connection, name_b, made[B])
    worlds = {(m, d): _world(made[m], made[d], bases) for m, d in product((A, B), repeat=2)}
    whole = {key: _composite(world) for key, world in worlds.items()}
    for side, name in enumerate((name_a, name_b)):
        _check(whole[side, side], bases, published[side], name, made[side].computed.definitions)
    found = []
    for place, code in enumerate(bases):
        rows = published[A].get(code), published[B].get(code)
        if any(rows):
            corners = _corners(worlds, whole, place) if all(row and row.index is not None for row in rows) else None
            found.append(_moved(code, rows, corners))
    return found


@dataclass(frozen=True)
class _Row:
    type: str
    province: str
    index: float | None
    rank: int | None
    lamp: str | None


def _published(connection: Connection, name: str, made: Made) -> dict[str, _Row]:
    standing, result, verdict = schema.standing.c, schema.result.c, schema.verdict.c
    index = made.computed.definitions.method.index.code
    lamps = select(verdict.base, verdict.lamp).where(verdict.publication == name)
    lamp = dict(map(tuple, connection.execute(lamps)))
    rows = connection.execute(
        select(standing.base, standing.type, standing.province, result.value, result.rank)
        .join(schema.result, (result.publication == standing.publication) & (result.base == standing.base))
        .where(standing.publication == name, result.code == index)
    )
    return {row.base: _Row(row.type, row.province, row.value, row.rank, lamp.get(row.base)) for row in rows}


def _world(method: Made, data: Made, bases: Sequence[str]) -> _World:
    """The values of the data's quarter by the method; bases that are not in the data have no type."""
    computed = _computed(method, data)
    panel, quarter = computed.panel, computed.panel.periods.index(data.period)
    place = {code: i for i, code in enumerate(panel.bases)}
    columns = [place.get(code, -1) for code in bases]
    there = np.array(columns) >= 0
    indicators = computed.definitions.indicators
    values = {code: _of_quarter(computed.values[code], quarter, columns, there) for code in indicators}
    types = np.where(there, panel.types[quarter][columns], -1)
    return _World(
        computed.definitions, list(computed.form.types), values, types, there & panel.returned[quarter][columns]
    )


def _computed(method: Made, data: Made) -> Computed:
    if method.computed.definitions is data.computed.definitions:
        return data.computed
    form, definitions = method.computed.form, method.computed.definitions
    panel = data.panel_of(form)
    return Computed(form, definitions, data.computed.registry, panel, compute(panel, definitions, list(form.types)))


def _of_quarter(of: Values, quarter: int, columns: list[int], there: np.ndarray) -> Values:
    def take(values: np.ndarray | None, absent: float) -> np.ndarray:
        return np.where(there, values[quarter][columns], absent)[None] if values is not None else np.empty(0)

    nothing = np.full((1, len(columns)), np.nan)
    return Values(nothing, None, take(of.value, np.nan), take(of.why, 0).astype(np.uint8), nothing > 0)


def _composite(world: _World) -> Composite:
    return composite(world.values, world.definitions, 0, world.types, world.returned, list(world.type_names))


def _corners(
    worlds: Mapping[tuple[int, int], _World], whole: Mapping[tuple[int, int], Composite], place: int
) -> dict[tuple[int, int, int], tuple[float, float]]:
    """(method, own data, peers' data) → the base's (index, rank) in that mixture; NaN where it has none."""
    found = {}
    for method, own, peers in product((A, B), repeat=3):
        definitions = worlds[method, own].definitions
        mixed = whole[method, own] if own == peers else _mixed(worlds[method, own], worlds[method, peers], place)
        index = definitions.method.index.code
        found[method, own, peers] = float(mixed.scores[index][place]), float(mixed.ranks[index][place])
    return found


def _mixed(own: _World, peers: _World, place: int) -> Composite:
    """The composite in which one base has its data from one world and all others from another."""

    def swap(mine: np.ndarray, others: np.ndarray) -> np.ndarray:
        out = others.copy()
        out[..., place] = mine[..., place]
        return out

    types, returned = swap(own.types, peers.types), swap(own.returned, peers.returned)
    among = np.flatnonzero(types == types[place])  # only those of its type are compared with it
    here = int(np.searchsorted(among, place))
    values = {}
    for code, of in own.values.items():
        value = swap(of.value, peers.values[code].value)[:, among]
        why = swap(of.why, peers.values[code].why)[:, among]
        values[code] = Values(value, None, value, why, value == value)
    small = _composite(_World(own.definitions, own.type_names, values, types[among], returned[among]))
    spread = Composite()
    index = own.definitions.method.index.code
    for target, source in ((spread.scores, small.scores), (spread.ranks, small.ranks)):
        target[index] = np.full(types.shape, np.nan)
        target[index][place] = source[index][here]
    return spread


def shapley(corners: Mapping[tuple[int, int, int], float]) -> Shares | None:
    """The three shares of corners[1, 1, 1] − corners[0, 0, 0], by (method, own, peers) as 0 or 1; None where a corner
    has no number."""
    if any(math.isnan(value) for value in corners.values()):
        return None
    names = (METHOD, OWN, PEERS)
    total = dict.fromkeys(names, 0.0)
    for order in permutations(range(3)):
        at = [A, A, A]
        for which in order:
            before = corners[at[0], at[1], at[2]]
            at[which] = B
            total[names[which]] += corners[at[0], at[1], at[2]] - before
    return Shares(**{name: value / 6 for name, value in total.items()})


def _moved(
    code: str,
    rows: tuple[_Row | None, _Row | None],
    corners: Mapping[tuple[int, int, int], tuple[float, float]] | None,
) -> Moved:
    a, b = rows
    known = b or a
    assert known is not None
    shares = [shapley({key: pair[which] for key, pair in corners.items()}) if corners else None for which in (0, 1)]
    return Moved(
        base=code,
        type=known.type,
        province=known.province,
        index_a=a.index if a else None,
        index_b=b.index if b else None,
        rank_a=a.rank if a else None,
        rank_b=b.rank if b else None,
        lamp_a=a.lamp if a else None,
        lamp_b=b.lamp if b else None,
        index_by=shares[0],
        rank_by=shares[1],
    )


def _check(found: Composite, bases: Sequence[str], published: Mapping[str, _Row], name: str, by: Definitions) -> None:
    """The parts add up to the published change only if the published numbers come out again."""
    scores = dict(zip(bases, found.scores[by.method.index.code].tolist(), strict=True))
    for code, row in published.items():
        again = scores[code]
        if (row.index is None) != math.isnan(again) or (row.index is not None and abs(row.index - again) > NEAR):
            raise Refused(
                f"{name} does not come out again as it was published; see what differs with: "
                f"python -m indicators verify --publication {name}"
            )


COLUMNS = (
    "base", "type", "province",
    *(f"{number}_{what}" for number in ("index", "rank") for what in ("a", "b", *PARTS)),
    "lamp_a", "lamp_b",
)  # fmt: skip


def flat(row: Moved) -> dict[str, Any]:
    """One base with COLUMNS, as a line of a table."""
    told = {name: getattr(row, name, None) for name in COLUMNS}
    for number, shares in (("index", row.index_by), ("rank", row.rank_by)):
        told |= {f"{number}_{part}": getattr(shares, part) if shares else None for part in PARTS}
    return told


def summary(rows: Sequence[Moved]) -> Iterator[str]:
    """In a few lines: how many moved, and by what."""
    moved = [row for row in rows if row.moved]
    yield f"{len(moved)} of {len(rows)} bases moved"
    for part in PARTS:
        count = sum(row.index_by is not None and abs(getattr(row.index_by, part)) > NEAR for row in rows)
        yield f"  {part:<7} moved the index of {count}"
