"""Which publication stands for which quarter: the newest of the highest vintage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from etl import periods, schema
from indicators.scope import Scope

VINTAGES = ("working", "provisional", "final", "revised")
"""From the least to the most settled."""
QUARTERS = 12
"""How far back a trend looks."""


@dataclass(frozen=True)
class Publication:
    code: str
    period: str
    vintage: str
    number: int
    created_at: datetime


def publications(connection: Connection, scope: Scope) -> tuple[Publication, ...]:
    """The publication that is shown for each quarter, the oldest quarter first. Every scope sees the same quarters."""
    table = schema.publication.c
    rows = connection.execute(select(table.publication, table.period, table.vintage, table.number, table.created_at))
    shown: dict[str, Publication] = {}
    for known in sorted((Publication(*row) for row in rows), key=_settled):
        shown[known.period] = known
    return tuple(shown[period] for period in sorted(shown))


def _settled(publication: Publication) -> tuple[int, int]:
    vintage = publication.vintage
    return (VINTAGES.index(vintage) if vintage in VINTAGES else -1, publication.number)


def window(connection: Connection, scope: Scope, last: Publication, quarters: int = QUARTERS) -> list[Publication]:
    """The publications of that many quarters up to `last`; quarters without one are left out."""
    known = {publication.period: publication for publication in publications(connection, scope)} | {last.period: last}
    span = (periods.shift(last.period, -back) for back in range(quarters - 1, -1, -1))
    return [known[period] for period in span if period in known]


def quarters_before(last: Publication, quarters: int = QUARTERS) -> tuple[str, ...]:
    """The quarters of a trend's axis, whether published or not."""
    return periods.span(periods.shift(last.period, 1 - quarters), last.period)


def codes(shown: Sequence[Publication]) -> list[str]:
    return [publication.code for publication in shown]
