"""From a workbook's cells to returns: which cell holds which measure, and which cells cannot be read.

Two layouts are known. The form: sheet `Return` with one row a measure (columns headed `code`, `value`, `answer`) and
sheet `Roster` with one row a firm. The history workbook: sheet `History` with one row for each base and quarter.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from etl import periods
from etl.config import Limits
from etl.findings import Finding, reading_fault
from etl.form import Form, RosterColumn
from etl.intake import Refused, admit
from etl.numbers import Unreadable, are_plain, is_blank, plain_text, to_date, to_number
from etl.workbook import Sheet, Workbook, address

RETURN_SHEET, ROSTER_SHEET, HISTORY_SHEET = "Return", "Roster", "History"
CODE, VALUE, ANSWER = "code", "value", "answer"
BASE, PERIOD, TYPE = "base", "period", "type"
LONGEST_ANSWER = 1_000
"""Characters."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One measure's cell: its number (None for a blank or unreadable cell), its place from 0, the base's answer."""

    value: float | None
    row: int
    col: int
    answer: str | None = None

    @property
    def cell(self) -> str:
        return address(self.row, self.col)


@dataclass
class Roster:
    """The roster sheet by column, each with one value a firm; `rows` are the firms' rows in the sheet, from 0."""

    rows: list[int]
    places: dict[str, int]
    """Column code → its column in the sheet, from 0."""
    columns: dict[str, list[Any]]
    sheet: str = ROSTER_SHEET

    key: str | None = None
    """The column that names a firm."""
    answers: list[str | None] = field(default_factory=list)
    """The base's answer in each row; empty where the sheet has no column for it."""

    @property
    def keys(self) -> list[str]:
        """The firms' codes, without blanks."""
        return [code for code in self.columns.get(self.key or "", ()) if code]

    def cell(self, column: str, firm: int) -> str:
        return address(self.rows[firm], self.places[column])

    def __len__(self) -> int:
        return len(self.rows)


