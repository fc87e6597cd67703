"""Workbooks made to harm whoever opens them, or broken beyond reading. Each is made from the parts of a good one."""

import io
import random
import struct
import zipfile
from collections.abc import Callable

import xlsxwriter

from etl.form import load_form
from etl.places import column_letters
from tests.etl.archives import packed, parts, workbook

HEAD = (
    '<row r="1"><c r="A1" t="str"><v>base</v></c><c r="B1" t="str"><v>R1</v></c></row>'
    '<row r="2"><c r="A2" t="str"><v>period</v></c><c r="B2" t="str"><v>2025Q1</v></c></row>'
    '<row r="3"><c r="A3" t="str"><v>code</v></c><c r="B3" t="str"><v>value</v></c></row>'
)
"""What makes a sheet a return, so that it is read to its end."""
MEASURE = '<row r="4"><c r="A4" t="str"><v>trainees</v></c><c r="B4">{}</c></row>'
STRINGS = '<?xml version="1.0" encoding="UTF-8"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</sst>'
RELATION = (
    '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
)
BOOK, SHEET, RELATIONS = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"


def small(rows: str = "") -> bytes:
    """A sheet that is a return with these further rows."""
    return workbook(HEAD + rows)


def changed(member: str, old: str, new: str, content: bytes | None = None) -> bytes:
    """A workbook with one text in one of its parts replaced."""
    members = parts(content or small(MEASURE.format("<v>1</v>")))
    assert old.encode() in members[member]
    return packed(members | {member: members[member].replace(old.encode(), new.encode(), 1)})


def with_strings(items: str, rows: str) -> bytes:
    """A workbook whose cells take their texts from a shared table."""
    members = parts(workbook(HEAD + rows))
    relation = RELATION.format("rId2", "sharedStrings", "sharedStrings.xml")
    members[RELATIONS] = members[RELATIONS].replace(b"</Relationships>", relation.encode() + b"</Relationships>")
    return packed(members | {"xl/sharedStrings.xml": STRINGS.format(items).encode()})


