"""Quarters, written "2026Q3" everywhere: on screen, in workbooks, in SQL. Text order is time order."""

import re
from datetime import date, timedelta

_FORM = re.compile(r"([12]\d{3})Q([1-4])", re.ASCII)


def is_period(text: object) -> bool:
    """Whether `text` is a quarter in the one spelling that is used, such as "2026Q3"."""
    return isinstance(text, str) and _FORM.fullmatch(text) is not None


def parse(text: str) -> tuple[int, int]:
    """(year, quarter 1–4). Raises ValueError on any other spelling."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a quarter; write it like 2026Q3")
    return int(match[1]), int(match[2])


def quarter(period: str) -> int:
    """1–4."""
    return parse(period)[1]


def shift(period: str, quarters: int) -> str:
    """The quarter that many quarters later (negative: earlier)."""
    year, number = parse(period)
    months = year * 4 + number - 1 + quarters
    return f"{months // 4:04d}Q{months % 4 + 1}"


def distance(first: str, last: str) -> int:
    """How many quarters `last` lies after `first`."""
    (a, b), (c, d) = parse(first), parse(last)
    return (c - a) * 4 + d - b


def span(first: str, last: str) -> tuple[str, ...]:
    """Every quarter from `first` to `last`, both included; empty when `last` is earlier."""
    return tuple(shift(first, k) for k in range(distance(first, last) + 1))


def in_chinese(period: str) -> str:
    """2026Q3 → 2026年三季度."""
    year, number = parse(period)
    return f"{year}年{'一二三四'[number - 1]}季度"


def starts(period: str) -> date:
    year, number = parse(period)
    return date(year, 3 * number - 2, 1)


def ends(period: str) -> date:
    return starts(shift(period, 1)) - timedelta(days=1)
