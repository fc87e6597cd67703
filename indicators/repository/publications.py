"""What is published, and which publication stands for which quarter: the newest of the highest vintage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from etl import periods, schema
from indicators.publish import VINTAGES, WORKING
from indicators.scope import Scope

QUARTERS = 12
"""How far back a trend looks."""


@dataclass(frozen=True)
class Publication:
    """`content`: sha256 of what is published, None for a working one; `approved_…`: the newest signature."""

    code: str
    period: str
    vintage: str
    number: int
    created_at: datetime
    by: str | None = None
    content: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None

    @property
    def settled(self) -> bool:
        """Whether it never changes."""
        return self.vintage != WORKING


def publications(connection: Connection, scope: Scope) -> tuple[Publication, ...]:
    """The publication that is shown for each quarter, the oldest quarter first. Every scope sees the same quarters."""
    shown = {known.period: known for known in every_publication(connection, scope)}
    return tuple(shown[period] for period in sorted(shown))


def every_publication(connection: Connection, scope: Scope) -> tuple[Publication, ...]:
    """Everything that is computed or published, by quarter, the least settled first. Every scope sees the same."""
    table, approval = schema.publication.c, schema.approval.c
    signed = {
        row.publication: {"approved_by": row.by, "approved_at": row.at}
        for row in connection.execute(select(schema.approval).order_by(approval.number))
    }
    rows = connection.execute(
        select(table.publication, table.period, table.vintage, table.number, table.created_at, table.by, table.content)
    )
    found = (Publication(*row, **signed.get(row.publication, {})) for row in rows)
    return tuple(sorted(found, key=lambda known: (known.period, *_settled(known))))


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
