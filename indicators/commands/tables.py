"""Tables that the commands read and write: .csv files with a header, each mistake told with its line."""

import csv
import math
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from etl.console import fail
from etl.inert import csv_row
from indicators.index.tables import MISSING

LARGEST = 1e15
"""Up to here every whole number is exact."""


class TableError(ValueError):
    """A table cannot be used; the message says where and what to do."""


def rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line in the file, cell by column) of each row that is not blank. Raises TableError for a file that is no UTF-8
    text, a missing or repeated column, and a row with more cells than the header."""
    if not path.exists():
        raise TableError(f"{path}: there is no such file; check the path")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = [name.strip() for name in next(reader, [])]
            for name in columns:
                if header.count(name) != 1:
                    problem = "has no column" if name not in header else "has two columns"
                    raise TableError(
                        f"{path}: {problem} {name!r}; its first line must name {', '.join(columns)} once each"
                    )
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) > len(header):
                    raise TableError(
                        f"{path}, line {reader.line_num}: has {len(cells)} cells, but the header names {len(header)}; "
                        "put cells that hold a comma in quotes"
                    )
                cells += [""] * (len(header) - len(cells))
                yield reader.line_num, {name: cells[header.index(name)].strip() for name in columns}
    except UnicodeDecodeError:
        raise TableError(f"{path}: is not text in UTF-8; save it as CSV UTF-8") from None
    except csv.Error as error:
        raise TableError(f"{path}: cannot be read as CSV ({error}); save it again as CSV UTF-8") from None


def number(text: str, where: str) -> float:
    """A finite number, NaN for a blank cell or NA. Raises TableError for anything else."""
    if text in MISSING:
        return math.nan
    try:
        found = float(text) if "_" not in text else math.nan
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise TableError(f"{where} is {text!r}, which is no number; write a number, or leave the cell blank")
    if abs(found) > LARGEST:
        raise TableError(f"{where} is {text}, which is larger than {LARGEST:g}; take a larger unit")
    return found


def write(path: Path, columns: Sequence[str], lines: Iterable[Iterable[Any]]) -> None:
    """A .csv, whole or not at all: what was there stays until everything is written. NaN and None become blank cells."""
    path = path.resolve()
    if path.exists() and not path.is_file():
        fail(f"{path} is no ordinary file; name another")
    if not path.parent.is_dir():
        fail(f"{path.parent}: there is no such folder; make it first")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(csv_row(_cell(value) for value in line) for line in lines)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _cell(value: Any) -> Any:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else value


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
