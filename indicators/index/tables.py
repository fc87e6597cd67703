"""The two tables of an index: iData (units and their values) and iMeta (what each column is), read and checked."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indicators.index.tree import Entry, Tree, TreeError, grow

UNIT = "uCode"
NEEDED = ("iCode", "Direction", "Weight", "Parent", "Type")
TYPES = ("Indicator", "Aggregate", "Group", "Denominator", "Other")
MISSING = ("", "NA", "NaN", "nan")
LARGEST = 1e100
"""Numbers beyond this are refused, so that no square of a sum can overflow."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class TableError(ValueError):
    """A table cannot be used; the message names the file, the row and the column, and what to do."""


@dataclass(frozen=True)
class Sheet:
    """A .csv as it is: texts by column, and the line of the file that each row begins on."""

    name: str
    sha256: str
    columns: Mapping[str, tuple[str, ...]]
    lines: tuple[int, ...]

    def column(self, name: str) -> tuple[str, ...]:
        if name not in self.columns:
            raise TableError(f"{self.name} has no column {name!r}; it has {', '.join(self.columns)}")
        return self.columns[name]

    def numbers(self, name: str) -> np.ndarray:
        """The column's numbers, NaN where it is blank or NA."""
        texts = zip(self.lines, self.column(name), strict=True)
        return np.array([self._number(line, name, text) for line, text in texts], dtype=float)

    def _number(self, line: int, name: str, text: str) -> float:
        if text in MISSING:
            return np.nan
        if not _NUMBER.fullmatch(text):
            raise TableError(
                f"{self.name}, row {line}, column {name!r}: {text[:40]!r} is no number; write it plainly, "
                "such as 1234.5, or leave the cell blank where it is missing"
            )
        value = float(text)
        if abs(value) > LARGEST:
            raise TableError(f"{self.name}, row {line}, column {name!r}: {text[:40]} is too large; use a larger unit")
        return value


@dataclass(frozen=True)
class Table:
    """What an index is made of. `values` [unit, indicator] in the order of the tree's leaves, NaN where missing."""

    data: Sheet
    meta: Sheet
    units: tuple[str, ...]
    tree: Tree
    values: np.ndarray
    direction: np.ndarray
    """[indicator]: 1 where more is better, −1 where less is."""
    denominators: tuple[str, ...]
    """[indicator]: the column of iData to divide by, or ""."""

    def groups(self, column: str) -> np.ndarray:
        """[unit]: the texts of a column of iData, "" where it is missing."""
        return np.array(["" if text in MISSING else text for text in self.data.column(column)], dtype=str)


