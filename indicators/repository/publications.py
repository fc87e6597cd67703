"""What is published, and which publication stands for which quarter: the newest of the highest vintage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from etl import periods, schema
from etl.warehouse import writing
from indicators.publish import VINTAGES, WORKING, approve
from indicators.scope import NotAllowed, Scope
from indicators.sources import FINAL, SETTLED

QUARTERS = 12
"""How far back a trend looks."""


@dataclass(frozen=True)
class Publication:
    """`content`: sha256 of what is published, None for a working one; `method_hash`, `definitions_hash`: of what it was
    made by; `approved_…`: the newest signature."""

    code: str
    period: str
    vintage: str
    number: int
    created_at: datetime
    by: str | None = None
    content: str | None = None
    method_hash: str = ""
    definitions_hash: str = ""
    approved_by: str | None = None
    approved_at: datetime | None = None
    approved_reason: str = ""

    @property
    def settled(self) -> bool:
        """Whether it never changes."""
        return self.vintage != WORKING

    @property
    def unsigned(self) -> bool:
        """Whether an approver's signature is still missing."""
        return self.vintage in SETTLED and self.approved_by is None


def publications(connection: Connection, scope: Scope) -> tuple[Publication, ...]:
    """The publication that is shown for each quarter, the oldest quarter first. Every scope sees the same quarters."""
    shown = {known.period: known for known in every_publication(connection, scope)}
    return tuple(shown[period] for period in sorted(shown))


def every_publication(connection: Connection, scope: Scope) -> tuple[Publication, ...]:
    """Everything that is computed or published, by quarter, the least settled first. Every scope sees the same."""
    table, approval = schema.publication.c, schema.approval.c
    signed = {
        row.publication: {"approved_by": row.by, "approved_at": row.at, "approved_reason": row.reason}
        for row in connection.execute(select(schema.approval).order_by(approval.number))
    }
    rows = connection.execute(
        select(
            table.publication, table.period, table.vintage, table.number, table.created_at, table.by, table.content,
            table.method_hash, table.definitions_hash,
        )
    )  # fmt: skip
    found = (Publication(*row, **signed.get(row.publication, {})) for row in rows)
    return tuple(sorted(found, key=lambda known: (known.period, *_settled(known))))


def before(every: Sequence[Publication], one: Publication) -> Publication | None:
    """What a publication is held against. A final one: what was final or revised last of the quarter before, for that is
    what people compare a quarter with. Any other, or where there is none: of its quarter the one published before it, of
    working figures what is published of the quarter; where there is none, what is shown of the last quarter before."""
    if one.vintage == FINAL:
        last = periods.shift(one.period, -1)
        final = [known for known in every if known.period == last and known.vintage in SETTLED]
        if final:
            return final[-1]
    of_quarter = [known for known in every if known.period == one.period and known.settled and known != one]
    if one.settled:
        of_quarter = [known for known in of_quarter if _settled(known) < _settled(one)]
    earlier = [known for known in every if known.period < one.period]
    return next(iter([*of_quarter[::-1], *earlier[::-1]]), None)


def replaced_by(every: Sequence[Publication], one: Publication) -> Publication | None:
    """The revision that stands in a final or revised publication's place, where there is one."""
    of_quarter = [known for known in every if known.period == one.period and known.vintage in SETTLED]
    return of_quarter[-1] if one in of_quarter[:-1] else None


def sign(engine: Engine, scope: Scope, who: str, name: str, reason: str) -> None:
    """An approver's signature under a final or revised publication. Raises NotAllowed for everybody else, LookupError for
    an unknown name, Refused as `approve` does."""
    if not scope.approves:
        raise NotAllowed(name)
    with writing(engine) as connection:
        if name not in {known.code for known in every_publication(connection, scope)}:
            raise LookupError(name)
        approve(connection, name, who, reason)


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
