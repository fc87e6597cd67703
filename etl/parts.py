"""A sheet's part of the file as text: what the reader of cells does not tell, and what it would read otherwise than the
program that shows the sheet.

A part is searched as it is written: any namespace prefix, either kind of quotes, blanks where XML allows them.
"""

import re
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from zipfile import ZipFile

from etl.intake import Refused, no_workbook
from etl.places import MOST_COLUMNS, address, column_number
from etl.sieve import GAP, Sieved


def sheet_parts(archive: ZipFile) -> dict[str, str]:
    """Sheet name → the member of the archive that holds its cells."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 (the airlock refused any DOCTYPE)
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    parts = {}
    for sheet in book.findall(".//{*}sheet"):
        identifier = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
        target = targets.get(identifier, "")
        parts[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


_PREFIX = rb"(?:[^\s<>/!?:]+:)?"
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_CELLS = re.compile(rb"<" + _PREFIX + rb"sheetData(?=[\s/>])")
_RESULT_OPENS = rb"<" + _PREFIX + rb"v(?=[\s/>])[^>]*>"
_RESULT = re.compile(_RESULT_OPENS + rb"(.*?)</", re.DOTALL)
_CUT_RESULT = re.compile(_RESULT_OPENS + rb"[^<]*<!")
_ESCAPED_RESULT = re.compile(_RESULT_OPENS + rb"[^<]*&")
_CELL_OPENS = re.compile(rb"<" + _PREFIX + rb"c(?=[\s/>])")
_CELL = re.compile(_CELL_OPENS.pattern + rb"[^>]*?(?:/>|>.*?</" + _PREFIX + rb"c\s*>)", re.DOTALL)
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']""")
_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d{1,7})["']""")
_TAG = re.compile(rb"<(/?)" + _PREFIX + rb"(row|c)(?=[\s/>])([^>]*)>")
_USUAL_CELL = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"')
_ODD = (re.compile(rb'<c[\s/>](?!r="[A-Z]{1,3}\d{1,7}")'), re.compile(rb'<row[\s/>](?!r="\d)'))
"""A cell, a row whose place does not come first in its tag."""
_PREFIXED = re.compile(rb":(?:c|row)[\s/>]")


def is_plain(sieved: Sieved) -> bool:
    """Whether nothing in a sheet's part is odd, so that its rest tells all that the functions below would find in it."""
    return not (sieved.twice or any(shows(sieved.rest) for shows in _ODDITIES))


def placed(part: bytes, sheet: str) -> bytes:
    """The part without comments and with the place of every row and cell in its tag, as _USUAL_CELL finds it. Raises
    Refused for what would be read otherwise than it is shown."""
    if _has_comments(part):
        if _CUT_RESULT.search(part):
            raise _doubtful(sheet, "a value with a comment or CDATA in it", "数值中含注释或CDATA")
        part = _COMMENT.sub(b"", part)
    if _is_in_pieces(part):
        raise _doubtful(sheet, "its cells in two pieces", "单元格数据分为两段")
    if _lacks_places(part):
        part = _with_places(part)
    references = _USUAL_CELL.findall(part)
    if len(set(references)) < len(references):
        place = _first_twice(references).decode()
        raise _doubtful(sheet, f"cell {place} twice", f"重复的单元格{place}")
    if _may_be_escaped(part):
        _refuse_escaped_numbers(part, sheet)
    return part


def _has_comments(part: bytes) -> bool:
    return b"<!" in part


def _is_in_pieces(part: bytes) -> bool:
    return part.count(b"sheetData") > 2 and len(_CELLS.findall(part)) > 1


def _lacks_places(part: bytes) -> bool:
    has_prefixes = (b":c" in part or b":row" in part) and _PREFIXED.search(part) is not None
    return has_prefixes or any(odd.search(part) for odd in _ODD)


def _may_be_escaped(part: bytes) -> bool:
    return b"&" in part and _ESCAPED_RESULT.search(part) is not None


def _doubtful(sheet: str, en: str, zh: str) -> Refused:
    return no_workbook(f"sheet {sheet} holds {en}", f"工作表{sheet}含{zh}")


def _first_twice(references: list[bytes]) -> bytes:
    seen: set[bytes] = set()
    return next(place for place in references if place in seen or seen.add(place))


