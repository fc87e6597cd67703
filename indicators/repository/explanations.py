"""Every number of one base in a publication, down to the cells and up to the opinion, for those who may see the base."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from etl import schema
from etl.reading import HISTORY_SHEET
from indicators.explain_scores import Whole, explain_whole
from indicators.repository.members import Member, named
from indicators.repository.publications import Publication
from indicators.scope import Scope


@dataclass(frozen=True)
class Explained:
    """What the base was then, and its numbers. `own_files`: the sha256 of the files that hold its returns and no other
    base's, which may therefore be given to it."""

    member: Member
    whole: Whole
    own_files: frozenset[str]


def explained(connection: Connection, scope: Scope, publication: Publication, base: str) -> Explained:
    """Raises NotAllowed and UnknownBase as `named` does; Refused for working figures that are out of date, NotKept when
    the catalogue of then cannot be loaded any more."""
    member = named(connection, scope, publication, base)
    return Explained(member, explain_whole(connection, base, publication.code), _own_files(connection, base))


def _own_files(connection: Connection, base: str) -> frozenset[str]:
    version = schema.return_version.c
    mine = select(version.sha256).where(version.base == base, version.sheet != HISTORY_SHEET)
    alone = (
        select(version.sha256)
        .where(version.sha256.in_(mine))
        .group_by(version.sha256)
        .having(func.count(version.base.distinct()) == 1)
    )
    return frozenset(connection.execute(alone).scalars())
