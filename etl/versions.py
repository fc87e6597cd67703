"""What was sent is kept: each file whole, and each return in it as a version of its base and quarter with its findings.

A version never changes, but for its state (etl/returns.py) and the answers to its queries.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, select, update

from etl import audit, schema
from etl.catalogue import Text
from etl.clock import now
from etl.findings import Finding
from etl.reading import Entry, Return
from etl.warehouse import insert

DRAFT, CHECKED, SUBMITTED, ACCEPTED, FINAL, RETURNED = (
    "draft",
    "checked",
    "submitted",
    "accepted",
    "final",
    "returned",
)
"""draft: has errors · checked: error-free, not handed in · submitted: handed in, with the province · accepted: by the
province, with the nation · final: accepted by the nation · returned: by either, with a reason."""
STATES = (DRAFT, CHECKED, SUBMITTED, ACCEPTED, FINAL, RETURNED)
UNDER_REVIEW = (SUBMITTED, ACCEPTED)


@dataclass(frozen=True)
class Version:
    """One version of a return: where it came from and how far it got."""

    base: str
    period: str
    version: int
    sha256: str
    sheet: str
    state: str
    in_force: bool
    received: date
    by: str
    loaded_at: datetime

    @property
    def error_free(self) -> bool:
        return self.state != DRAFT


Content = Callable[[Version], Return | None]
"""Reads a version's return anew from its kept file; None when it is not in there any more."""

_VERSION = [schema.return_version.c[name] for name in Version.__dataclass_fields__]
# Statements that run for every return are made once.
_LATER = (
    select(*_VERSION)
    .where(
        schema.return_version.c.base == bindparam("of"),
        schema.return_version.c.period > bindparam("after"),
        schema.return_version.c.period <= bindparam("until"),
        schema.return_version.c.state != DRAFT,
    )
    .order_by(schema.return_version.c.period, schema.return_version.c.version)
)
_OF_ONE = (
    select(*_VERSION)
    .where(*(schema.return_version.c[name] == bindparam(f"of_{name}") for name in ("base", "period")))
    .order_by(schema.return_version.c.version)
)
_FINDINGS = (
    select(schema.finding)
    .where(*(schema.finding.c[name] == bindparam(f"of_{name}") for name in ("base", "period", "version")))
    .order_by(schema.finding.c.number)
)


def versions(connection: Connection, base: str, period: str) -> list[Version]:
    """Every version of a base's quarter, oldest first."""
    rows = connection.execute(_OF_ONE, {"of_base": base, "of_period": period})
    return [Version(*row) for row in rows]


def versions_of_quarter(connection: Connection, period: str) -> dict[str, list[Version]]:
    """Base → its versions of the quarter, oldest first."""
    version = schema.return_version.c
    rows = connection.execute(select(*_VERSION).where(version.period == period).order_by(version.base, version.version))
    found: dict[str, list[Version]] = {}
    for row in rows:
        found.setdefault(row.base, []).append(Version(*row))
    return found


def later_versions(connection: Connection, base: str, after: str, until: str) -> list[Version]:
    """The newest error-free version of each of a base's quarters after one and until another, in their order."""
    rows = connection.execute(_LATER, {"of": base, "after": after, "until": until})
    return list({row.period: Version(*row) for row in rows}.values())


# Keeping


def hold(connection: Connection, *bases: str) -> None:
    """Makes others who write of these bases wait until this transaction ends: two files of one quarter that come in at
    the same time become two versions, not one and an error. (SQLite lets one writer in at a time anyway.)"""
    mine = select(schema.base.c.base).where(schema.base.c.base.in_(bases))
    connection.execute(mine.order_by(schema.base.c.base).with_for_update()).all()


def keep_workbook(connection: Connection, sha256: str, name: str, content: bytes, complete: bool) -> None:
    """Keeps the file whole, once. `complete`: each of its returns has a base that was asked."""
    workbook = schema.workbook
    known = connection.execute(select(workbook.c.complete).where(workbook.c.sha256 == sha256)).scalar()
    if known is None:
        row = {"sha256": sha256, "name": name, "size": len(content), "bytes": content, "loaded_at": now()}
        insert(connection, workbook, [{**row, "complete": complete}])
    elif known != complete:
        connection.execute(update(workbook).where(workbook.c.sha256 == sha256).values(complete=complete))


def workbook(connection: Connection, sha256: str) -> tuple[str, bytes]:
    """(name, bytes) of a kept file. Raises LookupError when there is none."""
    kept = schema.workbook.c
    row = connection.execute(select(kept.name, kept.bytes).where(kept.sha256 == sha256)).first()
    if row is None:
        raise LookupError(f"no file {sha256} is kept")
    return row.name, row.bytes


