"""Reading what people type into cells: a number, a date, or nothing. What cannot be read is said so, never guessed."""

import math
import re
import unicodedata
from datetime import date, datetime
from typing import Any

_PLAIN = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class Unreadable(ValueError):
    """A cell that holds something else than what belongs there."""


def is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def plain_text(cell: Any) -> str:
    """The cell as text: full-width digits and letters made ordinary, spaces cut off, whole numbers without ".0"."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell)
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()


def are_plain(texts: list[str], longest: int) -> bool:
    """Whether plain_text would leave every text as it is, none is blank, and none is longer than that."""
    if not unicodedata.is_normalized("NFKC", "".join(texts)):
        return False
    return all(text and text == text.strip() and len(text) <= longest for text in texts)


def to_number(cell: Any) -> float | None:
    """The number, None for a blank. Text is read when it is nothing but a number ("1,234.5", "１２"); "12%",
    "3万" or words raise Unreadable, because the unit they mean is not certain."""
    if is_blank(cell):
        return None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number = float(cell)
    else:
        text = plain_text(cell)
        if not isinstance(cell, str) or not _PLAIN.fullmatch(text):
            raise Unreadable(text)
        number = float(text.replace(",", ""))
    if not math.isfinite(number):  # a file can hold 1e999 or nan
        raise Unreadable(str(cell))
    return number


def to_date(cell: Any) -> date | None:
    """The day, None for a blank. Raises Unreadable for anything that is no calendar day."""
    if is_blank(cell):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = plain_text(cell)
    match = _DATE.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else _unreadable(text)
    except ValueError:
        raise Unreadable(text) from None


def _unreadable(text: str) -> date:
    raise Unreadable(text)
