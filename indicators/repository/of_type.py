"""Rows of a publication by base, of the bases that were of a type then: results or signals beside their standing."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from etl import schema
from indicators.repository.publications import Publication

STANDING = schema.standing.c


def of_type(
    table: Table, publications: Sequence[str], types: Sequence[str], codes: Sequence[str], *columns: ColumnElement
) -> Select:
    """The columns, of `table` (result or signal) and of standing, for these codes. Every base is among them: whoever asks
    shows only what the scope may see."""
    row = table.c
    return (
        select(*columns)
        .join_from(table, schema.standing, (STANDING.publication == row.publication) & (STANDING.base == row.base))
        .where(row.publication.in_(publications), row.code.in_(codes), STANDING.type.in_(types))
    )


def ranked(connection: Connection, publication: Publication, index: str, type_code: str) -> int:
    """How many bases of the type have a rank."""
    result = schema.result
    query = of_type(result, [publication.code], [type_code], [index], func.count())
    return connection.execute(query.where(result.c.rank.is_not(None))).scalar_one()
