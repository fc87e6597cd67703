"""Two publications beside each other: the bases that the scope may see, and what moved them."""

from sqlalchemy import Connection

from indicators.compare import Moved, compare
from indicators.repository.publications import Publication
from indicators.scope import Scope


def comparison(connection: Connection, scope: Scope, a: Publication, b: Publication) -> tuple[Moved, ...]:
    """By code. Raises Refused and NotKept as indicators.compare.compare does."""
    return tuple(row for row in compare(connection, a.code, b.code) if scope.allows_base(row))
