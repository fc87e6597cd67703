"""Text from people stays text in every file we write: whatever it begins with, no program takes it for a formula."""

from collections.abc import Iterable
from typing import Any

_STARTS = tuple("=+-@＝＋－＠")
_BEFORE = "\t\r\n \u00a0\u3000"
_ALONE = ("\t", "\r", "\n")


def may_be_formula(text: str) -> bool:
    """Whether a spreadsheet program may take a text for a formula when it opens a .csv, or when somebody edits it."""
    return text.startswith(_ALONE) or text.lstrip(_BEFORE).startswith(_STARTS)


def for_csv(value: Any) -> Any:
    """A value as it is written to a .csv: such a text with an apostrophe before it. Numbers stay numbers. (In a
    workbook a text is written as a text, which is enough.)"""
    return f"'{value}" if isinstance(value, str) and may_be_formula(value) else value


def csv_row(values: Iterable[Any]) -> list[Any]:
    return [for_csv(value) for value in values]
