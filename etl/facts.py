"""Facts: the accepted values of each base and quarter, the roster behind them, and what was known on an earlier day."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, union_all, update

from etl import schema
from etl.clock import end_of, now
from etl.form import Form
from etl.reading import Entry, Roster
from etl.versions import Version
from etl.warehouse import insert


def put_in_force(
    connection: Connection, form: Form, version: Version, entries: Mapping[str, Entry], roster: Roster | None
) -> None:
    """Makes a version's values the facts of its base and quarter. Those of another version go to fact_history."""
    moment = now()
    withdraw(connection, version.base, version.period, moment)
    key = {"period": version.period, "base": version.base, "version": version.version, "known_from": moment}
    insert(
        connection,
        schema.fact,
        [
            {**key, "measure": code, "value": entry.value, "row": entry.row, "col": entry.col}
            for code, entry in entries.items()
            if entry.value is not None
        ],
    )
    _mark(connection, version.base, version.period, version.version)
    if roster:
        insert(connection, schema.roster, _roster_rows(form, version, roster))


def withdraw(connection: Connection, base: str, period: str, moment: datetime | None = None) -> None:
    """Moves the quarter's facts to fact_history, with the time until which they were known, and drops its roster."""
    fact, roster, kept = schema.fact, schema.roster, schema.return_version.c
    in_force = select(kept.figures).where(kept.base == base, kept.period == period, kept.in_force)
    figures = connection.execute(in_force).scalar()
    if figures is None:
        return
    # The version's own measures, not the form's: a measure may have left the catalogue since.
    mine = (fact.c.period == period, fact.c.measure.in_(list(figures)), fact.c.base == base)
    rows = connection.execute(select(fact).where(*mine)).mappings()
    insert(connection, schema.fact_history, [{**row, "known_to": moment or now()} for row in rows])
    connection.execute(delete(fact).where(*mine))
    connection.execute(delete(roster).where(roster.c.period == period, roster.c.base == base))
    _mark(connection, base, period, None)


def _mark(connection: Connection, base: str, period: str, number: int | None) -> None:
    version = schema.return_version
    mine = (version.c.base == base, version.c.period == period)
    if number is None:
        connection.execute(update(version).where(*mine, version.c.in_force).values(in_force=False))
    else:
        connection.execute(update(version).where(*mine, version.c.version == number).values(in_force=True))


def known_on(connection: Connection, day: date, period: str | None = None, base: str | None = None) -> list[Any]:
    """What was known at the end of a day: rows of period, measure, base, value, version, row, col."""
    moment = end_of(day)
    names = ("period", "measure", "base", "value", "version", "row", "col")
    parts = []
    for table in (schema.fact, schema.fact_history):
        query = select(*(table.c[name] for name in names)).where(table.c.known_from < moment)
        if table is schema.fact_history:
            query = query.where(table.c.known_to >= moment)
        if period:
            query = query.where(table.c.period == period)
        if base:
            query = query.where(table.c.base == base)
        parts.append(query)
    found = union_all(*parts).subquery()
    return list(connection.execute(select(found).order_by(found.c.period, found.c.base, found.c.measure)))


def _roster_rows(form: Form, version: Version, roster: Roster) -> list[dict[str, Any]]:
    key, codes = form.firm_key, list(roster.columns)
    money = [column.code for column in form.roster.values() if column.finance]
    dates = {column.code for column in form.roster.values() if column.value_type == "date"}
    columns = [list(map(_plain, cells)) if code in dates else cells for code, cells in roster.columns.items()]
    rows = []
    for place, *cells in zip(roster.rows, *columns, strict=True):
        details = {code: cell for code, cell in zip(codes, cells, strict=True) if cell is not None}
        firm = str(details.get(key, ""))[:40] if key else None
        financed = any(map(details.get, money))
        place_of_row = {"period": version.period, "base": version.base, "row": place}
        rows.append({**place_of_row, "firm": firm, "financed": financed, "details": details})
    return rows


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
