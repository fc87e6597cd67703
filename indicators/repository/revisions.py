"""What was published, oldest first, and what each publication changed of the one of its quarter before."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from etl import schema
from indicators.definition import Headline
from indicators.repository.changes import LEAST
from indicators.repository.made_with import definitions_of
from indicators.repository.members import all_members
from indicators.repository.publications import Publication, every_publication
from indicators.scope import NATION, Scope


@dataclass(frozen=True)
class Total:
    headline: Headline
    before: float | None
    now: float | None


@dataclass(frozen=True)
class Revision:
    """`before`: what it replaced, None for the first of its quarter. `bases`: how many bases have another value of some
    indicator, are new or are gone. `totals`: of each headline of the publication its sums over the nation; None where the
    difference would give away what one of them reported."""

    publication: Publication
    before: Publication | None = None
    bases: int = 0
    totals: tuple["Total", ...] | None = None

    @property
    def method(self) -> bool:
        """Whether the method or a definition is another."""
        one, other = self.publication, self.before
        return other is not None and (one.method_hash, one.definitions_hash) != (
            other.method_hash,
            other.definitions_hash,
        )


def revisions(connection: Connection, scope: Scope) -> tuple[Revision, ...]:
    """Of every publication that never changes, the oldest first."""
    found: list[Revision] = []
    last: dict[str, Publication] = {}
    for known in every_publication(connection, scope):
        if known.settled:
            before = last.get(known.period)
            found.append(_revision(connection, scope, known, before) if before else Revision(known))
            last[known.period] = known
    return tuple(sorted(found, key=lambda one: (one.publication.created_at, one.publication.code)))


def _revision(connection: Connection, scope: Scope, now: Publication, before: Publication) -> Revision:
    definitions, earlier = (definitions_of(connection, scope, one) for one in (now, before))
    changed = _changed(connection, before, now, sorted({*definitions.indicators, *earlier.indicators}))
    known = all_members(connection, before) | all_members(connection, now)
    others = sum(base not in known or not scope.allows_base(known[base]) for base in changed)
    shown = scope.everywhere or (scope.sees_sums and (others == 0 or others >= LEAST))
    return Revision(
        now, before, len(changed), _totals(connection, before, now, definitions.method.headlines) if shown else None
    )


def _changed(connection: Connection, before: Publication, now: Publication, codes: list[str]) -> set[str]:
    """The bases of which some indicator's value is another, or is there in one of the two only."""
    earlier, later = (_values(connection, known, codes) for known in (before, now))
    return {base for base, _ in earlier.items() ^ later.items()}


def _values(connection: Connection, publication: Publication, codes: list[str]) -> dict[str, tuple]:
    """Base → its values in the order of their codes."""
    table = schema.result.c
    rows = connection.execute(
        select(table.base, table.code, table.value)
        .where(table.publication == publication.code, table.code.in_(codes))
        .order_by(table.base, table.code)
    )
    found: dict[str, list] = {}
    for base, code, value in rows:
        found.setdefault(base, []).append((code, value))
    return {base: tuple(values) for base, values in found.items()}


def _totals(
    connection: Connection, before: Publication, now: Publication, headlines: Sequence[Headline]
) -> tuple[Total, ...]:
    table, codes = schema.group_result.c, [headline.code for headline in headlines]
    rows = connection.execute(
        select(table.publication, table.code, table.value)
        .where(table.publication.in_([before.code, now.code]), table.code.in_(codes))
        .where(table.type == "", table.area_kind == NATION)
    )
    values = {(row.publication, row.code): row.value for row in rows}
    return tuple(
        Total(headline, values.get((before.code, headline.code)), values.get((now.code, headline.code)))
        for headline in headlines
    )
