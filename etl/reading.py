"""From a workbook's cells to returns: which cell holds which measure, and which cells cannot be read.

Two layouts are known. The form: sheet `Return` with one row a measure (columns headed `code`, `value`, `answer`) and
sheet `Roster` with one row a firm. The history workbook: sheet `History` with one row for each base and quarter.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from etl import overlooked, periods
from etl.cells import READERS, Misread, holds_number, read_cell, too_long
from etl.config import Limits
from etl.findings import Finding, few, reading_fault, told_once
from etl.form import Form, RosterColumn
from etl.intake import Refused, admit, past, too_many_sheets
from etl.numbers import are_plain, is_blank, plain_text, to_date, to_number
from etl.workbook import Sheet, Workbook, address

RETURN_SHEET, ROSTER_SHEET, HISTORY_SHEET = "Return", "Roster", "History"
CODE, VALUE, ANSWER = "code", "value", "answer"
BASE, PERIOD, TYPE = "base", "period", "type"
RECEIVED = "received"
"""A column of a history: the day on which each return came in."""
_LONGEST_NAME = 100
"""Of what names a return: a cell may hold megabytes, and these are shown."""
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
    header: int = 0
    """The row of the columns' codes, from 0."""
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
    received: date | None = None
    """The day on which it came in, where its history says so."""

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
        if len(book.names) > limits.sheets:
            raise too_many_sheets(limits)
        if RETURN_SHEET in book.names:
            items = [_read_form(book, form, limits)]
        elif HISTORY_SHEET in book.names:
            items = _read_history(book.sheet(HISTORY_SHEET), form)
        else:
            raise Refused("F02", wanted=f"{RETURN_SHEET} / {HISTORY_SHEET}", sheets=", ".join(book.names[:10]))
        faults = _other_sheets(book, form)
        for item in items:
            item.findings = few(item.findings + faults)
        return items
    except Refused as refused:
        return refused_return(refused)


def refused_return(refused: Refused) -> list[Return]:
    """What a file gives that cannot be read: one Return without base and period that says why."""
    return [Return(None, None, "", findings=[refused.finding])]


def _other_sheets(book: Workbook, form: Form) -> list[Finding]:
    read = [RETURN_SHEET, ROSTER_SHEET] if RETURN_SHEET in book.names else [HISTORY_SHEET]
    required = [column.code for column in form.roster.values() if column.required]
    headers = [[CODE, VALUE], [BASE, PERIOD], *([required] if required else [])]
    return list(overlooked.other_sheets(book, read, headers))


def identity(returns: Sequence[Return]) -> tuple[str, str]:
    """(earliest period, base) of a file's returns, to put files in order: "" for what cannot be told, and for the base
    of a file with several."""
    return min(item.period or "" for item in returns), (returns[0].base or "") if len(returns) == 1 else ""


def _label(sheet: Sheet, head: dict[str, tuple[int, int]], label: str) -> str:
    return plain_text(sheet.cell(*head[label]))[:_LONGEST_NAME] if label in head else ""


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
            answer = _answer(item, sheet, row, columns.get(ANSWER))
            _enter(item, sheet, form, plain_text(code), row, columns[VALUE], columns[CODE], answer)
        elif holds_number(value := sheet.cell(row, columns[VALUE])):
            place, shown = address(row, columns[VALUE]), plain_text(value)[:100]
            item.findings.append(reading_fault("F28", sheet=sheet.name, cell=place, value=shown))
    if ANSWER not in columns:
        item.findings.append(reading_fault("F03", sheet=sheet.name, cell=address(header, 0), wanted=ANSWER))
    item.findings += overlooked.around_values(item, sheet, header, columns, (CODE, VALUE, ANSWER))
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
    item: Return, sheet: Sheet, form: Form, code: str, row: int, col: int, code_col: int, answer: str | None
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
        item.entries[code] = Entry(value, row, col, answer)


def _answer(item: Return, sheet: Sheet, row: int, col: int | None) -> str | None:
    """The base's reason in a row. Names one that is too long."""
    if col is None or is_blank(cell := sheet.cell(row, col)):
        return None
    answer = plain_text(cell)
    if len(answer) > LONGEST_ANSWER:
        item.findings.append(too_long(sheet, address(row, col), LONGEST_ANSWER))
    return answer[:LONGEST_ANSWER]