def noise(length: int) -> str:
    """Letters that cannot be compressed much, the same at each call."""
    return random.Random(1).randbytes(length // 2).hex()


def declared(declaration: str, use: str = "1") -> bytes:
    return changed(SHEET, "?>", f"?>{declaration}", small(MEASURE.format(f"<v>{use}</v>")))


def billion_laughs() -> bytes:
    levels = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    return declared(f'<!DOCTYPE x [<!ENTITY a0 "ha">{levels}]>', "&a9;")


def quadratic_blow_up() -> bytes:
    return declared(f'<!DOCTYPE x [<!ENTITY a "{noise(50_000)}">]>', "&a;" * 20_000)


def external_entity() -> bytes:
    return declared('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "&a;")


def external_entity_in_utf16() -> bytes:
    members = parts(external_entity())
    return packed(members | {SHEET: members[SHEET].decode().replace("UTF-8", "UTF-16").encode("utf-16")})


def one_huge_text() -> bytes:
    return small(f'<row r="4"><c r="A4" t="str"><v>{"A" * 20_000_000}</v></c></row>')


def many_rows() -> bytes:
    """Two million cells and more, most of them blank."""
    return small("".join(f'<row r="{i}"><c r="A{i}"><v>{i}</v></c><c r="AT{i}"/></row>' for i in range(4, 45_000)))


def a_text_for_many_cells() -> bytes:
    """One long text that a thousand cells refer to: a megabyte in the file, gigabytes for whoever fills the cells."""
    cells = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(4, 2_000))
    return with_strings(f"<si><t>{noise(1_000_000)}</t></si>", cells)


def overlapping_members() -> bytes:
    """A hundred more names in the directory for the same bytes of the archive."""
    content = packed(parts(small()) | {"xl/x": b"0" * 5_000})
    count, size, start = struct.unpack("<HLL", content[-12:-2])
    directory = content[start : start + size]
    last = directory[directory.rindex(b"PK\x01\x02") :]
    more = b"".join(last.replace(b"xl/x", b"x%03d" % i) for i in range(100))
    numbers = struct.pack("<HHLL", count + 100, count + 100, size + len(more), start)
    return content[:start] + directory + more + content[start + size :][:8] + numbers + b"\0\0"


def many_members() -> bytes:
    return packed(parts(small()) | {f"xl/x{i}.xml": b"<a/>" for i in range(6_000)})


def nested_archive() -> bytes:
    inner = packed({"xl/workbook.xml": b"0" * 10_000_000})
    for _ in range(3):
        inner = packed({f"{i}.zip": inner for i in range(10)})
    return packed(parts(small()) | {"xl/embeddings/inner.zip": inner})


def many_formats() -> bytes:
    return packed(parts(small()) | {"xl/styles.xml": b"<styleSheet>" + b'<xf numFmtId="0"/>' * 1_000_000})


def wide_header() -> bytes:
    cells = "".join(f'<c r="{column_letters(i)}4" t="str"><v>c{i}</v></c>' for i in range(100_000))
    return small(f'<row r="4">{cells}</row>')


def deep(member: str, at: str) -> bytes:
    return changed(member, at, "<x>" * 60_000 + "</x>" * 60_000 + at)


def unclosed_cells() -> bytes:
    """Costly for whoever looks for the end of each."""
    return small('<row r="4">' + '<c r="A4"><f>' * 60_000)


def many_merges() -> bytes:
    merges = '<mergeCell ref="A1:XFD1048576"/>' * 100_000
    rows = "".join(f'<row r="{i}"><c r="A{i}" t="str"><v>trainees</v></c></row>' for i in range(4, 40_000))
    return changed(SHEET, "</sheetData>", f"</sheetData><mergeCells>{merges}</mergeCells>", small(rows))


def emptied(member: str) -> bytes:
    return packed(parts(small()) | {member: b""})


def flipped(member: str) -> bytes:
    """One bit of a member's packed bytes is another."""
    content = bytearray(small(MEASURE.format("<v>1</v>")))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo(member)
    content[info.header_offset + 30 + len(member) + info.compress_size // 2] ^= 4
    return bytes(content)


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(5000)


def far(cell: str = "XFD1048576", row: str = "1048576") -> bytes:
    return small(f'<row r="{row}"><c r="{cell}"><v>1</v></c></row>')


def with_roster(firms: int) -> bytes:
    """A return with so many firms, of whom only what is required is told."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Return")
        for row, line in enumerate([("base", "R1"), ("period", "2025Q1"), ("code", "value")]):
            sheet.write_row(row, 0, line)
        roster = book.add_worksheet("Roster")
        required = [column.code for column in load_form().roster.values() if column.required]
        roster.write_row(0, 0, required)
        for row in range(1, firms + 1):
            for col in range(len(required)):
                roster.write_string(row, col, "2025-01-02")
    return out.getvalue()


PARTS = (BOOK, SHEET, RELATIONS, "[Content_Types].xml", "_rels/.rels")
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "billion laughs": (billion_laughs, "F01"),
    "quadratic blow-up": (quadratic_blow_up, "F01"),
    "external entity": (external_entity, "F01"),
    "external entity in UTF-16": (external_entity_in_utf16, "F01"),
    "one huge text": (one_huge_text, "F19"),
    "many rows": (many_rows, "F19"),
    "a text for many cells": (a_text_for_many_cells, "F19"),
    "overlapping members": (overlapping_members, "F01"),
    "many members": (many_members, "F19"),
    "nested archive": (nested_archive, "F02"),
    "many formats": (many_formats, "F19"),
    "two cells far apart": (far, "F19"),
    "a cell with two places": (lambda: small('<row r="4"><c r="A4" r="XFD1048576"><v>1</v></c></row>'), "F19"),
    "huge row number": (lambda: far("A99999999999", "99999999999"), "F19"),
    "row number of many digits": (lambda: far("A" + "9" * 9_999, "9" * 9_999), "F19"),
    "100,000 columns": (wide_header, "F19"),
    "deep nesting in a sheet": (lambda: deep(SHEET, "</sheetData>"), ""),
    "deep nesting in the book": (lambda: deep(BOOK, "</workbook>"), ""),
    "deep nesting in relations": (lambda: deep(RELATIONS, "</Relationships>"), ""),
    "many merged areas": (many_merges, ""),
    "unclosed cells": (unclosed_cells, ""),
    "number past all numbers": (lambda: small(MEASURE.format("<v>1e999</v>")), "F09"),
    "shared text that is not there": (lambda: with_strings("", '<row r="4"><c r="A4" t="s"><v>7</v></c></row>'), ""),
    "shared text of a huge number": (
        lambda: with_strings("", '<row r="4"><c r="A4" t="s"><v>99999999999999999999</v></c></row>'), ""
    ),
    "a sheet outside of the file": (lambda: changed(RELATIONS, "worksheets/", "../../../../../etc/"), "F01"),
    "a sheet at an address": (lambda: changed(RELATIONS, "worksheets/sheet1.xml", "http://127.0.0.1:9/"), "F01"),
    "a sheet on the disk": (lambda: changed(RELATIONS, "worksheets/sheet1.xml", "file:///etc/passwd"), "F01"),
    "a sheet that is the book": (lambda: changed(RELATIONS, "worksheets/sheet1.xml", "workbook.xml"), ""),
    "a sheet that is not there": (lambda: changed(RELATIONS, "sheet1.xml", "sheet9.xml"), "F01"),
    "no relation for the sheet": (lambda: changed(RELATIONS, "rId1", "rId9"), ""),
    "a name that leads outside": (lambda: packed(parts(small()) | {"../../evil.txt": b"evil"}), "F01"),
    "macros": (lambda: packed(parts(small()) | {"xl/vbaProject.bin": b"code"}), "F23"),
    "encrypted": (encrypted, "F01"),
    "empty": (lambda: b"", "F01"),
    **{f"half, {share:.0%}": (lambda s=share: small()[: int(len(small()) * s)], "F01") for share in (0.2, 0.7, 0.98)},
    **{f"no bytes in {member}": (lambda m=member: emptied(m), "") for member in PARTS},
    **{f"a flipped bit in {member}": (lambda m=member: flipped(m), "F01") for member in PARTS},
}  # fmt: skip
"""Name → how it is made, and the code of the finding; "" where more than one would be right."""
