"""A publication computed again from what was known when it was made, with the method of then."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from etl import schema
from etl.form import Form
from etl.panel import Panel
from indicators import catalogue, content
from indicators.computed import Computed
from indicators.content import Tables
from indicators.definition import load_definitions
from indicators.publish import WORKING, Refused, is_current
from indicators.results import tables
from indicators.sources import Sources, read_panel, read_sources


@dataclass(frozen=True)
class Made:
    """What a publication was made from: everything that is needed to compute it again."""

    publication: RowMapping
    sources: Sources
    computed: Computed
    panel_of: Callable[[Form], Panel]
    """Its data as another form lays them out."""

    @property
    def period(self) -> str:
        return self.publication["period"]


@dataclass(frozen=True)
class Difference:
    """A row of a publication that is another one when it is computed again. None: it is not there."""

    table: str
    key: tuple[str, ...]
    column: str
    published: Any
    recomputed: Any


def publication_row(connection: Connection, name: str) -> RowMapping:
    """Raises Refused for an unknown name."""
    query = select(schema.publication).where(schema.publication.c.publication == name)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise Refused(f"there is no publication {name}; list them with: python -m indicators publications")
    return row


def made_from(connection: Connection, name: str) -> Made:
    """Raises Refused for an unknown name and for a working publication that is out of date; NotKept when its catalogue
    cannot be loaded any more."""
    row = publication_row(connection, name)
    sources = _sources(connection, row)
    form, definitions = catalogue.load(connection, row["definitions_hash"], row["method_hash"])
    panel_of = partial(read_panel, connection, sources=sources, period=row["period"])
    return Made(row, sources, Computed.of(form, definitions, sources.registry, panel_of(form)), panel_of)


def recompute(made: Made) -> Tables:
    return tables(made.computed, made.sources, made.period, made.publication["seed"])


def stored(connection: Connection, name: str) -> bytes:
    """A publication's content as it is stored. Raises Refused for an unknown name."""
    return content.serialise(publication_row(connection, name), content.read_tables(connection, name))


def verify(connection: Connection, name: str) -> list[Difference]:
    """What differs between a publication as stored and as computed again from what was known then; nothing when the
    bytes are the same. Raises as `made_from` does, and Refused when the stored rows are not those that were published.
    """
    row = publication_row(connection, name)
    published = content.read_tables(connection, name)
    if row["content"] and content.digest(content.serialise(row, published)) != row["content"]:
        raise Refused(f"the rows of {name} are not those that were published; restore the warehouse from a backup")
    again = recompute(made_from(connection, name))
    if content.serialise(row, published) == content.serialise(row, again):
        return []
    return [found for table in content.TABLES for found in _differences(table, published[table], again[table])]


def _sources(connection: Connection, row: RowMapping) -> Sources:
    if row["vintage"] != WORKING:
        return Sources.from_text(catalogue.kept(connection, row["data_state"]))
    # The state of the data is not kept with a working publication: it is what it is now, or the publication is stale.
    now = read_sources(connection)
    if not is_current(connection, load_definitions(), row["period"], now):
        raise Refused(
            f"{row['publication']} is out of date; run: python -m indicators compute --period {row['period']}"
        )
    return now.until(row["period"])


def _differences(table: Table, published: list, again: list) -> Iterator[Difference]:
    before, after = (
        {content.key_of(table, row): content.plain(table, row) for row in rows} for rows in (published, again)
    )
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key, {}), after.get(key, {})
        for column in one or other:
            if one.get(column) != other.get(column):
                yield Difference(table.name, key, column, one.get(column), other.get(column))
