"""Which bases there are, what each was in a quarter, and which quarters are open."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from etl import audit, periods, schema
from etl.catalogue import Text
from etl.clock import today
from etl.config import settings
from etl.form import Form
from etl.numbers import Unreadable, is_blank, plain_text, to_date
from etl.warehouse import upsert
from etl.workbook import Workbook

COLUMNS = ("code", "name_en", "name_zh", "type", "province", "batch", "hardship", "status", "valid_from")
YES_NO = {"": False, "0": False, "no": False, "false": False, "否": False} | dict.fromkeys(
    ("1", "yes", "true", "是"), True
)
TOLD = 50
"""So many rows are told in the audit; of more, how many."""
ACTIVE, WITHDRAWN = "active", "withdrawn"


@dataclass(frozen=True)
class Base:
    """A base as it is in one quarter."""

    code: str
    name: Text
    type: str
    province: str
    hardship: bool
    status: str
    batch: int | None


@dataclass(frozen=True)
class Quarter:
    period: str
    opens: date
    due: date
    locked: bool


class RegistryError(ValueError):
    """A list of bases that cannot be taken; `mistakes` has a line for each fault."""

    def __init__(self, mistakes: list[str]):
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class Registry:
    """The bases and quarters, read once from the warehouse."""

    def __init__(self, connection: Connection, day: date | None = None):
        """`day`: on which reopened quarters are asked for (default: today)."""
        quarters = connection.execute(select(schema.period).order_by("period"))
        self._learn(base_history(connection), (Quarter(*row) for row in quarters))
        reopened = connection.execute(select(schema.reopening).where(schema.reopening.c.until >= (day or today())))
        self.reopened = {(row.base, row.period): row.until for row in reopened}

    @classmethod
    def known(cls, history: Iterable[tuple[date, Base]], quarters: Iterable[Quarter]) -> "Registry":
        """The bases and quarters as they were known at another time; both in order."""
        registry = cls.__new__(cls)
        registry._learn(history, quarters)
        registry.reopened = {}
        return registry

    def _learn(self, history: Iterable[tuple[date, Base]], quarters: Iterable[Quarter]) -> None:
        self._versions: dict[str, list[tuple[date, Base]]] = {}
        self._bases: dict[str, dict[str, Base]] = {}
        for since, base in history:
            self._versions.setdefault(base.code, []).append((since, base))
        self.quarters = {quarter.period: quarter for quarter in quarters}

    @property
    def codes(self) -> list[str]:
        """Every base that ever was in the programme, by code."""
        return list(self._versions)

    def knows(self, code: str) -> bool:
        return code in self._versions

    def base(self, code: str, period: str) -> Base | None:
        """The base as it is at the end of that quarter; None when it is not (or no longer) in the programme, or when
        the quarter was never opened, so that nobody was asked."""
        return self._in_quarter(period).get(code)

    def latest(self, code: str, day: date | None = None) -> Base | None:
        """The base as it is on that day (default: at last), whatever its status."""
        known = [base for since, base in self._versions.get(code, ()) if day is None or since <= day]
        return known[-1] if known else None

    def bases(self, period: str) -> list[Base]:
        """Every base in the programme in that quarter, by code."""
        return list(self._in_quarter(period).values())

    def _in_quarter(self, period: str) -> dict[str, Base]:
        if period not in self._bases:
            day = periods.ends(period) if period in self.quarters else date.min
            found = ((code, self.latest(code, day)) for code in self._versions)
            self._bases[period] = {code: base for code, base in found if base and base.status == ACTIVE}
        return self._bases[period]

    def open_periods(self) -> list[str]:
        return [quarter.period for quarter in self.quarters.values() if not quarter.locked]

    def is_open(self, code: str, period: str) -> bool:
        """Whether a base may send for a quarter: it is open, or was reopened for this base."""
        quarter = self.quarters.get(period)
        return quarter is not None and (not quarter.locked or (code, period) in self.reopened)


def base_history(connection: Connection) -> list[tuple[date, Base]]:
    """(valid from, the base as it is from then on), by code and day."""
    batches = {row.base: row.batch for row in connection.execute(select(schema.base))}
    past = schema.base_history.c
    columns = (
        past.base,
        past.valid_from,
        past.name_en,
        past.name_zh,
        past.type,
        past.province,
        past.hardship,
        past.status,
    )
    rows = connection.execute(select(*columns))
    known = [
        (since, Base(code, _name(en, zh), kind, province, hardship, status, batches.get(code)))
        for code, since, en, zh, kind, province, hardship, status in rows
    ]
    # Sorted here: databases put letters in orders of their own.
    return sorted(known, key=lambda entry: (entry[1].code, entry[0]))


@lru_cache(maxsize=65_536)
def _name(en: str, zh: str) -> Text:
    """Checked when it is first read, and not each time that the registry is."""
    return Text(en=en, zh=zh)


def read_bases(path: Path) -> list[dict[str, str]]:
    """The rows of a list of bases (.csv or .xlsx with the columns of COLUMNS). Raises RegistryError."""
    return read_list(path, COLUMNS, needed=5)


def read_list(path: Path, columns: Sequence[str], needed: int) -> list[dict[str, str]]:
    """The rows of a list (.csv or .xlsx), of whose columns the first ones are needed. Raises RegistryError."""
    if path.suffix.lower() == ".xlsx":
        book = Workbook(path.read_bytes())
        rows = book.sheet(book.names[0]).rows
        table = [["" if is_blank(cell) else plain_text(cell) for cell in row] for row in rows]
        entries = [dict(zip(table[0], row, strict=False)) for row in table[1:] if any(row)] if table else []
    else:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            text = path.read_text(encoding="gb18030", errors="replace")
        entries = list(csv.DictReader(StringIO(text)))
    missing = [name for name in columns[:needed] if not entries or name not in entries[0]]
    if missing:
        raise RegistryError([f"{path}: the list needs the columns {', '.join(columns)}; missing: {', '.join(missing)}"])
    return entries


def register_bases(connection: Connection, form: Form, entries: Iterable[dict[str, str]]) -> int:
    """Adds or corrects bases; a later `valid_from` adds to a base's history. Returns how many rows were taken.

    Raises RegistryError with every mistake, and then nothing is written.
    """
    mistakes: list[str] = []
    rows = [_base_row(form, entry, line, mistakes) for line, entry in enumerate(entries, start=2)]
    first: dict[tuple[str, date], int] = {}
    for line, row in enumerate(rows, start=2):
        key = (row["base"], row["valid_from"])
        if key in first:
            mistakes.append(
                f"line {line}: {key[0]} from {key[1]} stands here a second time, first on line {first[key]}"
            )
        first.setdefault(key, line)
    if mistakes:
        raise RegistryError(mistakes)
    upsert(
        connection,
        schema.base,
        list({row["base"]: {"base": row["base"], "batch": row["batch"]} for row in rows}.values()),
    )
    upsert(connection, schema.base_history, [{k: v for k, v in row.items() if k != "batch"} for row in rows])
    told = rows if len(rows) <= TOLD else len(rows)
    audit.note(connection, "bases.registered", "base_history", rows=told)
    return len(rows)


def _base_row(form: Form, entry: dict[str, str], line: int, mistakes: list[str]) -> dict[str, Any]:
    def get(name: str) -> str:
        return (entry.get(name) or "").strip()

    def wrong(message: str) -> None:
        mistakes.append(f"line {line}: {message}")

    province = _province(form, get("province"))
    if not get("code") or len(get("code")) > 40:
        wrong("code must have 1 to 40 characters")
    if not (get("name_en") or get("name_zh")):
        wrong("a name is needed")
    base_type = _type(form, get("type"))
    if base_type is None:
        wrong(f"there is no base type {get('type')!r}; there are {', '.join(form.types)}")
    if province is None:
        wrong(f"there is no province {get('province')!r}; give its code or name as in regions.yml")
    hardship = YES_NO.get(get("hardship").lower())
    if hardship is None:
        wrong(f"hardship is yes or no, not {get('hardship')!r}")
    status = get("status") or ACTIVE
    if status not in (ACTIVE, WITHDRAWN):
        wrong(f"status is {ACTIVE} or {WITHDRAWN}, not {status!r}")
    if get("batch") and not get("batch").isdigit():
        wrong(f"batch is a whole number, not {get('batch')!r}")
    try:
        since = to_date(get("valid_from")) or date(1900, 1, 1)
    except Unreadable:
        wrong(f"valid_from is a day like 2024-01-01, not {get('valid_from')!r}")
        since = date.max
    return {
        "base": get("code"),
        "batch": int(get("batch")) if get("batch").isdigit() else None,
        "valid_from": since,
        "name_en": get("name_en") or get("name_zh"),
        "name_zh": get("name_zh") or get("name_en"),
        "type": base_type,
        "province": province,
        "hardship": hardship,
        "status": status,
    }


def _province(form: Form, text: str) -> str | None:
    """A province by its code or either name; 浙江省 and 内蒙古自治区 are 浙江 and 内蒙古."""
    for code, province in form.provinces.items():
        if text in (code, province.name.en) or (text and text.startswith(province.name.zh)):
            return code
    return None


def _type(form: Form, text: str) -> str | None:
    """A base type by its code or either name."""
    names = ((code, (code, kind.name.en, kind.name.zh)) for code, kind in form.types.items())
    return next((code for code, known in names if text in known), None)


def open_period(connection: Connection, period: str, due: date | None = None, locked: bool = False) -> Quarter:
    """Opens (or locks) a quarter; due after the configured days unless told. Raises ValueError for no quarter."""
    opens = periods.ends(period) + timedelta(days=1)
    known = connection.execute(select(schema.period).where(schema.period.c.period == period)).first()
    usual = known.due if known else periods.ends(period) + timedelta(days=settings().due_days)
    quarter = Quarter(period, opens, due or usual, locked)
    upsert(connection, schema.period, [{"period": period, "opens": opens, "due": quarter.due, "locked": locked}])
    moved = known is not None and known.locked == locked and known.due != quarter.due
    action = "period.due-changed" if moved else "period.locked" if locked else "period.opened"
    audit.note(connection, action, "period", period, due=quarter.due)
    return quarter
