"""Every number of one base in a publication, down to the cells and up to the opinion, for those who may see the base."""

from dataclasses import dataclass

from sqlalchemy import Connection

from indicators.explain_scores import Whole, explain_whole
from indicators.repository.members import Member, named
from indicators.repository.publications import Publication
from indicators.scope import Scope


@dataclass(frozen=True)
class Explained:
    """What the base was then, and its numbers."""

    member: Member
    whole: Whole


def explained(connection: Connection, scope: Scope, publication: Publication, base: str) -> Explained:
    """Raises NotAllowed and UnknownBase as `named` does; Refused for working figures that are out of date, NotKept when
    the catalogue of then cannot be loaded any more."""
    member = named(connection, scope, publication, base)
    return Explained(member, explain_whole(connection, base, publication.code))
