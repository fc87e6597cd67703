"""The airlock: what may not even be opened. Each of these files is refused before a reader sees it."""

import io
import zipfile

import pytest

from etl.config import Limits
from etl.intake import Refused, admit
from etl.workbook import column_letters
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


OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
KINDS = {
    "empty": (b"", "it is empty"),
    "a text": (b"hello", "not an .xlsx"),
    "a list": ("代码,数值\nfirms_end,3\n".encode(), ".csv"),
    "a list by Excel": ("\ufeff代码\t数值\r\n".encode(), ".csv"),
    "a web page": (b"\r\n<html><table><tr><td>1", "a web page"),
    "a workbook of 2003 in XML": (b'<?xml version="1.0"?><Workbook>', "an XML file"),
    "a PDF": (b"%PDF-1.7", "a PDF"),
    "a picture": (b"\x89PNG\r\n", "a picture"),
    "another archive": (b"Rar!\x1a", "a compressed archive"),
    "an empty archive": (b"PK\x05\x06" + bytes(18), "not an .xlsx"),
    "an old workbook": (OLE2 + "Workbook".encode("utf-16-le") + bytes(99), "an old .xls workbook"),
    "a protected workbook": (OLE2 + "EncryptedPackage".encode("utf-16-le") + bytes(99), "a password"),
    "another OLE2 file": (OLE2, "old .xls or a password"),
    "a beginning": (b"PK\x03\x04", "damaged"),
    "a beginning and zeros": (b"PK\x03\x04" + bytes(100), "damaged"),
}


@pytest.mark.parametrize(("content", "words"), KINDS.values(), ids=KINDS.keys())
def test_what_is_no_workbook_is_refused(content, words):
    code, message = refusal(content)
    assert code == "F01"
    assert words in message


@pytest.mark.parametrize("kind", ["a PDF", "a picture", "empty", "another archive"])
def test_what_cannot_be_saved_as_a_workbook_is_not_told_to_be(kind):
    _, message = refusal(KINDS[kind][0])
    assert "Save it" not in message
    assert "workbook" in message.split(").")[1]


def test_what_a_spreadsheet_program_opens_is_told_to_be_saved_anew():
    assert "Save it in Excel" in refusal(KINDS["an old workbook"][0])[1]


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


@pytest.mark.parametrize(
    ("member", "words"),
    [("xl/workbook.bin", ".xlsb"), ("content.xml", ".ods"), ("word/document.xml", "a Word document"),
     ("ppt/presentation.xml", "a presentation"), ("a.txt", "not an .xlsx")],
)  # fmt: skip
def test_an_archive_of_something_else_is_told_as_what_it_is(member, words):
    code, message = refusal(packed({member: b"<a/>"}))
    assert code == "F01"
    assert words in message


@pytest.mark.parametrize("member", ["xl/vbaProject.bin", "XL/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml",
                                    "xl/activeX/activeX1.bin", "custom/vbaProject.bin"])  # fmt: skip
def test_a_workbook_with_macros_is_refused_because_it_is_passed_on(member):
    code, message = refusal(packed(parts(workbook(NEAR)) | {member: b"\0code"}))
    assert code == "F23"
    assert "without macros" in message


def test_a_link_that_starts_another_program_is_refused_and_one_to_a_workbook_is_not():
    link = '<externalLink xmlns="x"><{}Link ddeService="cmd"/></externalLink>'
    members = parts(workbook(NEAR))
    assert refusal(packed(members | {"xl/externalLinks/externalLink1.xml": link.format("dde").encode()}))[0] == "F23"
    admit(packed(members | {"xl/externalLinks/externalLink1.xml": link.format("externalBook").encode()}), Limits())


@pytest.mark.parametrize("name", ["../../evil.xml", "xl/../../evil.xml", "/etc/evil", "C:\\evil.txt", "..\\evil.txt"])
def test_a_part_whose_name_leads_outside_is_refused(name):
    assert "leads outside" in refusal(packed(parts(workbook(NEAR)) | {name: b"evil"}))[1]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "XL/worksheets/Sheet1.xml"])
def test_a_part_that_stands_there_twice_is_refused_because_readers_differ_on_which_counts(name):
    out = io.BytesIO(workbook(NEAR))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, b"<worksheet/>")
    assert "twice" in refusal(out.getvalue())[1]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_document_type_definition_is_found_in_other_encodings(encoding):
    members = parts(workbook(NEAR))
    text = members["xl/workbook.xml"].decode().replace("UTF-8", "UTF-16").replace("?>", "?><!DOCTYPE a>", 1)
    assert "document type" in refusal(packed(members | {"xl/workbook.xml": text.encode(encoding)}))[1]


def test_a_part_in_another_encoding_is_refused_because_its_cells_could_not_be_seen():
    members = parts(workbook(NEAR))
    sheet = members["xl/worksheets/sheet1.xml"].decode()
    for text in (sheet.replace("UTF-8", "UTF-16").encode("utf-16"), sheet.replace("UTF-8", "GB2312").encode()):
        assert "UTF-8" in refusal(packed(members | {"xl/worksheets/sheet1.xml": text}))[1]


def test_a_picture_may_carry_a_document_type_definition():
    admit(packed(parts(workbook(NEAR)) | {"xl/media/image1.svg": b"<!DOCTYPE svg><svg/>"}), Limits())


def test_too_many_parts_are_refused():
    members = parts(workbook(NEAR)) | {f"xl/x{i}": b"" for i in range(5_001)}
    assert "number of parts" in refusal(packed(members))[1]


def test_a_cell_beyond_the_edge_of_any_sheet_is_refused():
    header = "".join(f'<c r="{column_letters(i)}1"><v>1</v></c>' for i in range(100_000))
    assert "columns and rows" in refusal(workbook(f'<row r="1">{header}</row>'))[1]


def test_large_archives_are_read_like_others():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts(workbook(NEAR)).items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)
    admit(out.getvalue(), Limits())


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
