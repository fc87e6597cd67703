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
_BARE_CELL, _PREFIXED_CELL = re.compile(rb"<c[\s/>]"), re.compile(rb":c[\s/>]")
_USUAL_LETTERS, _USUAL_NUMBER = re.compile(rb'<c r="([A-Z]+)\d+"'), re.compile(rb'<c r="[A-Z]+(\d+)"')
# Any spelling that a lenient reader may accept: namespace prefix, blanks around "=", small letters, no quotes.
_NAME = rb"<(?:[^\s<>/!?:]+:)?"
_ROW = re.compile(_NAME + rb"row(?=[\s/>])")
_CELL = re.compile(_NAME + rb"c(?=[\s/>])")
_OTHER_ATTRIBUTES = rb"""(?:\s+[^\s=>"'/]+\s*=\s*(?:"[^"]*"|'[^']*'))*?"""
_PLACED_CELL = re.compile(_NAME + rb"c" + _OTHER_ATTRIBUTES + rb"""\s+r\s*=\s*["']?[A-Za-z]+\d""")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']?([A-Za-z]{0,9})(\d+)""")


Advice = tuple[str, str]
"""What to do, in both languages."""
SAVE: Advice = (
    "Save it in Excel or LibreOffice as .xlsx and send it again.",
    "请用Excel或LibreOffice另存为.xlsx后重新报送。",
)
"""What to do with a file that a spreadsheet program may open."""
FORM: Advice = "Send the filled form itself, the .xlsx workbook.", "请报送填好的报表工作簿(.xlsx)本身。"
"""What to do instead of sending something that is no spreadsheet at all."""
UNPACK: Advice = "Take the workbook out of it and send that.", "请解压后报送其中的工作簿。"

