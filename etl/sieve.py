"""One pass over a part of the file, on which admission and reading both rest: plain cells apart from everything else.

A plain cell is spelt as every spreadsheet program spells a number, a shared text or a blank; nothing can be wrong with it
but its place. In a large sheet nearly all cells are plain, so whatever is odd is looked for in the little that is left.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from etl.places import column_number

# Between reference and end only what can stand in s="12" and t="n", t="s" or t="b": no further attribute, no text.
_PLAIN = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"[ s="\dtnb]*+(?:><v>[-+.\deE]*+</v></c>|/>)')
GAP = b"<>"
"""In place of plain cells: what stood before and after them must not become one tag or one word."""
_BARE_CELL, _PREFIXED_CELL = re.compile(rb"<c[\s/>]"), re.compile(rb":c[\s/>]")
_USUAL_CELL = re.compile(rb'<c r="([A-Z]+\d+)"')
# Any spelling that a lenient reader may accept: namespace prefix, blanks around "=", small letters, no quotes.
_NAME = rb"<(?:[^\s<>/!?:]+:)?"
_ROW = re.compile(_NAME + rb"row(?=[\s/>])")
_CELL = re.compile(_NAME + rb"c(?=[\s/>])")
_OTHER_ATTRIBUTES = rb"""(?:\s+[^\s=>"'/]+\s*=\s*(?:"[^"]*"|'[^']*'))*?"""
_PLACED_CELL = re.compile(_NAME + rb"c" + _OTHER_ATTRIBUTES + rb"""\s+r\s*=\s*["']?[A-Za-z]+\d""")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']?([A-Za-z]{0,9})(\d+)""")
_DIGITS, _LETTERS = b"0123456789", bytes(range(65, 91))


class Sieved(NamedTuple):
    """What the pass tells of a part."""

    rest: bytes
    """The part without its plain cells."""
    columns: int = 0
    rows: int = 0
    """The farthest that it refers to."""
    held: int = 0
    """How many cells a reader would have to hold: the rectangle from A1 to there, widened by the cells that carry no
    reference and follow the one before. The dimension tag proves nothing."""
    twice: bool = False
    """Whether two cells have one place."""


def sieve(part: bytes) -> Sieved:
    """Any part: a sheet may lie anywhere in the archive, under any name."""
    pieces = _PLAIN.split(part)  # what stands before, between and after plain cells, in turn with their references
    rest, references = GAP.join(filter(None, pieces[::2])), pieces[1::2]
    cells = len(references) + len(_BARE_CELL.findall(rest))
    if b":c" in rest:
        cells += len(_PREFIXED_CELL.findall(rest))
    if not cells:
        return Sieved(part)
    references += _USUAL_CELL.findall(rest)
    twice = len(set(references)) < len(references)
    if len(references) == cells:
        together = b" ".join(references)
        columns, rows = _farthest(*(together.translate(None, others).split() for others in (_DIGITS, _LETTERS)))
        return Sieved(rest, columns, rows, max(columns * rows, cells), twice)
    written = _REFERENCE.findall(part)
    columns, rows = _farthest([letters for letters, _ in written], [digits for _, digits in written])
    wide, high = columns, rows
    if len(_PLACED_CELL.findall(part)) < cells:
        lines = _ROW.split(part)
        wide += max(len(_CELL.findall(line)) for line in lines)
        high += len(lines)
    return Sieved(rest, columns, rows, max(wide * high, cells), twice)


def _farthest(letters: Iterable[bytes], numbers: Iterable[bytes]) -> tuple[int, int]:
    columns = (column_number(text.decode()) + 1 for text in set(letters))
    # A number of many digits takes long to read, and is past every limit as it is.
    return max(columns, default=0), max((int(digits[:9]) for digits in set(numbers)), default=0)