def _with_places(part: bytes) -> bytes:
    """The part with the place in each row's and cell's tag, before its other attributes. One that has none follows the
    one before it, as the reader counts."""
    row = col = 0

    def rewritten(match: re.Match[bytes]) -> bytes:
        nonlocal row, col
        closing, name, attributes = match.groups()
        if name == b"c":
            if closing:
                return b"</c>"
            written = _REFERENCE.search(attributes)
            if written:
                col = column_number(written[1].decode())
            place = (written[1] + written[2]).upper() if written else address(row, col).encode()
            col += 1
            return b'<c r="%b"%b>' % (place, _REFERENCE.sub(b"", attributes))
        if closing:
            row, col = row + 1, 0
            return b"</row>"
        written = _NUMBER.search(attributes)
        row = int(written[1]) - 1 if written else row
        shown = row + 1 if written else _row_of_cells(part, match.end(), row + 1)
        if attributes.endswith(b"/"):
            row, col = row + 1, 0
        return b'<row r="%d"%b>' % (shown, _NUMBER.sub(b"", attributes))

    return _TAG.sub(rewritten, part)


def _row_of_cells(part: bytes, start: int, counted: int) -> int:
    """The number of a row that has none: that of its first cell, where it has one."""
    following = _TAG.search(part, start)
    written = following and following[2] == b"c" and _REFERENCE.search(following[3])
    return int(written[2]) if written else counted


_IS_ERROR, _IS_TEXT = (
    re.compile(rb"""\st\s*=\s*["']""" + kind + rb"""["']""") for kind in (b"e", b"(?:str|inlineStr)")
)
_FORMULA = re.compile(rb"<" + _PREFIX + rb"f(?=[\s/>])")
_BARE_FORMULA = re.compile(rb"<f[\s/>]")


def _refuse_escaped_numbers(part: bytes, sheet: str) -> None:
    """A number of which a digit is written as a reference (&#53;) would be cut there."""
    for match in _CELL.finditer(part):
        if b"&" in match[0] and not _IS_TEXT.search(match[0].partition(b">")[0]) and _ESCAPED_RESULT.search(match[0]):
            place = (_USUAL_CELL.match(match[0]) or [b"", b""])[1].decode()
            raise _doubtful(sheet, f"an escaped number in {place}", f"单元格{place}中的转义数字")


def _may_be_broken(part: bytes) -> bool:
    """Whether anything in it could be a formula or an error; costs next to nothing where there is none."""
    return (
        b'"e"' in part or b"'e'" in part or b":f" in part or (b"<f" in part and _BARE_FORMULA.search(part) is not None)
    )


def _is_torn(rest: bytes) -> bool:
    """Whether a cell that may be broken lacks its end, so that it would take that of a plain one after it."""
    if not _may_be_broken(rest):
        return False
    cells = _CELL.findall(rest)
    return len(cells) < len(_CELL_OPENS.findall(rest)) or any(GAP in cell for cell in cells)


def broken_cells(part: bytes) -> Iterator[tuple[str, str]]:
    """Error cells and formulas without a saved result, by their place: the reader returns both as blank. A formula whose
    result is an empty text has one."""
    if not _may_be_broken(part) or not (_FORMULA.search(part) or _IS_ERROR.search(part)):
        return
    for match in _CELL.finditer(part):
        cell = match[0]
        head = cell.partition(b">")[0]
        is_error = _IS_ERROR.search(head) is not None
        if not is_error and not _FORMULA.search(cell):
            continue
        result = _RESULT.search(cell)
        reference = _USUAL_CELL.match(cell)
        if reference is None:
            continue
        if is_error and result:
            yield reference[1].decode(), printable(result[1].decode(errors="replace"))[:_LONGEST_ERROR] or "?"
        elif is_error or result is None or not (result[1] or _IS_TEXT.search(head)):
            yield reference[1].decode(), "formula"


