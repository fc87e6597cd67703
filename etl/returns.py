"""The life of a return: each file that is taken in becomes a version; accepting a version makes its values facts.

rejected     it has errors; nothing of it enters the facts
checked      error-free, but a query waits for a reason
submitted    error-free and every query answered
accepted     its values are the facts of that base and quarter
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from etl import schema
from etl.catalogue import Text
from etl.findings import Finding
from etl.form import Form
from etl.reading import Return, Roster
from etl.warehouse import insert

REJECTED, CHECKED, SUBMITTED, ACCEPTED = "rejected", "checked", "submitted", "accepted"


def now() -> datetime:
    """The time in UTC, without a zone: what the warehouse stores."""
    return datetime.now(UTC).replace(tzinfo=None)


def keep_workbook(connection: Connection, sha256: str, name: str, content: bytes, complete: bool) -> None:
    """Keeps the file whole, once. `complete`: each of its returns has a base that was asked."""
    workbook = schema.workbook
    known = connection.execute(select(workbook.c.complete).where(workbook.c.sha256 == sha256)).scalar()
    if known is None:
        row = {"sha256": sha256, "name": name, "size": len(content), "bytes": content, "loaded_at": now()}
        insert(connection, workbook, [{**row, "complete": complete}])
    elif known != complete:
        connection.execute(update(workbook).where(workbook.c.sha256 == sha256).values(complete=complete))


def record(connection: Connection, item: Return, sha256: str, received: date) -> int:
    """Adds a return as the next version of its base and quarter, with its findings. Returns the version's number."""
    version = schema.return_version
    mine = (version.c.base == item.base, version.c.period == item.period)
    number = (connection.execute(select(func.max(version.c.version)).where(*mine)).scalar() or 0) + 1
    state = {"rejected": REJECTED, "queries": CHECKED, "clean": SUBMITTED}[item.verdict]
    key = {"base": item.base, "period": item.period, "version": number}
    figures = {code: [entry.value, entry.row, entry.col, entry.answer] for code, entry in item.entries.items()}
    rest = {"sha256": sha256, "sheet": item.sheet, "state": state, "received": received, "figures": figures}
    insert(connection, version, [{**key, **rest, "loaded_at": now(), "accepted_at": None}])
    insert(
        connection,
        schema.finding,
        [{**key, "number": i, **_finding_row(finding)} for i, finding in enumerate(item.findings, start=1)],
    )
    return number


def _finding_row(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message_en": finding.message.en,
        "message_zh": finding.message.zh,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "measure": finding.measure,
        "value": None if finding.value is None else str(finding.value),
        "answer": finding.answer,
    }


def accept(connection: Connection, form: Form, item: Return, number: int, replaces: bool) -> None:
    """Makes a version's values the facts of its base and quarter. `replaces`: an earlier version was accepted, whose
    facts go to fact_history."""
    version, fact, moment = schema.return_version, schema.fact, now()
    if replaces:
        _put_by(connection, form, item, moment)
    key = {"period": item.period, "base": item.base, "version": number}
    insert(
        connection,
        fact,
        [
            {**key, "measure": code, "value": entry.value, "row": entry.row, "col": entry.col}
            for code, entry in item.entries.items()
            if entry.value is not None
        ],
    )
    connection.execute(
        update(version)
        .where(version.c.base == item.base, version.c.period == item.period, version.c.version == number)
        .values(state=ACCEPTED, accepted_at=moment)
    )
    if item.roster:
        insert(connection, schema.roster, _roster_rows(form, item, item.roster))


def _put_by(connection: Connection, form: Form, item: Return, moment: datetime) -> None:
    """Moves the quarter's facts to fact_history, and drops the roster that the new version brings anew."""
    fact, version, roster = schema.fact, schema.return_version, schema.roster
    mine = (fact.c.period == item.period, fact.c.measure.in_(form.measures), fact.c.base == item.base)
    same = (version.c.base == fact.c.base) & (version.c.period == fact.c.period) & (version.c.version == fact.c.version)
    rows = connection.execute(select(fact, version.c.accepted_at).join(version, same).where(*mine)).mappings()
    insert(
        connection,
        schema.fact_history,
        [{**_without(row, "accepted_at"), "known_from": row["accepted_at"], "known_to": moment} for row in rows],
    )
    connection.execute(delete(fact).where(*mine))
    connection.execute(delete(roster).where(roster.c.period == item.period, roster.c.base == item.base))


def _without(row: Any, name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _roster_rows(form: Form, item: Return, roster: Roster) -> list[dict[str, Any]]:
    key = form.firm_key
    money = [column.code for column in form.roster.values() if column.finance]
    rows = []
    for i, place in enumerate(roster.rows):
        details = {code: _plain(cells[i]) for code, cells in roster.columns.items() if cells[i] is not None}
        firm = str(details.get(key, ""))[:40] if key else None
        financed = any(details.get(code) for code in money)
        place_of_row = {"period": item.period, "base": item.base, "row": place}
        rows.append({**place_of_row, "firm": firm, "financed": financed, "details": details})
    return rows


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def recorded(connection: Connection, sha256: str) -> list[Return]:
    """The returns of a file that was loaded before, with the findings of then."""
    version, finding = schema.return_version, schema.finding
    items = []
    for row in connection.execute(
        select(version.c.base, version.c.period, version.c.version, version.c.sheet)
        .where(version.c.sha256 == sha256)
        .order_by(version.c.period, version.c.base)
    ):
        key = (finding.c.base == row.base, finding.c.period == row.period, finding.c.version == row.version)
        found = connection.execute(select(finding).where(*key).order_by(finding.c.number))
        items.append(Return(row.base, row.period, row.sheet, findings=[_finding(f) for f in found]))
    return items


def _finding(row: Any) -> Finding:
    message = Text(en=row.message_en, zh=row.message_zh)
    return Finding(row.code, row.severity, message, row.sheet, row.cell, row.measure, row.value, row.answer)


def waiting_files(connection: Connection, accept_now: bool) -> tuple[set[str], set[str]]:
    """(files loaded before, those of them to be looked at again).

    Looked at again is a file whose return is the newest version of its quarter and was rejected, because what it was
    checked against may have changed; when accepting, one that waits for it; and one that named a base or quarter that
    was not there, but may be now.
    """
    version = schema.return_version.c
    newest = (
        select(version.base, version.period, func.max(version.version).label("version"))
        .group_by(version.base, version.period)
        .subquery()
    )
    same = (version.base == newest.c.base) & (version.period == newest.c.period) & (version.version == newest.c.version)
    states = {REJECTED, CHECKED, SUBMITTED} if accept_now else {REJECTED}
    again = (
        select(version.sha256).select_from(schema.return_version).join(newest, same).where(version.state.in_(states))
    )
    known = connection.execute(select(version.sha256).distinct()).scalars()
    incomplete = select(schema.workbook.c.sha256).where(~schema.workbook.c.complete)
    return set(known), set(connection.execute(again).scalars()) | set(connection.execute(incomplete).scalars())


def versions(connection: Connection, base: str, period: str) -> list[Any]:
    """Every version of a base's quarter, oldest first: its number, sha256 and state."""
    version = schema.return_version.c
    return list(
        connection.execute(
            select(version.version, version.sha256, version.state)
            .where(version.base == base, version.period == period)
            .order_by(version.version)
        )
    )
