"""Reading what people type into cells: a number, a date, or nothing. What cannot be read is said so, never guessed."""

import math
import re
import unicodedata
from datetime import date, datetime
from typing import Any

from etl.advice import NO_ADVICE, Advice, on_date, on_number

_PLAIN = re.compile(r"[+-]?(\d+|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?", re.ASCII)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Marks that nobody sees or types, but that come along when text is copied from a web page."""
_AROUND = _INVISIBLE + "".join(chr(code) for code in range(0x3001) if chr(code).isspace())


class Unreadable(ValueError):
    """A cell that holds something else than what belongs there. `advice` says what it might mean, if anything."""

    def __init__(self, text: str, advice: Advice = NO_ADVICE):
        super().__init__(text)
        self.advice = advice


def is_blank(cell: Any) -> bool:
    return cell is None or (
        isinstance(cell, str) and (not (text := cell.strip()) or (not text.isascii() and not text.strip(_AROUND)))
    )


def plain_text(cell: Any) -> str:
    """The cell as text: full-width digits and letters made ordinary, spaces and invisible marks around it cut off,
    whole numbers without ".0"."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell)
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip(_AROUND)


def are_plain(texts: list[str], longest: int) -> bool:
    """Whether plain_text would leave every text as it is, none is blank, and none is longer than that."""
    together = "".join(texts)
    around = None if together.isascii() else _AROUND
    if around and not unicodedata.is_normalized("NFKC", together):
        return False
    return all(text and text == text.strip(around) and len(text) <= longest for text in texts)


def _plain_digits(cell: Any) -> str:
    """plain_text of what should be a number or a date. Raises Unreadable for what only becomes digits when it is made
    ordinary: in "12²" and "⑫" they mean something else."""
    if isinstance(cell, str) and not cell.isascii():
        for character in cell.strip(_AROUND):
            if not (character.isascii() or ord(character) in _FULL_WIDTH):
                ordinary = unicodedata.normalize("NFKC", character)
                if any(map(str.isascii, ordinary)) and not ordinary.isspace():
                    raise Unreadable(cell.strip(_AROUND))
    return plain_text(cell)


def to_number(cell: Any) -> float | None:
    """The number, None for a blank. Text is read when it is nothing but a number ("1,234.5", "１２"); "12%",
    "3万", "12²" or words raise Unreadable, because the unit they mean is not certain."""
    if is_blank(cell):
        return None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number = float(cell)
    else:
        text = _plain_digits(cell)
        if not isinstance(cell, str) or not _PLAIN.fullmatch(text):
            raise Unreadable(text, on_number(text))
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
    text = _plain_digits(cell)
    match = _DATE.fullmatch(text)
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise Unreadable(text, on_date(text))