READABLE = frozenset({"formula", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
"""What broken_cells may say of a cell so that the reader passes over it; at any other error it gives up the sheet."""
_LONGEST_ERROR = 40


def with_readable_errors(part: bytes) -> bytes:
    """The part with an error that the reader knows in place of each that it does not."""

    def rewritten(match: re.Match[bytes]) -> bytes:
        cell = match[0]
        result = _IS_ERROR.search(cell.partition(b">")[0]) and _RESULT.search(cell)
        if not result or result[1].decode(errors="replace") in READABLE:
            return cell
        return cell[: result.start(1)] + b"#VALUE!" + cell[result.end(1) :]

    return _CELL.sub(rewritten, part)


_UNSEEN = rb"""[^>]*?\s(?:hidden\s*=\s*["'](?:1|true)|%b\s*=\s*["']0+(?:\.0*)?)["']"""
_HIDDEN_ROW = re.compile(
    rb"<" + _PREFIX + rb"row(?=\s)(?=" + _UNSEEN % b"ht" + rb""")[^>]*?\sr\s*=\s*["'](\d{1,7})["']"""
)
_HIDDEN_COLUMN = re.compile(rb"<" + _PREFIX + rb"col(?=\s)(?=" + _UNSEEN % b"width" + rb")([^>]*)>")
_ROW_TAG = re.compile(rb"<row[\s/>][^>]*")
_MARKS_OF_HIDING = (b"hidden", b't="0', b"t='0", b'h="0', b"h='0")
_FIRST, _LAST = (re.compile(rb"\s" + name + rb"""\s*=\s*["'](\d{1,5})["']""") for name in (b"min", b"max"))


def hidden_lines(part: bytes) -> tuple[frozenset[int], frozenset[int]]:
    """The rows and the columns, from 0, that nobody sees: hidden, or without any height or width."""
    # The columns stand before the cells; of these only the rows' own tags matter.
    head = part[: part.find(b"<sheetData") + 1] or part
    tags = part if b":row" in part else b"".join(_ROW_TAG.findall(part))
    if not any(mark in text for text in (head, tags) for mark in _MARKS_OF_HIDING):
        return frozenset(), frozenset()
    rows = frozenset(int(match[1]) - 1 for match in _HIDDEN_ROW.finditer(part))
    columns: set[int] = set()
    for match in _HIDDEN_COLUMN.finditer(part):
        first, last = _FIRST.search(match[1]), _LAST.search(match[1])
        if first and last:
            columns.update(range(int(first[1]) - 1, min(int(last[1]), MOST_COLUMNS)))
    return rows, frozenset(columns)


_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_ESCAPED_CONTROL = re.compile(
    rb"&#(?!(?:0*(?:9|10|13)|x0*[9aAdD]);)(?:0*[0-9]{1,2}|x0*[0-9a-fA-F]{1,2}|\d{5}|x[dD][89a-fA-F]..);"
)
"""A character by its number: below 100, so that it may be a control, or a surrogate; but not tab, newline or return."""
_UNPRINTABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def may_hold_controls(part: bytes) -> bool:
    """Whether a text of it could hold a control character, written as it is or as one of the two kinds of escape."""
    escaped = b"_x00" in part or (b"&#" in part and _ESCAPED_CONTROL.search(part) is not None)
    return escaped or len(part.translate(None, _CONTROLS)) < len(part)


def printable(text: str) -> str:
    """The text with a mark in place of each character that no database takes and nobody sees."""
    return _UNPRINTABLE.sub("\ufffd", text)


_LIKE_A_NUMBER = re.compile(r"[0-9.,+\-\s]+")


def _may_be_raised(part: bytes) -> bool:
    return b"superscript" in part or b"subscript" in part


def raised(part: bytes) -> dict[str, str]:
    """Texts like numbers of which some digits are raised or lowered, each with a mark before these: 45 with a note 1 is
    not 451."""
    if not _may_be_raised(part):
        return {}
    found = {}
    for text in (text for text in ElementTree.fromstring(part).iter() if text.tag.endswith(("}si", "}is"))):  # noqa: S314
        runs = [
            (run.findtext("{*}t") or "", run.find("{*}rPr/{*}vertAlign[@val!='baseline']") is not None)
            for run in text.findall("{*}r")
        ]
        whole = "".join(written for written, _ in runs)
        if any(aside for _, aside in runs) and _LIKE_A_NUMBER.fullmatch(unicodedata.normalize("NFKC", whole)):
            found[whole] = "".join(f"^{written}" if aside else written for written, aside in runs)
    return found


_ODDITIES = (_has_comments, _is_in_pieces, _lacks_places, _may_be_escaped, _may_be_raised, _is_torn)
"""What makes a part odd. None of them can lie in a plain cell."""
