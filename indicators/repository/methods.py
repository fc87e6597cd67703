"""What differs between the method of a publication and that of the one before it. Everybody may know the method."""

from dataclasses import dataclass

from sqlalchemy import Connection

from indicators.catalogue import load
from indicators.method_changes import Catalogue, MethodChange, method_changes
from indicators.repository.publications import Publication, before, every_publication
from indicators.scope import Scope


@dataclass(frozen=True)
class Since:
    """`last`: the publication before, None for the very first."""

    last: Publication | None
    changes: tuple[MethodChange, ...]


def changed_since(connection: Connection, scope: Scope, publication: Publication) -> Since:
    """Raises NotKept where one of the two catalogues cannot be loaded any more; equal ones need not be."""
    last = before(every_publication(connection, scope), publication)
    if last is None or _hashes(last) == _hashes(publication):
        return Since(last, ())
    then, now = (Catalogue(*load(connection, *_hashes(one))) for one in (last, publication))
    return Since(last, method_changes(then, now))


def _hashes(publication: Publication) -> tuple[str, str]:
    return publication.definitions_hash, publication.method_hash
