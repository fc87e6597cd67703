"""Brings working publications up to date after returns have been accepted or withdrawn."""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, func, select

from etl import periods, schema
from etl.form import load_form
from etl.registry import Registry
from etl.warehouse import reading, writing
from indicators.computed import Computed
from indicators.cube import read_cube
from indicators.definition import Definitions, load_definitions
from indicators.publish import WORKING, is_current, write_working
from indicators.sources import Sources, read_sources

_PASSES = 3
"""So often at most: who goes on accepting goes on refreshing."""


def _last(connection: Connection) -> str | None:
    """The newest quarter with an accepted return, or with a publication that was made when there was one."""
    version, publication = schema.return_version.c, schema.publication.c
    accepted = select(func.max(version.period)).where(version.in_force)
    published = select(func.max(publication.period)).where(publication.vintage == WORKING)
    known = (connection.execute(query).scalar() for query in (accepted, published))
    return max((period for period in known if period), default=None)


def _stale(connection: Connection, definitions: Definitions, sources: Sources, first: str) -> list[str]:
    """The quarters from `first` on whose working publication is out of date, the newest first."""
    last = _last(connection)
    if not sources.returns or not last:
        return []
    opened = {quarter.period for quarter in sources.quarters}
    quarters = reversed(periods.span(sources.returns[0].period, last))
    return [
        quarter
        for quarter in quarters
        if quarter >= first and quarter in opened and not is_current(connection, definitions, quarter, sources)
    ]


def refresh(engine: Engine, first: str = "", done: Callable[[str], None] = lambda quarter: None) -> list[str]:
    """Computes each quarter from `first` on whose working publication is out of date, the newest first. Calls `done`
    after each. Returns the quarters.

    Numbers are written with the state of the data that they were computed from. When returns were accepted meanwhile,
    or someone else wrote older numbers over newer ones, that state tells, and those quarters are computed once more.
    """
    written: dict[str, None] = {}
    for _ in range(_PASSES):
        stale = _refresh_once(engine, first, done)
        written |= dict.fromkeys(stale)
        if not stale:
            break
    return list(written)


def _refresh_once(engine: Engine, first: str, done: Callable[[str], None]) -> list[str]:
    form, definitions = load_form(), load_definitions()
    with reading(engine) as connection:  # one state of the data: what is computed from it bears its name
        sources = read_sources(connection)
        stale = _stale(connection, definitions, sources, first)
        if not stale:
            return []
        registry = Registry(connection)
        panel = read_cube(connection, form, registry, _last(connection))
    computed = Computed.of(form, definitions, registry, panel)
    for quarter in stale:
        with writing(engine) as connection:
            write_working(connection, computed, quarter, sources)
        done(quarter)
    return stale
