"""Two publications beside each other: the bases that the scope may see, and what moved them."""

from functools import lru_cache
from threading import Lock

from sqlalchemy import Connection, Engine

from etl.warehouse import reading
from indicators.compare import Moved, compare
from indicators.repository.publications import Publication
from indicators.scope import Scope

_BUSY = Lock()


def comparison(connection: Connection, scope: Scope, a: Publication, b: Publication) -> tuple[Moved, ...]:
    """By code. Raises Refused and NotKept as indicators.compare.compare does. It takes seconds; what is settled is
    computed once for everybody, and who asks meanwhile waits for that answer."""
    if a.settled and b.settled:
        with _BUSY:
            found = _kept(connection.engine, a.code, b.code)
    else:
        found = tuple(compare(connection, a.code, b.code))
    return tuple(row for row in found if scope.allows_base(row))


@lru_cache(maxsize=64)
def _kept(engine: Engine, a: str, b: str) -> tuple[Moved, ...]:
    with reading(engine) as connection:
        return tuple(compare(connection, a, b))
