"""Every number of one base in a publication, down to the cells and up to the opinion, for those who may see the base."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from etl import schema
from etl.form import Form
from etl.reading import HISTORY_SHEET
from indicators.definition import Definitions
from indicators.explain_change import Change, explain_change
from indicators.explain_scores import Whole, explain_whole
from indicators.repository.made_with import read_by
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

    @property
    def form(self) -> Form:
        """That of the publication."""
        return self.whole.form


@dataclass(frozen=True)
class ExplainedChange:
    """An indicator of the base in one quarter alone against the year before; the rest as in Explained."""

    member: Member
    change: Change
    form: Form
    definitions: Definitions
    own_files: frozenset[str]


def explained(connection: Connection, scope: Scope, publication: Publication, base: str) -> Explained:
    """Raises NotAllowed and UnknownBase as `named` does; Refused for working figures that are out of date, NotKept when
    the catalogue of then cannot be loaded any more."""
    member = named(connection, scope, publication, base)
    return Explained(member, explain_whole(connection, base, publication.code), _own_files(connection, base))


def explained_change(
    connection: Connection, scope: Scope, publication: Publication, base: str, code: str
) -> ExplainedChange:
    """Raises as `explained` does, and Unexplained for an indicator that is not compared quarter by quarter."""
    member = named(connection, scope, publication, base)
    made = read_by(connection, scope, publication)
    change = explain_change(connection, base, publication.code, code)
    return ExplainedChange(member, change, made.form, made.definitions, _own_files(connection, base))


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
