"""Another weighting of a publication, for whoever asks: the ranks as they would be, beside the published ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, select

from etl import schema
from etl.panel import Why
from indicators.compute import Values
from indicators.definition import Definitions
from indicators.repository.made_with import made_with
from indicators.repository.members import Member, all_members
from indicators.repository.publications import Publication
from indicators.results import reason
from indicators.scope import Scope
from indicators.whatif import Choice, what_if

_WHY = {reason(why): why for why in Why}


@dataclass(frozen=True)
class WhatIfRow:
    """`before`: the published rank. `low` … `high`: the interval of the new one. None: not ranked."""

    member: Member
    before: int | None
    rank: int | None
    low: float | None
    high: float | None
    index: float | None

    @property
    def change(self) -> int | None:
        """Places gained against the published rank."""
        return None if self.rank is None or self.before is None else self.before - self.rank


@dataclass(frozen=True)
class WhatIfRanking:
    """`rows`: those that the scope may see, by their new rank. Of all `n` ranked bases of the type: how many move, and
    by how many places on average and at most; and from how many replications the intervals are."""

    n: int
    rows: tuple[WhatIfRow, ...]
    moved: int
    mean_move: float
    largest_move: int
    replications: int


def other_ranking(
    connection: Connection, scope: Scope, publication: Publication, type_code: str, choice: Choice
) -> WhatIfRanking:
    """The type's ranking under a choice, by the definitions and the method that the publication was made with. Raises
    NoIndex when nothing would be left to rank, NotKept as `made_with` does."""
    definitions = made_with(connection, scope, publication).definitions
    everyone = all_members(connection, publication, type_code)
    there = [code for code, member in everyone.items() if member.returned]
    values, published = stored_values(connection, publication, definitions, type_code, there)
    if not there:
        return WhatIfRanking(0, (), 0, 0.0, 0, 0)
    found = what_if(values, definitions, type_code, choice, seed=0)
    sure = found.certainty
    columns = zip(there, sure.nominal, sure.low, sure.high, found.index, strict=True)
    rows = {
        code: WhatIfRow(everyone[code], published.get(code), _whole(rank), _real(low), _real(high), _real(index))
        for code, rank, low, high, index in columns
    }
    rows |= {
        code: WhatIfRow(member, None, None, None, None, None) for code, member in everyone.items() if code not in rows
    }
    moves = [abs(row.change) for row in rows.values() if row.change is not None]
    listed = [row for row in rows.values() if scope.allows_base(row.member)]
    listed.sort(key=lambda row: (row.rank is None, row.rank or 0, row.member.code))
    return WhatIfRanking(
        sum(row.rank is not None for row in rows.values()),
        tuple(listed),
        sum(move > 0 for move in moves),
        float(np.mean(moves)) if moves else 0.0,
        max(moves, default=0),
        found.replications,
    )


def stored_values(
    connection: Connection, publication: Publication, definitions: Definitions, type_code: str, there: Sequence[str]
) -> tuple[dict[str, Values], dict[str, int]]:
    """The publication's indicator values of those bases, arrays [1, base]; and their published ranks. For the
    repository itself and for commands: callers show names only where the scope allows."""
    place = {code: i for i, code in enumerate(there)}
    scored = [indicator.code for indicator in definitions.of_type(type_code) if indicator.scored]
    values = {code: np.full((1, len(there)), np.nan) for code in scored}
    whys = {code: np.full((1, len(there)), np.uint8(Why.NO_RETURN)) for code in scored}
    table, index = schema.result.c, definitions.method.index.code
    rows = connection.execute(
        select(table.code, table.base, table.value, table.rank, table.why).where(
            table.publication == publication.code, table.code.in_([*scored, index])
        )
    )
    ranks = {}
    for row in rows:
        if row.base not in place:
            continue
        if row.code == index:
            ranks[row.base] = row.rank
            continue
        values[row.code][0, place[row.base]] = np.nan if row.value is None else row.value
        whys[row.code][0, place[row.base]] = _WHY[row.why]
    return {
        code: Values(values[code], None, values[code], whys[code], ~np.isnan(values[code])) for code in scored
    }, ranks


def _whole(number: float) -> int | None:
    return None if np.isnan(number) else int(number)


def _real(number: float) -> float | None:
    return None if np.isnan(number) else float(number)