def _number(item: Return, sheet: Sheet, row: int, col: int, measure: str) -> float | None:
    try:
        return read_cell(sheet, row, col, "amount", measure)
    except Misread as misread:
        item.findings.append(misread.finding)
        return None


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
        if RECEIVED in columns:
            item.received = _day(item, sheet, row, columns[RECEIVED])
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
    inputs = {item.row: list(columns.values()) for item in items}
    faults = few(
        [
            *_column_faults(sheet, form, header, columns),
            *overlooked.hidden(sheet, inputs),
            *overlooked.merged(sheet, inputs),
        ]
    )
    first, *others = items
    first.findings += faults
    for item in others:
        item.findings += told_once(faults, first.row + 1)
    return items


def _day(item: Return, sheet: Sheet, row: int, col: int) -> date | None:
    try:
        return read_cell(sheet, row, col, "date")
    except Misread as misread:
        item.findings.append(misread.finding)
        return None


def _column_faults(sheet: Sheet, form: Form, header: int, columns: dict[str, int]) -> list[Finding]:
    """Columns of a history that are no measure, or stand there twice, or have values but no header."""
    titled = [col for col, cell in enumerate(sheet.rows[header]) if not is_blank(cell)]
    faults = list(overlooked.unknown_columns(sheet, header, titled, "F35"))
    for col, cell in enumerate(sheet.rows[header]):
        text = cell.strip().lower() if isinstance(cell, str) else ""
        fault = partial(reading_fault, sheet=sheet.name, cell=address(header, col), value=text[:100])
        if text and columns[text] != col:
            faults.append(fault("F11", first=address(header, columns[text])))
        elif text and text not in (BASE, PERIOD, RECEIVED) and text not in form.measures:
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
        raise past(f"{len(rows):,} roster rows", f"名册{len(rows):,}行", f"{limits.roster_rows:,}")
    roster = Roster(rows, {column.code: places[column.code] for column in known}, {}, key=form.firm_key, header=header)
    for column in known:
        roster.columns[column.code] = _roster_column(item, sheet, roster, column, limits)
    for column in known:
        _require(item, roster, column)
    if ANSWER in places:
        roster.answers = [_answer(item, sheet, row, places[ANSWER]) for row in rows]
    item.roster = roster
    item.findings += overlooked.around_roster(roster, sheet, header, places, {*form.roster, ANSWER})


_AS_THEY_ARE: dict[Any, type] = {to_number: float, to_date: date}
"""Reader → the type that it leaves as it is."""


def _are_as_they_should(cells: list[Any], kind: type | None) -> bool:
    """Whether every cell is empty or of that very type, so that nothing needs to be read."""
    known = [cell for cell in cells if cell != ""]
    return kind is not None and set(map(type, known)) <= {kind} and (kind is not float or math.isfinite(sum(known)))


def _roster_column(item: Return, sheet: Sheet, roster: Roster, column: RosterColumn, limits: Limits) -> list[Any]:
    col = roster.places[column.code]
    cells = [sheet.rows[row][col] for row in roster.rows]
    read, _ = READERS[column.value_type]
    if not sheet.broken and _are_as_they_should(cells, _AS_THEY_ARE.get(read)):
        return [None if cell == "" else cell for cell in cells]
    allowed = {choice.code for choice in column.choices} or ({"yes", "no"} if column.value_type == "yes_no" else None)
    if allowed is not None and allowed.issuperset(cells):
        return cells  # every cell is a choice as it stands
    if read is plain_text and set(map(type, cells)) == {str} and are_plain(cells, limits.text_length):
        return cells
    values = []
    for row, cell in zip(roster.rows, cells, strict=True):
        value, fault = None, None
        if not is_blank(cell) or sheet.broken:
            try:
                value = read_cell(sheet, row, col, column.value_type)
            except Misread as misread:
                fault = misread.finding
        if read is plain_text and len(value or "") > limits.text_length:
            fault = too_long(sheet, address(row, col), limits.text_length)
        elif allowed is not None and value is not None and value not in allowed:
            choices, shown, place = ", ".join(sorted(allowed)), str(value)[:100], address(row, col)
            fault = reading_fault("F17", sheet=sheet.name, cell=place, value=shown, choices=choices)
        if fault:
            item.findings.append(fault)
        values.append(None if fault else value)
    return values


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
                    "F18",
                    sheet=roster.sheet,
                    cell=place,
                    en={"column": column.full_name.en},
                    zh={"column": column.full_name.zh},
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