# What a file is by its first bytes, where it is no zip archive; the reasons that F01 gives, and what to do then.
_KINDS = (
    (b"%PDF", "it is a PDF", "这是PDF文件", FORM),
    (b"{\\rtf", "it is a text document", "这是文字文档", FORM),
    (b"\x1f\x8b", "it is a compressed archive", "这是压缩包", UNPACK),
    (b"Rar!", "it is a compressed archive", "这是压缩包", UNPACK),
    (b"7z\xbc\xaf", "it is a compressed archive", "这是压缩包", UNPACK),
    (b"\x89PNG", "it is a picture", "这是图片", FORM),
    (b"\xff\xd8\xff", "it is a picture", "这是图片", FORM),
    (b"<", "it is a web page or an XML file", "这是网页或XML文件", SAVE),
)
# What an archive is by a member that it has, where it is no .xlsx workbook.
_ARCHIVES = (
    ("xl/workbook.bin", "it is a binary .xlsb workbook", "这是.xlsb二进制工作簿", SAVE),
    ("content.xml", "it is an OpenDocument file (.ods)", "这是OpenDocument文件(.ods)", SAVE),
    ("word/document.xml", "it is a Word document", "这是Word文档", FORM),
    ("ppt/presentation.xml", "it is a presentation", "这是演示文稿", FORM),
)
_OLE2 = b"\xd0\xcf\x11\xe0"
_MOST_PARTS = 5_000
"""Members of the archive. A workbook with a picture on every sheet has a few hundred."""
_MOST_COLUMNS, _MOST_ROWS = 16_384, 1_048_576
"""Of a sheet, in any spreadsheet program."""
# Members that hold code, or that start another program when the workbook is opened in Excel.
_ACTIVE = re.compile(r"(^|/)(vbaproject[^/]*\.bin|macrosheets/.+|activex/.+)$")
_STARTS_PROGRAM = re.compile(rb"<(?:[^\s<>/!?:]+:)?ddeLink[\s>]")
_ODD_NAME = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:|[\0-\x1f]")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*\sencoding\s*=\s*["']([^"']*)""")
_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
_DECLARATIONS = ("<!DOCTYPE", "<!ENTITY")


class Refused(Exception):
    """The file may not or cannot be read; `finding` says why and what to do."""

    def __init__(self, code: str, *, en: dict[str, str] | None = None, zh: dict[str, str] | None = None, **words: str):
        self.finding: Finding = reading_fault(code, en=en, zh=zh, **words)
        super().__init__(self.finding.message.en)


def admit(content: bytes, limits: Limits) -> None:
    """Raises Refused unless the bytes are a workbook within the limits."""
    if len(content) > limits.file_bytes:
        raise too_large(limits)
    if content[:4] != b"PK\x03\x04":
        raise no_workbook(*_kind(content))
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _admit_archive(archive, len(content), limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise no_workbook("the file is damaged", "文件已损坏") from None


def _kind(content: bytes) -> tuple[str, str, Advice]:
    """What a file is that is no zip archive, in both languages, and what to do."""
    if not content:
        return "it is empty", "文件为空", FORM
    if content.startswith(_OLE2):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return "it is protected by a password; remove the password", "文件已加密,请先取消密码", SAVE
        if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
            return "it is an old .xls workbook", "这是旧版.xls工作簿", SAVE
        return "it is an old .xls or a password-protected file", "旧版.xls或加密文件", SAVE
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, en, zh, advice in _KINDS:
        if head.startswith(mark):
            return en, zh, advice
    if b"\0" not in head and any(sign in head for sign in (b",", b"\t", b";")):
        return "it is not an .xlsx file but text, such as .csv", "这不是.xlsx文件,而是.csv等文本文件", SAVE
    return "it is not an .xlsx file", "不是.xlsx文件", SAVE


def _admit_archive(archive: zipfile.ZipFile, size: int, limits: Limits) -> None:
    members = archive.infolist()
    _admit_directory(members, size, limits)
    left, cells = limits.unpacked_bytes, 0
    for member in members:
        part = _read(archive, member, left, limits.unpacked_bytes)
        left -= len(part)
        _admit_part(member.filename, part)
        columns, rows, held = _extent(part)  # of every member: a sheet may lie anywhere under any name
        cells += held
        if cells > limits.cells:
            raise past("number of cells", "单元格数", f"{limits.cells:,}")
        if columns > _MOST_COLUMNS or rows > _MOST_ROWS:
            raise past("columns and rows of a sheet", "工作表列数和行数", f"{_MOST_COLUMNS:,} × {_MOST_ROWS:,}")


def _admit_directory(members: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    """What the archive says of itself, before anything in it is unpacked."""
    if len(members) > _MOST_PARTS:
        raise past("number of parts in the file", "文件内部件数", f"{_MOST_PARTS:,}")
    declared = sum(member.file_size for member in members)
    if declared > limits.unpacked_bytes:
        raise past("unpacked size", "解压后大小", f"{limits.unpacked_bytes // 2**20} MiB")
    if declared > limits.ratio * max(size, 10_000):
        raise past("compression ratio", "压缩比", f"{limits.ratio}:1")
    names = [member.filename.casefold() for member in members]
    if any(_ACTIVE.search(name) for name in names):
        raise Refused("F23")
    if "xl/workbook.xml" not in (member.filename for member in members):
        for name, en, zh, advice in _ARCHIVES:
            if name in names:
                raise no_workbook(en, zh, advice)
        raise no_workbook("it is not an .xlsx file", "不是.xlsx文件")
    if any(_ODD_NAME.search(member.orig_filename) for member in members):
        raise no_workbook("a part of it has a name that leads outside of it", "文件部件名称指向文件之外")
    if len(set(names)) < len(names):
        raise no_workbook("a part stands in it twice", "文件内有重名部件")
    sheets = sum(name.startswith("xl/worksheets/") and name.endswith(".xml") for name in names)
    if sheets > limits.sheets:
        raise too_many_sheets(limits)


def _admit_part(name: str, part: bytes) -> None:
    """Refuses what a reader should not be shown: another encoding than UTF-8, a document type definition, a link that
    starts another program. Pictures are never read."""
    if name.startswith("xl/media/"):
        return
    head = part[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if name.lower().endswith((".xml", ".rels")) or head[:1] == b"<":
        wide = b"\0" in head
        encodings = ("utf-16-le", "utf-16-be") if wide else ("utf-8",)
        if any(mark.encode(encoding) in part for mark in _DECLARATIONS for encoding in encodings):
            raise no_workbook("it carries a document type definition", "含文档类型定义")
        declared = _DECLARED.match(head)
        if wide or (declared and declared[1].lower() not in _ENCODINGS):
            raise no_workbook("a part of it is not written in UTF-8", "文件部件未采用UTF-8编码")
    if "/externallinks/" in name.lower() and _STARTS_PROGRAM.search(part):
        raise Refused("F23")


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int, limit: int) -> bytes:
    """A member to its end, so that its CRC is checked; stops where the declared size turns out to be a lie."""
    chunks, total = [], 0
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            total += len(chunk)
            if total > left:
                raise past("unpacked size", "解压后大小", f"{limit // 2**20} MiB")
            chunks.append(chunk)
    return b"".join(chunks)


def _extent(part: bytes) -> tuple[int, int, int]:
    """The farthest column and row that a part refers to, and how many cells a reader would have to hold: the rectangle
    from A1 to there, widened by the cells that carry no reference and follow the one before. The dimension tag proves
    nothing."""
    cells = len(_BARE_CELL.findall(part)) + (len(_PREFIXED_CELL.findall(part)) if b":c" in part else 0)
    if not cells:
        return 0, 0, 0
    letters, numbers = _USUAL_LETTERS.findall(part), _USUAL_NUMBER.findall(part)
    usual = len(letters) == len(numbers) == cells
    if not usual:
        references = _REFERENCE.findall(part)
        letters, numbers = [letters for letters, _ in references], [number for _, number in references]
    columns = max(map(_column, set(letters)), default=0)
    rows = max(map(_row, set(numbers)), default=0)
    wide, high = columns, rows
    if not usual and len(_PLACED_CELL.findall(part)) < cells:
        lines = _ROW.split(part)
        wide += max(len(_CELL.findall(line)) for line in lines)
        high += len(lines)
    return columns, rows, max(wide * high, cells)


def _row(digits: bytes) -> int:
    return int(digits[:9])  # a number of many digits takes long to read, and is past every limit as it is


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def too_large(limits: Limits) -> Refused:
    """What is said of a file past the size that is taken, wherever that is noticed."""
    return past("file size", "文件大小", f"{limits.file_bytes // 2**20} MiB")


def past(en: str, zh: str, limit: str, limit_zh: str = "") -> Refused:
    """Past a limit: what of, in both languages, and the most there may be."""
    return Refused("F19", en={"limit": f"{en} (at most {limit})"}, zh={"limit": f"{zh}(最多{limit_zh or limit})"})


def too_many_sheets(limits: Limits) -> Refused:
    return past("number of sheets", "工作表数", str(limits.sheets))


def no_workbook(en: str, zh: str, advice: Advice = SAVE) -> Refused:
    """Not an .xlsx workbook that can be read, for that reason in both languages; `advice`: what to do, in both."""
    return Refused("F01", en={"reason": en, "advice": advice[0]}, zh={"reason": zh, "advice": advice[1]})
