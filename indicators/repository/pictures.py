"""The sheet around a cell that a number came from, read from the kept file, for those who may see the base."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection, select

from etl import schema, versions
from etl.intake import Refused
from etl.picture import Line, Table
from etl.reading import HISTORY_SHEET
from etl.sandbox import shared
from indicators.repository.members import named
from indicators.repository.publications import Publication
from indicators.scope import Scope

GONE, UNREADABLE, ELSEWHERE = "gone", "unreadable", "elsewhere"
"""Why there is no picture: the file is not kept any more; it cannot be opened; the cell is not in it."""
KEPT = 64
"""Files whose tables are remembered. A file never changes: its name here is its hash."""


class NoPicture(LookupError):
    """`why`: GONE, UNREADABLE or ELSEWHERE; `file`: its name, empty when that is gone too."""

    def __init__(self, why: str, file: str = ""):
        super().__init__(why)
        self.why, self.file = why, file


@dataclass(frozen=True)
class Picture:
    """`table`: what of the sheet may be shown; `line`, `column`: the cell, by its places in the table's lines and
    columns."""

    file: str
    sheet: str
    cell: tuple[int, int]
    table: Table
    line: int
    column: int

    def around(self, rows: int, columns: int) -> tuple[list[Line], list[int]]:
        """The lines and the places of the columns that are so near to the cell."""
        row, col = self.cell
        lines = [line for line in self.table.lines if abs(line.row - row) <= rows]
        return lines, [place for place, one in enumerate(self.table.columns) if abs(one - col) <= columns]


def picture(
    connection: Connection, scope: Scope, publication: Publication, base: str, period: str, version: int, measure: str
) -> Picture:
    """Of one measure of a version of the base's return. Raises NotAllowed and UnknownBase as `named` does, NoPicture."""
    named(connection, scope, publication, base)
    kept = schema.return_version.c
    found = connection.execute(
        select(kept.sha256, kept.sheet, kept.figures).where(
            kept.base == base, kept.period == period, kept.version == version
        )
    ).first()
    if found is None or measure not in found.figures:
        raise NoPicture(GONE)
    _, row, col, *_ = found.figures[measure]
    file, table = _table(connection, found.sha256, found.sheet, base, period, row)
    places = {line.row: place for place, line in enumerate(table.lines)} if table else {}
    if table is None or row not in places or col not in table.columns:
        raise NoPicture(ELSEWHERE, file)
    return Picture(file, found.sheet, (row, col), table, places[row], table.columns.index(col))


def _table(
    connection: Connection, sha256: str, sheet: str, base: str, period: str, row: int
) -> tuple[str, Table | None]:
    """(the file's name, its table)."""
    workbook = schema.workbook.c
    file = connection.execute(select(workbook.name).where(workbook.sha256 == sha256)).scalar()
    if file is None:
        raise NoPicture(GONE)
    key = (sha256, base, period, row if sheet == HISTORY_SHEET else 0)
    if (known := _tables.get(key)) is not None:
        return file, known[0]
    try:
        table = shared().picture(versions.workbook(connection, sha256)[1], sheet, base, period, row)
    except Refused:
        raise NoPicture(UNREADABLE, file) from None
    _tables.put(key, (table,))
    return file, table


class _Recent(OrderedDict):
    """The newest KEPT answers; threads may share it."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()

    def put(self, key, answer) -> None:
        with self._lock:
            self[key] = answer
            while len(self) > KEPT:
                self.popitem(last=False)


_tables = _Recent()