def read_sheet(path: Path) -> Sheet:
    """A .csv in UTF-8, with or without a byte order mark. Raises TableError; OSError where it cannot be opened."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError(f"{path.name} is not in UTF-8; save it as CSV UTF-8") from None
    if "\0" in text:
        raise TableError(f"{path.name} is no .csv; save the table as CSV UTF-8")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines, begins = [], [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append([cell.strip() for cell in row])
                lines.append(begins)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise TableError(f"{path.name}, row {begins}: {error}; save the table as CSV UTF-8") from None
    return Sheet(path.name, hashlib.sha256(content).hexdigest(), _columns(path.name, rows, lines), tuple(lines[1:]))


def _columns(name: str, rows: list[list[str]], lines: list[int]) -> dict[str, tuple[str, ...]]:
    if len(rows) < 2:
        raise TableError(f"{name} is empty; it needs a row of headers and at least one row below")
    header = rows[0]
    if len(header) == 1 and re.search(r"[;\t]", header[0]):
        raise TableError(f"{name} is not separated by commas; save it as CSV UTF-8 (comma delimited)")
    _check_unique(header, [f"{name} has the column {{}} twice; rename or remove one"] * len(header))
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(header):
            raise TableError(f"{name}, row {line}: {len(row)} cells under {len(header)} headers; correct the row")
    return dict(zip(header, zip(*rows[1:], strict=True), strict=True))


def read_table(data: Path, meta: Path) -> Table:
    """Both tables, held against each other. Raises TableError and TreeError."""
    return table_of(read_sheet(data), read_sheet(meta))


def table_of(data: Sheet, meta: Sheet) -> Table:
    units = data.column(UNIT)
    for unit, line in zip(units, data.lines, strict=True):
        if not unit:
            raise TableError(f"{data.name}, row {line}: the column {UNIT} is blank; give the unit a code")
    _check_unique(units, [f"{data.name}, row {line}: the unit {{}} is there twice; remove one" for line in data.lines])
    lines = _described(meta)
    _check_levels(meta)
    tree = grow([_entry(line) for line in lines if line["Type"] in ("Indicator", "Aggregate")])
    if tree.indicators == len(tree.codes):
        raise TreeError(f"{meta.name} has no aggregate; add a line of the type Aggregate for the index")
    for line in lines:
        if line["Type"] not in ("Aggregate", "Other") and line["iCode"] not in data.columns:
            raise TableError(
                f"{data.name} has no column {line['iCode']!r}, which {meta.name} names as {line['Type']}; add the "
                "column, or remove the line"
            )
    indicators = [line for line in lines if line["Type"] == "Indicator"]
    for line in indicators:
        if line["denominator"] and line["denominator"] not in data.columns:
            raise TableError(f"{line['iCode']} has the denominator {line['denominator']}, no column of {data.name}")
    return Table(
        data,
        meta,
        units,
        tree,
        np.column_stack([data.numbers(code) for code in tree.leaves]),
        np.array([line["direction"] for line in indicators], dtype=float),
        tuple(line["denominator"] for line in indicators),
    )


def _described(meta: Sheet) -> list[dict]:
    """Each line of iMeta with what it means. Raises TableError for a type, direction or weight that is none."""
    for name in NEEDED:
        meta.column(name)
    numbers = {name: meta.numbers(name) for name in ("Direction", "Weight")}
    found = []
    for i, row in enumerate(meta.lines):
        line: dict = {name: "" if texts[i] in MISSING else texts[i] for name, texts in meta.columns.items()}
        line |= {"direction": numbers["Direction"][i], "weight": numbers["Weight"][i]}
        line["denominator"] = line.get("Denominator", "")
        _check_line(line, f"{meta.name}, row {row}")
        found.append(line)
    return found


def _check_line(line: dict, place: str) -> None:
    code, type_ = line["iCode"], line["Type"]
    if not code or code == UNIT:
        raise TableError(f"{place}: the iCode {code!r} cannot be used; give the line a code of its own")
    if type_ not in TYPES:
        raise TableError(f"{place}: {code} has the Type {type_!r}; the types are {', '.join(TYPES)}")
    if type_ == "Indicator" and line["direction"] not in (1, -1):
        raise TableError(f"{place}: the Direction of {code} must be 1 (more is better) or -1 (less is)")
    if type_ == "Indicator" and not line["Parent"]:
        raise TableError(
            f"{place}: {code} has no Parent; name its aggregate, or give it the type Other to leave it out"
        )
    if type_ == "Aggregate" and not (np.isnan(line["direction"]) or line["direction"] == 1):
        raise TableError(f"{place}: {code} is an aggregate, of which more is always better; its Direction must be 1")
    if type_ in ("Indicator", "Aggregate") and line["Parent"] and np.isnan(line["weight"]):
        raise TableError(f"{place}: {code} has no Weight; write a number of at least 0")


def _entry(line: dict) -> Entry:
    # The weight of a top is used nowhere and may be blank.
    weight = 1.0 if np.isnan(line["weight"]) else float(line["weight"])
    return Entry(line["iCode"], line["Parent"], weight, line["Type"] == "Indicator")


def _check_levels(meta: Sheet) -> None:
    """Level is not needed, but where it is given, a parent lies above its children."""
    if "Level" not in meta.columns:
        return
    level = dict(zip(meta.column("iCode"), meta.numbers("Level"), strict=True))
    for code, parent in zip(meta.column("iCode"), meta.column("Parent"), strict=True):
        if level.get(parent, np.nan) <= level[code]:
            raise TableError(
                f"{meta.name}: {code} is at Level {level[code]:g} and its parent {parent} at {level[parent]:g}; "
                "a parent's Level must be higher"
            )


def _check_unique(values: Iterable[str], messages: Iterable[str]) -> None:
    seen: set[str] = set()
    for value, message in zip(values, messages, strict=True):
        if value in seen:
            raise TableError(message.format(repr(value)))
        seen.add(value)