def reread(connection: Connection, version: Version, read: Callable[[bytes], list[Return]]) -> Return | None:
    """A version's return as its kept file says it."""
    _, content = workbook(connection, version.sha256)
    mine = (item for item in read(content) if (item.base, item.period) == (version.base, version.period))
    return next(mine, None)


def record(connection: Connection, item: Return, sha256: str, received: date, by: str) -> Version:
    """Adds a return as the next version of its base and quarter, with its findings; its state follows from them."""
    version = schema.return_version
    mine = (version.c.base == item.base, version.c.period == item.period)
    number = (connection.execute(select(func.max(version.c.version)).where(*mine)).scalar() or 0) + 1
    kept = Version(
        base=item.base or "",
        period=item.period or "",
        version=number,
        sha256=sha256,
        sheet=item.sheet,
        state=DRAFT if item.rejected else CHECKED,
        in_force=False,
        received=received,
        by=by,
        loaded_at=now(),
    )
    figures = {code: [entry.value, entry.row, entry.col, entry.answer] for code, entry in item.entries.items()}
    insert(connection, version, [{**vars(kept), "figures": figures}])
    add_findings(connection, kept, item.findings, first=1)
    return kept


def figures(connection: Connection, version: Version) -> dict[str, Entry]:
    """The version's cells by measure, as they stood in the file."""
    kept = schema.return_version.c
    found = connection.execute(select(kept.figures).where(*_same(kept, version))).scalar_one()
    return {code: Entry(*place) for code, place in found.items()}


# Findings


def add_findings(connection: Connection, version: Version, findings: Iterable[Finding], first: int) -> None:
    """Adds findings to a version, numbered from `first`."""
    key = {"base": version.base, "period": version.period, "version": version.version}
    rows = [{**key, "number": i, **_finding_row(finding)} for i, finding in enumerate(findings, start=first)]
    insert(connection, schema.finding, rows)


def findings(connection: Connection, version: Version) -> dict[int, Finding]:
    """The version's findings by number, in their order."""
    mine = {"of_base": version.base, "of_period": version.period, "of_version": version.version}
    rows = connection.execute(_FINDINGS, mine).mappings()
    return {row["number"]: _finding(row) for row in rows}


def write_answers(connection: Connection, version: Version, answers: Mapping[int, str | None], by: str) -> None:
    """Writes answers to queries by the finding's number; None takes one away."""
    finding = schema.finding
    for number, text in answers.items():
        answer = {"answer": text, "answered_by": by if text else None, "answered_at": now() if text else None}
        connection.execute(
            update(finding).where(*_same(finding.c, version), finding.c.number == number).values(**answer)
        )
    if answers:
        key = version.base, version.period, version.version
        audit.note(connection, "return.queries-answered", "finding", *key, by=by, answers=answers)


def _same(columns: Any, version: Version) -> tuple:
    return columns.base == version.base, columns.period == version.period, columns.version == version.version


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
        "answered_by": None,
        "answered_at": None,
        "about": finding.about,
        "quantity": finding.quantity,
        "score": finding.score,
        "remembered": finding.remembered,
        "for_reviewer_en": finding.for_reviewer.en if finding.for_reviewer else None,
        "for_reviewer_zh": finding.for_reviewer.zh if finding.for_reviewer else None,
    }


def _finding(row: RowMapping) -> Finding:
    message = Text(en=row["message_en"], zh=row["message_zh"])
    same = (
        "code",
        "severity",
        "sheet",
        "cell",
        "measure",
        "value",
        "answer",
        "about",
        "quantity",
        "score",
        "remembered",
    )
    known = row["for_reviewer_en"] and Text(en=row["for_reviewer_en"], zh=row["for_reviewer_zh"])
    return Finding(message=message, for_reviewer=known or None, **{name: row[name] for name in same})


# Files that were loaded before


def recorded(connection: Connection, sha256: str) -> list[Return]:
    """The returns of a file that was loaded before, with the findings of then."""
    version = schema.return_version.c
    rows = connection.execute(select(*_VERSION).where(version.sha256 == sha256).order_by(version.period, version.base))
    kept = [Version(*row) for row in rows]
    return [Return(one.base, one.period, one.sheet, findings=list(findings(connection, one).values())) for one in kept]


def waiting_files(connection: Connection, accept_now: bool) -> tuple[set[str], set[str]]:
    """(files loaded before, those of them to be looked at again).

    Looked at again is a file whose return is the newest version of its quarter and had errors, because what it was
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
    states = {DRAFT, CHECKED, SUBMITTED, ACCEPTED} if accept_now else {DRAFT}
    again = (
        select(version.sha256).select_from(schema.return_version).join(newest, same).where(version.state.in_(states))
    )
    known = connection.execute(select(version.sha256).distinct()).scalars()
    incomplete = select(schema.workbook.c.sha256).where(~schema.workbook.c.complete)
    return set(known), set(connection.execute(again).scalars()) | set(connection.execute(incomplete).scalars())
