"""How each base of a type stands among its peers in each indicator, and where it is heading.

An indicator that has a funnel is judged by it: better or worse only where size alone does not explain the distance. For
the others the quarter of its peers says where a base lies, which is a place, not a finding.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from sqlalchemy import Connection, Engine, func, select

from etl import schema
from etl.warehouse import reading
from indicators.definition import Indicator
from indicators.repository.made_with import definitions_of
from indicators.repository.members import all_members, members
from indicators.repository.of_type import of_type
from indicators.repository.publications import Publication
from indicators.repository.spread import SHARES, Spread, enough, percentiles, side_of_middle
from indicators.scope import NotAllowed, Scope, national
from indicators.signals import BETTER_THAN, FUNNEL, SIMILAR, WORSE_THAN
from indicators.xmr import JUDGEMENTS

UNKNOWN, BETTER, WORSE, CONTEXT = "unknown", BETTER_THAN, WORSE_THAN, "context"
MARKS = (UNKNOWN, BETTER, SIMILAR, WORSE, CONTEXT)
"""What `Marks.mark` counts. CONTEXT: the indicator is shown, not judged."""
QUARTER, SHOWN = "quarter", "shown"


@dataclass(frozen=True)
class Column:
    """One indicator, as the publication defines it. `by`: FUNNEL, QUARTER or SHOWN; `spread`: of the whole type's values,
    None with too few."""

    indicator: Indicator
    by: str
    spread: Spread | None

    @property
    def code(self) -> str:
        return self.indicator.code


@dataclass(frozen=True)
class Marks:
    """Arrays [base, column] over the bases that the scope may see by name: `value` (NaN: none), `mark` as a place in
    MARKS, `course` as a place in xmr.JUDGEMENTS."""

    bases: tuple[str, ...]
    columns: tuple[Column, ...]
    value: np.ndarray
    mark: np.ndarray
    course: np.ndarray


@dataclass(frozen=True)
class Reading:
    """What a mark rests on. `why`: why there is no value; `target`, `lower`, `upper`: of the funnel, in the indicator's
    unit; `cause`: what the process chart noticed; `provisional`: its limits rest on few points."""

    why: str | None = None
    target: float | None = None
    lower: float | None = None
    upper: float | None = None
    cause: str | None = None
    provisional: bool = False


def marks(connection: Connection, scope: Scope, publication: Publication, type_code: str) -> Marks:
    """The marks of the type's bases that the scope may see, each among the whole type. That is computed once for
    everybody: of thousands of bases it takes seconds, and every scope sees a part of the same."""
    whole = _kept(connection.engine, publication, type_code)
    own = members(connection, scope, publication, type_code)
    places = [place for place, code in enumerate(whole.bases) if code in own]
    bases = tuple(whole.bases[place] for place in places)
    mark, columns = whole.mark[places], list(whole.columns)
    for place, column in enumerate(columns):
        # NaN: no value. What the person's own bases are among the whole type's values may be too much of them.
        there = int((~np.isnan(whole.value[:, place])).sum())
        mine = 0 if scope.everywhere else int((~np.isnan(whole.value[places, place])).sum())
        if not enough(there - mine):
            columns[place] = replace(column, spread=None)
            mark[:, place] = np.where(column.by == QUARTER, MARKS.index(UNKNOWN), mark[:, place])
    return Marks(bases, tuple(columns), whole.value[places], mark, whole.course[places])


@lru_cache(maxsize=32)
def _kept(engine: Engine, publication: Publication, type_code: str) -> Marks:
    with reading(engine) as connection:
        return _of_type(connection, publication, type_code)


def _of_type(connection: Connection, publication: Publication, type_code: str) -> Marks:
    """Of every base of the type. For the repository itself."""
    listed = list(all_members(connection, publication, type_code))
    indicators = definitions_of(connection, national(), publication).of_type(type_code)
    wanted = [indicator.code for indicator in indicators]
    at, column_at = ({name: place for place, name in enumerate(names)} for names in (listed, wanted))
    shape = (len(listed), len(wanted))
    value, scored = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    for code, base, number, score in _values(connection, publication, type_code, wanted):
        value[at[base], column_at[code]], scored[at[base], column_at[code]] = number, score is not None
    mark, course = np.zeros(shape, dtype=np.int8), np.zeros(shape, dtype=np.int8)
    judged: set[str] = set()
    for code, base, against_peers, over_time in _signals(connection, publication, type_code, wanted):
        place = at[base], column_at[code]
        if against_peers:
            judged.add(code)
            mark[place] = MARKS.index(against_peers)
        else:
            course[place] = JUDGEMENTS.index(over_time)
    columns = []
    for place, indicator in enumerate(indicators):
        peers = value[~np.isnan(value[:, place]), place]
        columns.append(_column(indicator, indicator.code in judged, peers.tolist()))
        if columns[-1].by != FUNNEL:
            mark[:, place] = _by_quarter(columns[-1], value[:, place], scored[:, place])
    return Marks(tuple(listed), tuple(columns), value, mark, course)


def readings(
    connection: Connection, scope: Scope, publication: Publication, bases: Sequence[str]
) -> dict[tuple[str, str], Reading]:
    """(base, code) → what its mark rests on. Raises NotAllowed for a base outside the scope."""
    listed = members(connection, scope, publication)
    _require(bases, listed)
    funnels = _funnels_told(connection, scope, publication)
    result, signal = schema.result.c, schema.signal.c
    why = {
        (row.base, row.code): row.why
        for row in connection.execute(
            select(result.base, result.code, result.why).where(
                result.publication == publication.code, result.base.in_(bases)
            )
        )
    }
    found = {key: {"why": reason} for key, reason in why.items()}
    rows = connection.execute(
        select(schema.signal).where(signal.publication == publication.code, signal.base.in_(bases))
    )
    for row in rows:
        told = found.setdefault((row.base, row.code), {"why": None})
        if row.kind == FUNNEL and (listed[row.base].type, row.code) in funnels:
            told |= {"target": row.target, "lower": row.lower, "upper": row.upper}
        elif row.kind != FUNNEL:
            told |= {"cause": row.cause, "provisional": bool(row.provisional)}
    return {key: Reading(**told) for key, told in found.items()}


def _funnels_told(connection: Connection, scope: Scope, publication: Publication) -> set[tuple[str, str]]:
    """(type, code) of the funnels whose target and limits may be told: enough others are in them."""
    signal, standing = schema.signal.c, schema.standing.c
    others = select(standing.type, signal.code, func.count()).join_from(
        schema.signal, schema.standing, (standing.publication == signal.publication) & (standing.base == signal.base)
    )
    others = others.where(signal.publication == publication.code, signal.kind == FUNNEL)
    if not scope.everywhere:
        others = others.where(signal.base != scope.base if scope.base else standing.province != scope.province)
    rows = connection.execute(others.group_by(standing.type, signal.code))
    return {(kind, code) for kind, code, count in rows if enough(count)}


def _require(bases: Iterable[str], allowed: Iterable[str]) -> None:
    others = set(bases) - set(allowed)
    if others:
        raise NotAllowed(", ".join(sorted(others)))


def _column(indicator: Indicator, has_funnel: bool, peers: list[float]) -> Column:
    points = percentiles(peers, SHARES)
    by = SHOWN if not indicator.scored else FUNNEL if has_funnel else QUARTER
    return Column(indicator, by, Spread(len(peers), *points) if points else None)


def _by_quarter(column: Column, value: np.ndarray, scored: np.ndarray) -> np.ndarray:
    """[base]: places in MARKS."""
    if column.by == SHOWN:
        return np.full(value.shape, MARKS.index(CONTEXT), dtype=np.int8)
    if column.spread is None:
        return np.zeros(value.shape, dtype=np.int8)
    side = side_of_middle(value, column.spread.p25, column.spread.p75, column.indicator.direction)
    found = np.choose(side + 1, [MARKS.index(WORSE), MARKS.index(SIMILAR), MARKS.index(BETTER)])
    return np.where(scored & ~np.isnan(value), found, MARKS.index(UNKNOWN)).astype(np.int8)


def _values(connection: Connection, publication: Publication, type_code: str, wanted: Sequence[str]):
    """(code, base, value, score) of every base of the type that has a value."""
    result = schema.result
    columns = (result.c.code, result.c.base, result.c.value, result.c.score)
    query = of_type(result, [publication.code], [type_code], wanted, *columns)
    return connection.execute(query.where(result.c.value.is_not(None)))


def _signals(connection: Connection, publication: Publication, type_code: str, wanted: Sequence[str]):
    """(code, base, against peers, over time): of every funnel, and of the process charts that noticed something."""
    signal = schema.signal.c
    columns = (signal.code, signal.base, signal.against_peers, signal.over_time)
    query = of_type(schema.signal, [publication.code], [type_code], wanted, *columns)
    return connection.execute(query.where((signal.kind == FUNNEL) | (signal.over_time != JUDGEMENTS[0])))
