"""The airlock: what may not even be opened. Each of these files is refused before a reader sees it."""

import io
import zipfile

import pytest

from etl.config import Limits
from etl.intake import Refused, admit
from tests.etl.archives import SHEET, packed, parts, workbook

NEAR = '<row r="1"><c r="A1"><v>1</v></c></row>'
PREFIXED = SHEET.replace("<worksheet xmlns=", "<x:worksheet xmlns:x=").replace("worksheet>", "x:worksheet>")
PREFIXED = (
    PREFIXED.replace("</x:x:", "</x:").replace("<sheetData", "<x:sheetData").replace("</sheetData", "</x:sheetData")
)


def refusal(content: bytes, **limits) -> str:
    with pytest.raises(Refused) as refused:
        admit(content, Limits(**limits))
    assert refused.value.finding.message.zh
    return refused.value.finding.code, refused.value.finding.message.en


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "not an .xlsx"), (b"hello", "not an .xlsx"), (b"<html>", "not an .xlsx"), (b"PK\x05\x06" + bytes(18), "not an .xlsx"),
     (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old .xls or a password"), (b"PK\x03\x04", "damaged"),
     (b"PK\x03\x04" + bytes(100), "damaged")],
)  # fmt: skip
def test_what_is_no_workbook_is_refused(content, words):
    code, message = refusal(content)
    assert code == "F01"
    assert words in message


def test_a_good_workbook_passes():
    admit(workbook(NEAR), Limits())


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_refused(share):
    content = workbook(NEAR)
    assert refusal(content[: int(len(content) * share)])[0] == "F01"


def test_a_flipped_byte_in_any_member_is_found_by_its_checksum():
    content = bytearray(workbook(NEAR))
    name = content.index(b"xl/worksheets/sheet1.xml")
    content[name + 40] ^= 0xFF
    assert refusal(bytes(content))[0] == "F01"


def test_an_archive_of_something_else_is_refused():
    assert refusal(packed({"word/document.xml": b"<a/>"})) == refusal(packed({"a.txt": b"a"}))


@pytest.mark.parametrize("declaration", [b"<!DOCTYPE a>", b'<!DOCTYPE a [<!ENTITY b "c">]>'])
@pytest.mark.parametrize("member", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
def test_a_document_type_definition_is_refused_wherever_it_stands(declaration, member):
    members = parts(workbook(NEAR))
    members[member] = members[member].replace(b"?>", b"?>" + declaration, 1)
    assert "document type" in refusal(packed(members))[1]


FAR = {
    "plain": f'{NEAR}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "blanks around the sign": f'{NEAR}<row r="9"><c r = "XFD1048576"><v>1</v></c></row>',
    "small letters": f'{NEAR}<row r="9"><c r="xfd1048576"><v>1</v></c></row>',
    "single quotes": f"{NEAR}<row r='9'><c r='XFD1048576'/></row>",
    "another attribute with a bracket": f'{NEAR}<row r="9"><c q=">" r="XFD1048576"/></row>',
    "a line break": f'{NEAR}<row r="9"><c\nr="XFD1048576"/></row>',
    "no references": f'<row r="1">{"<c><v>1</v></c>" * 16384}</row><row r="1048576"><c><v>1</v></c></row>',
    "no references, hidden among texts": f'<row r="1">{"<c><v>1</v></c>" * 16384}</row>'
    f'<row r="1048576"><c t="str"><v>{" r=&quot;A1 r=A1 c r=A1" * 9}</v></c></row>',
    "a row without end": '<row r="99999999999"><c><v>1</v></c></row>',
    "a column without end": f'{NEAR}<row r="9"><c r="ZZZZZ9"/></row>',
}


@pytest.mark.parametrize("rows", FAR.values(), ids=FAR.keys())
def test_two_cells_far_apart_are_refused_because_a_reader_would_hold_all_between(rows):
    code, message = refusal(workbook(rows))
    assert code == "F19"
    assert "number of cells" in message


@pytest.mark.parametrize("target", ["other/sheet1.xml", "worksheets/sheet1.dat", "Worksheets/sheet1.xml", "/sheet1"])
def test_far_cells_are_found_wherever_the_sheet_lies(target):
    assert refusal(workbook(FAR["plain"], target))[0] == "F19"


def test_far_cells_are_found_under_a_namespace_prefix():
    rows = FAR["plain"].replace("<", "<x:").replace("<x:/", "</x:")
    assert refusal(workbook(rows, sheet=PREFIXED))[0] == "F19"


def test_cells_without_references_pass_while_they_are_few():
    admit(workbook("".join(f"<row>{'<c><v>1</v></c>' * 30}</row>" for _ in range(500))), Limits())


def test_a_text_in_a_cell_may_speak_of_far_cells():
    admit(workbook('<row r="1"><c r="A1" t="str"><v>XFD1048576</v></c></row>'), Limits())


def test_a_file_past_the_size_is_refused():
    assert "file size" in refusal(workbook(NEAR), file_bytes=100)[1]


def test_a_bomb_is_refused_by_its_ratio_without_being_unpacked():
    members = parts(workbook(NEAR)) | {"xl/media/x.xml": b"0" * 20_000_000}
    assert "ratio" in refusal(packed(members))[1]


def test_a_file_past_the_unpacked_size_is_refused():
    assert "unpacked size" in refusal(workbook(NEAR), unpacked_bytes=100)[1]


def test_a_member_that_lies_about_its_size_is_stopped():
    """The archive's directory says ten bytes; there are a million."""
    members = parts(workbook(NEAR)) | {"xl/x.xml": b"0" * 1_000_000}
    content = bytearray(packed(members))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.getinfo("xl/x.xml")
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    assert refusal(bytes(content), ratio=1_000)[0] in ("F01", "F19")


def test_too_many_sheets_are_refused():
    members = parts(workbook(NEAR)) | {f"xl/worksheets/sheet{i}.xml": b"<a/>" for i in range(2, 9)}
    assert "sheets" in refusal(packed(members), sheets=5)[1]


def test_an_encrypted_member_is_refused():
    content = bytearray(workbook(NEAR))
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    assert refusal(bytes(content))[0] == "F01"


def test_an_unknown_compression_is_refused():
    content = bytearray(workbook(NEAR))
    directory = content.index(b"PK\x01\x02")
    content[directory + 10] = 99
    assert refusal(bytes(content))[0] == "F01"
