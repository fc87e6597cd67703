"""Brings working publications up to date after returns have been accepted or withdrawn."""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, func, select

from etl import schema
from etl.form import load_form
from etl.registry import Registry
from etl.warehouse import reading, writing
from indicators.computed import Computed
from indicators.cube import read_cube
from indicators.definition import load_definitions
from indicators.publish import WORKING, is_current, write_working
from indicators.sources import read_sources


def _last(connection: Connection) -> str | None:
    """The newest quarter with an accepted return, or with a publication that was made when there was one."""
    version, publication = schema.return_version.c, schema.publication.c
    accepted = select(func.max(version.period)).where(version.in_force)
    published = select(func.max(publication.period)).where(publication.vintage == WORKING)
    known = (connection.execute(query).scalar() for query in (accepted, published))
    return max((period for period in known if period), default=None)


def refresh(engine: Engine, first: str = "", done: Callable[[str], None] = lambda quarter: None) -> list[str]:
    """Computes each quarter from `first` on whose working publication is out of date, the newest first. Calls `done`
    after each. Returns the quarters."""
    form, definitions = load_form(), load_definitions()
    with reading(engine) as connection:
        registry = Registry(connection)
        panel, sources = read_cube(connection, form, registry, _last(connection)), read_sources(connection)
        stale = [
            quarter
            for quarter in reversed(panel.periods)
            if quarter >= first
            and quarter in registry.quarters
            and not is_current(connection, definitions, quarter, sources)
        ]
    if not stale or not panel.returned.any():
        return []
    computed = Computed.of(form, definitions, registry, panel)
    for quarter in stale:
        with writing(engine) as connection:
            write_working(connection, computed, quarter, sources)
        done(quarter)
    return stale
