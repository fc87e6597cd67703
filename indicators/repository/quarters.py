"""One base's quarters: those in which it was asked, and where each stands."""

from sqlalchemy import Connection

from etl.events import events
from etl.registry import Registry
from etl.status import Reporting, standing
from etl.versions import versions
from indicators.scope import NotAllowed, Scope


def quarters_asked(connection: Connection, scope: Scope, base: str) -> tuple[Reporting, ...]:
    """The quarters in which the base was asked for a return and was the scope's, the oldest first. Raises NotAllowed
    where a base asks for another."""
    if scope.role == "base" and scope.base != base:
        raise NotAllowed(base)
    registry, found = Registry(connection), []
    for period in registry.quarters:
        known = registry.base(base, period)
        if known is None or not scope.allows_base(known):
            continue
        came, happened = versions(connection, base, period), events(connection, base, period)
        found.append(standing(registry, known, period, came, happened))
    return tuple(found)
