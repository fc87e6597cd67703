"""The airlock: is this file safe to open? Nothing is parsed before every step here has passed.

Magic bytes → declared sizes → every member read to its end with a counted limit (declared sizes lie; the CRC is
checked at the end) → no DOCTYPE → no cell outside what a return can need.
"""

import re
import zipfile
import zlib
from io import BytesIO

from etl.config import Limits
from etl.findings import Finding, reading_fault

_CHUNK = 1 << 20
_USUAL = re.compile(rb'<c r="([A-Z]+)(\d+)"')
_BARE_CELL, _PREFIXED_CELL = re.compile(rb"<c[\s/>]"), re.compile(rb":c[\s/>]")
# Any spelling that a lenient reader may accept: namespace prefix, blanks around "=", small letters, no quotes.
_NAME = rb"<(?:[^\s<>/!?:]+:)?"
_ROW = re.compile(_NAME + rb"row(?=[\s/>])")
_CELL = re.compile(_NAME + rb"c(?=[\s/>])")
_OTHER_ATTRIBUTES = rb"""(?:\s+[^\s=>"'/]+\s*=\s*(?:"[^"]*"|'[^']*'))*?"""
_PLACED_CELL = re.compile(_NAME + rb"c" + _OTHER_ATTRIBUTES + rb"""\s+r\s*=\s*["']?[A-Za-z]+\d""")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']?([A-Za-z]{0,9})(\d+)""")


class Refused(Exception):
    """The file may not or cannot be read; `finding` says why and what to do."""

    def __init__(self, code: str, *, en: dict[str, str] | None = None, zh: dict[str, str] | None = None, **words: str):
        self.finding: Finding = reading_fault(code, en=en, zh=zh, **words)
        super().__init__(self.finding.message.en)


def admit(content: bytes, limits: Limits) -> None:
    """Raises Refused unless the bytes are a workbook within the limits."""
    if len(content) > limits.file_bytes:
        raise too_large(limits)
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise Refused(
            "F01", en={"reason": "it is an old .xls or a password-protected file"}, zh={"reason": "旧版.xls或加密文件"}
        )
    if content[:4] != b"PK\x03\x04":
        raise Refused("F01", en={"reason": "it is not an .xlsx file"}, zh={"reason": "不是.xlsx文件"})
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _admit_archive(archive, len(content), limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise Refused("F01", en={"reason": "the file is damaged"}, zh={"reason": "文件已损坏"}) from None


def _admit_archive(archive: zipfile.ZipFile, size: int, limits: Limits) -> None:
    members = archive.infolist()
    declared = sum(member.file_size for member in members)
    if declared > limits.unpacked_bytes:
        raise _past("unpacked size", "解压后大小", f"{limits.unpacked_bytes // 2**20} MiB")
    if declared > limits.ratio * max(size, 10_000):
        raise _past("compression ratio", "压缩比", f"{limits.ratio}:1")
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        raise Refused("F01", en={"reason": "it is not an .xlsx file"}, zh={"reason": "不是.xlsx文件"})
    sheets = sum(name.startswith("xl/worksheets/") and name.endswith(".xml") for name in names)
    if sheets > limits.sheets:
        raise _past("number of sheets", "工作表数", str(limits.sheets))
    left, cells = limits.unpacked_bytes, 0
    for member in members:
        part = _read(archive, member, left, limits.unpacked_bytes)
        left -= len(part)
        is_xml = member.filename.lower().endswith((".xml", ".rels"))
        if is_xml and (b"<!DOCTYPE" in part or b"<!ENTITY" in part):
            raise Refused(
                "F01", en={"reason": "it carries a document type definition"}, zh={"reason": "含文档类型定义"}
            )
        cells += _extent(part)  # of every member: a sheet may lie anywhere under any name
        if cells > limits.cells:
            raise _past("number of cells", "单元格数", f"{limits.cells:,}")


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int, limit: int) -> bytes:
    """A member to its end, so that its CRC is checked; stops where the declared size turns out to be a lie."""
    chunks, total = [], 0
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            total += len(chunk)
            if total > left:
                raise _past("unpacked size", "解压后大小", f"{limit // 2**20} MiB")
            chunks.append(chunk)
    return b"".join(chunks)


def _extent(part: bytes) -> int:
    """The cells that a reader would have to hold: the rectangle from A1 to the farthest reference, widened by the
    cells that carry none and follow the one before. The dimension tag proves nothing."""
    cells = len(_BARE_CELL.findall(part)) + len(_PREFIXED_CELL.findall(part))
    if not cells:
        return 0
    references = _USUAL.findall(part)
    usual = len(references) == cells
    if not usual:
        references = _REFERENCE.findall(part)
    columns = max(map(_column, {letters for letters, _ in references}), default=0)
    rows = max(map(int, {number for _, number in references}), default=0)
    if not usual and len(_PLACED_CELL.findall(part)) < cells:
        lines = _ROW.split(part)
        columns += max(len(_CELL.findall(line)) for line in lines)
        rows += len(lines)
    return max(columns * rows, cells)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def too_large(limits: Limits) -> Refused:
    """What is said of a file past the size that is taken, wherever that is noticed."""
    return _past("file size", "文件大小", f"{limits.file_bytes // 2**20} MiB")


def _past(en: str, zh: str, limit: str) -> Refused:
    return Refused("F19", en={"limit": f"{en} (at most {limit})"}, zh={"limit": f"{zh}(最多{limit})"})