@dataclass
class Return:
    """One base's figures for one quarter as they stand in a file; `findings` grows as they are checked."""

    base: str | None
    period: str | None
    sheet: str
    entries: dict[str, Entry] = field(default_factory=dict)
    roster: Roster | None = None
    findings: list[Finding] = field(default_factory=list)
    stated_type: str | None = None
    row: int = 0
    """The sheet's row that names the return, from 0: the head of a form, the row of a history."""
    head: dict[str, str] = field(default_factory=dict)
    """Where base, period and type stand: label → cell."""

    @property
    def rejected(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def verdict(self) -> str:
        """clean, queries (something waits for a reason) or rejected."""
        if self.rejected:
            return "rejected"
        return "queries" if any(finding.open for finding in self.findings) else "clean"

    def value(self, measure: str) -> float | None:
        entry = self.entries.get(measure)
        return entry.value if entry else None

    def cell(self, measure: str) -> str | None:
        entry = self.entries.get(measure)
        return address(entry.row, entry.col) if entry else None


def read_returns(content: bytes, form: Form, limits: Limits) -> list[Return]:
    """Every return in a file. A file that is none gives one Return without base and period that says why."""
    try:
        admit(content, limits)
        book = Workbook(content)
        if RETURN_SHEET in book.names:
            return [_read_form(book, form, limits)]
        if HISTORY_SHEET in book.names:
            return _read_history(book.sheet(HISTORY_SHEET), form)
        raise Refused("F02", wanted=f"{RETURN_SHEET} / {HISTORY_SHEET}", sheets=", ".join(book.names[:10]))
    except Refused as refused:
        return [Return(None, None, "", findings=[refused.finding])]


def read_identity(content: bytes, limits: Limits) -> tuple[str, str]:
    """(earliest period, base) of a file, to put files in order; ("", "") when it cannot be told."""
    try:
        admit(content, limits)
        book = Workbook(content)
        if RETURN_SHEET in book.names:
            sheet = book.sheet(RETURN_SHEET)
            head = sheet.labelled(len(sheet.rows))
            return _label(sheet, head, PERIOD), _label(sheet, head, BASE)
        if HISTORY_SHEET in book.names:
            sheet = book.sheet(HISTORY_SHEET)
            found = sheet.find_header([BASE, PERIOD])
            if found:
                column = found[1][PERIOD]
                return min(
                    (plain_text(sheet.cell(r, column)) for r in range(found[0] + 1, len(sheet.rows))), default=""
                ), ""
    except Refused:
        pass
    return "", ""


def _label(sheet: Sheet, head: dict[str, tuple[int, int]], label: str) -> str:
    return plain_text(sheet.cell(*head[label])) if label in head else ""


def _read_form(book: Workbook, form: Form, limits: Limits) -> Return:
    sheet = book.sheet(RETURN_SHEET)
    found = sheet.find_header([CODE, VALUE])
    if found is None:
        raise Refused("F03", sheet=RETURN_SHEET, wanted=f"{CODE}, {VALUE}")
    header, columns = found
    head = sheet.labelled(header)
    item = Return(
        _label(sheet, head, BASE) or None,
        _label(sheet, head, PERIOD) or None,
        RETURN_SHEET,
        stated_type=_label(sheet, head, TYPE) or None,
        row=head.get(BASE, (0, 0))[0],
    )
    _identify(item, sheet, head)
    for row in range(header + 1, len(sheet.rows)):
        code = sheet.cell(row, columns[CODE])
        if not is_blank(code):
            answer = sheet.cell(row, columns[ANSWER]) if ANSWER in columns else ""
            _enter(item, sheet, form, plain_text(code), row, columns[VALUE], columns[CODE], answer)
    if form.roster:
        _read_roster(item, book, form, limits)
    return item


def _identify(item: Return, sheet: Sheet, head: dict[str, tuple[int, int]]) -> None:
    """Notes where the return is named, and names a missing or misspelt base or period at its cell."""
    item.head = {label: address(*head.get(label, (0, 0))) for label in (BASE, PERIOD, TYPE)}
    if item.base is None:
        item.findings.append(reading_fault("F04", sheet=sheet.name, cell=item.head[BASE]))
    if not periods.is_period(item.period):
        place, value = item.head[PERIOD], (item.period or "")[:100]
        item.findings.append(reading_fault("F06", sheet=sheet.name, cell=place, value=value))


def _enter(
    item: Return, sheet: Sheet, form: Form, code: str, row: int, col: int, code_col: int, answer: Any = ""
) -> None:
    """Reads one measure's cell into the return, or names what is wrong with it."""
    if code not in form.measures:
        item.findings.append(reading_fault("F10", sheet=sheet.name, cell=address(row, code_col), value=code[:100]))
    elif code in item.entries:
        first = item.cell(code) or ""
        item.findings.append(
            reading_fault("F11", sheet=sheet.name, cell=address(row, code_col), measure=code, value=code, first=first)
        )
    else:
        value = _number(item, sheet, row, col, code)
        item.entries[code] = Entry(value, row, col, _answer(answer))


def _answer(cell: Any) -> str | None:
    return None if is_blank(cell) else plain_text(cell)[:LONGEST_ANSWER]


def _number(item: Return, sheet: Sheet, row: int, col: int, measure: str | None) -> float | None:
    cell, place = sheet.cell(row, col), address(row, col)
    if is_blank(cell) and place in sheet.broken:
        item.findings.append(_broken(sheet, place, measure))
        return None
    try:
        return to_number(cell)
    except Unreadable as unreadable:
        text = str(unreadable)[:100]
        item.findings.append(reading_fault("F09", sheet=sheet.name, cell=place, measure=measure, value=text))
        return None


def _broken(sheet: Sheet, place: str, measure: str | None) -> Finding:
    error = sheet.broken[place]
    code = "F14" if error == "formula" else "F13"
    return reading_fault(code, sheet=sheet.name, cell=place, measure=measure, value=error)


def _read_history(sheet: Sheet, form: Form) -> list[Return]:
    found = sheet.find_header([BASE, PERIOD])
    if found is None:
        raise Refused("F03", sheet=HISTORY_SHEET, wanted=f"{BASE}, {PERIOD}")
    header, columns = found
    place = {text: col for text, col in columns.items() if text not in (BASE, PERIOD)}
    returns: dict[tuple[str | None, str | None], Return] = {}
    spare: list[Return] = []
    for row in range(header + 1, len(sheet.rows)):
        if all(map(is_blank, sheet.rows[row])):
            continue
        head = {label: (row, columns[label]) for label in (BASE, PERIOD)}
        names = {label: _label(sheet, head, label) or None for label in head}
        item = Return(names[BASE], names[PERIOD], sheet.name, row=row)
        _identify(item, sheet, head)
        for text, col in place.items():
            if text in form.measures:
                item.entries[text] = Entry(_number(item, sheet, row, col, text), row, col)
        twin = returns.setdefault((item.base, item.period), item)
        if twin is not item:
            spare.append(item)
            for one in (twin, item):  # neither is taken: which of the two is right cannot be known
                fault = partial(reading_fault, "F15", sheet=sheet.name, cell=one.head[BASE])
                one.findings.append(fault(value=item.period, base=item.base, first=twin.row + 1))
    items = [*returns.values(), *spare]
    if not items:
        raise Refused("F22", sheet=sheet.name)
    faults = _column_faults(sheet, form, header, columns)
    for item in items:
        item.findings += faults
    return items


def _column_faults(sheet: Sheet, form: Form, header: int, columns: dict[str, int]) -> list[Finding]:
    """Columns of a history that are no measure, or stand there twice."""
    faults = []
    for col, cell in enumerate(sheet.rows[header]):
        text = cell.strip().lower() if isinstance(cell, str) else ""
        fault = partial(reading_fault, sheet=sheet.name, cell=address(header, col), value=text[:100])
        if text and columns[text] != col:
            faults.append(fault("F11", first=address(header, columns[text])))
        elif text and text not in (BASE, PERIOD) and text not in form.measures:
            faults.append(fault("F10"))
    return faults


def _read_roster(item: Return, book: Workbook, form: Form, limits: Limits) -> None:
    if ROSTER_SHEET not in book.names:
        sheets = ", ".join(book.names[:10])
        item.findings.append(reading_fault("F02", sheet=ROSTER_SHEET, wanted=ROSTER_SHEET, sheets=sheets))
        return
    sheet = book.sheet(ROSTER_SHEET)
    wanted = [column for column in form.roster.values() if column.required]
    found = sheet.find_header([column.code for column in wanted])
    if found is None:
        names = ", ".join(column.code for column in wanted)
        item.findings.append(reading_fault("F03", sheet=ROSTER_SHEET, wanted=names))
        return
    header, places = found
    known = [column for column in form.roster.values() if column.code in places]
    cols = [places[column.code] for column in known]
    rows = [r for r in range(header + 1, len(sheet.rows)) if any(not is_blank(sheet.rows[r][c]) for c in cols)]
    if len(rows) > limits.roster_rows:
        raise Refused(
            "F19",
            en={"limit": f"{len(rows):,} roster rows (at most {limits.roster_rows:,})"},
            zh={"limit": f"名册{len(rows):,}行(最多{limits.roster_rows:,}行)"},
        )
    roster = Roster(rows, {column.code: places[column.code] for column in known}, {}, key=form.firm_key)
    for column in known:
        roster.columns[column.code] = _roster_column(item, sheet, roster, column, limits)
    for column in known:
        _require(item, roster, column)
    if ANSWER in places:
        roster.answers = [_answer(sheet.cell(row, places[ANSWER])) for row in rows]
    item.roster = roster


def _roster_column(item: Return, sheet: Sheet, roster: Roster, column: RosterColumn, limits: Limits) -> list[Any]:
    col = roster.places[column.code]
    cells = [sheet.rows[row][col] for row in roster.rows]
    read, code = _READERS[column.value_type]
    if read is to_number and not sheet.broken and set(map(type, cells)) == {float} and math.isfinite(sum(cells)):
        return cells
    allowed = {choice.code for choice in column.choices} or ({"yes", "no"} if column.value_type == "yes_no" else None)
    if allowed is not None and allowed.issuperset(cells):
        return cells  # every cell is a choice as it stands
    if read is plain_text and set(map(type, cells)) == {str} and are_plain(cells, limits.text_length):
        return cells
    values = []
    for row, cell in zip(roster.rows, cells, strict=True):
        value = None
        if not is_blank(cell):
            try:
                value = read(cell)
            except Unreadable as unreadable:
                text, place = str(unreadable)[:100], address(row, col)
                item.findings.append(reading_fault(code, sheet=sheet.name, cell=place, value=text))
            if read is plain_text and len(value or "") > limits.text_length:
                item.findings.append(_too_long(sheet, address(row, col), limits))
                value = None
            if allowed is not None and value not in allowed:
                choices, shown, place = ", ".join(sorted(allowed)), str(value)[:100], address(row, col)
                item.findings.append(reading_fault("F17", sheet=sheet.name, cell=place, value=shown, choices=choices))
                value = None
        elif sheet.broken and (place := address(row, col)) in sheet.broken:
            item.findings.append(_broken(sheet, place, None))
        values.append(value)
    return values


def _too_long(sheet: Sheet, place: str, limits: Limits) -> Finding:
    most = f"{limits.text_length:,}"
    return reading_fault(
        "F19",
        sheet=sheet.name,
        cell=place,
        en={"limit": f"length of a text (at most {most} characters)"},
        zh={"limit": f"文本长度(最多{most}个字符)"},
    )


def _choice(cell: Any) -> str:
    return plain_text(cell).lower()


_READERS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "text": (plain_text, "F09"),
    "choice": (_choice, "F17"),
    "yes_no": (_choice, "F17"),
    "date": (to_date, "F16"),
    "count": (to_number, "F09"),
    "amount": (to_number, "F09"),
}


def _require(item: Return, roster: Roster, column: RosterColumn) -> None:
    """Names each firm whose required cell is blank, unless it is already named as unreadable."""
    values = roster.columns[column.code]
    if None not in values:
        return
    named = {finding.cell for finding in item.findings if finding.sheet == roster.sheet}
    for firm in _needing(roster, column):
        if values[firm] is None and (place := roster.cell(column.code, firm)) not in named:
            item.findings.append(
                reading_fault(
                    "F18", sheet=roster.sheet, cell=place, en={"column": column.name.en}, zh={"column": column.name.zh}
                )
            )


def _needing(roster: Roster, column: RosterColumn) -> Iterable[int]:
    if column.required:
        return range(len(roster))
    if column.required_unless:
        tests = [
            (roster.columns.get(other, [None] * len(roster)), value) for other, value in column.required_unless.items()
        ]
        return [firm for firm in range(len(roster)) if all(values[firm] != value for values, value in tests)]
    return ()
