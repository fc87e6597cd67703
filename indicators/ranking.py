"""The ranking of a quarter as rows: what `rank` prints."""

from typing import Any

from sqlalchemy import Connection, select

from etl import schema
from etl.registry import Registry
from indicators.definition import Definitions
from indicators.publish import VINTAGES

COLUMNS: tuple[str, ...] = ("base", "name", "type", "province", "index", "rank", "low", "high", "n")


def latest_publication(connection: Connection, period: str) -> str | None:
    """The quarter's most settled publication, the newest of its vintage; None when nothing is computed."""
    publication = schema.publication.c
    rows = connection.execute(
        select(publication.publication, publication.vintage, publication.number).where(publication.period == period)
    ).all()
    if not rows:
        return None
    return max(rows, key=lambda row: (VINTAGES.index(row.vintage), row.number)).publication


def ranking(
    connection: Connection, definitions: Definitions, period: str, base_type: str | None
) -> list[dict[str, Any]]:
    """Rows with COLUMNS, by type and rank; bases without an index come last. `n` counts the ranked of the type."""
    publication = latest_publication(connection, period)
    if publication is None:
        return []
    result, standing = schema.result.c, schema.standing.c
    rows = connection.execute(
        select(standing.base, standing.type, standing.province, result.value, result.rank, result.low, result.high)
        .join(schema.result, (result.publication == standing.publication) & (result.base == standing.base))
        .where(standing.publication == publication, result.code == definitions.method.index.code)
    ).all()
    registry = Registry(connection)
    ranked: dict[str, int] = {}
    for row in rows:
        ranked[row.type] = ranked.get(row.type, 0) + (row.rank is not None)
    chosen = [row for row in rows if base_type in (None, row.type)]
    chosen.sort(key=lambda row: (row.type, row.rank is None, row.rank, row.base))
    return [
        {
            "base": row.base,
            "name": base.name.en if (base := registry.base(row.base, period)) else row.base,
            "type": row.type,
            "province": row.province,
            "index": row.value,
            "rank": row.rank,
            "low": row.low,
            "high": row.high,
            "n": ranked[row.type],
        }
        for row in chosen
    ]
