"""What a base's own workbook shows beside its values, and still shows when it comes back: formats within a text,
pictures, charts, shapes, sparklines, rules that refer to other sheets. What cannot be kept is named."""

import re
import struct
import zipfile
import zlib
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText

from etl.form import load_form
from etl.workbook import sheet_parts
from tests.etl.annotating import Q1, annotated, finding, opened, path, read, sent  # noqa: F401 (fixtures)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PICTURE = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress((b"\0" + b"\xd0\x10\x10" * 8) * 8))
    + chunk(b"IEND", b"")
)
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"


def workbook(decorate=lambda book, sheets: None):
    """A return with a sheet of notes, decorated by the base."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheets = {name: book.add_worksheet(name) for name in ("Return", "Notes", "Roster")}
        for row, line in enumerate((("base", "R1"), ("period", Q1), ("type", "regional"), ("code", "value"))):
            sheets["Return"].write_row(row, 0, line)
        sheets["Return"].write_row(4, 0, ("firms_end", 12))
        sheets["Notes"].write_column(0, 0, [1, 4, 9])
        sheets["Roster"].write_row(0, 0, list(load_form().roster))
        decorate(book, sheets)
    return file.getvalue()


def illustrated(book, sheets):
    for name in ("Return", "Notes"):
        sheets[name].insert_image("H5", "p.png", {"image_data": BytesIO(PICTURE)})
    for kind, place in (("line", "C2"), ("pie", "C20")):
        chart = book.add_chart({"type": kind})
        chart.add_series({"values": "=Notes!$A$1:$A$3"})
        sheets["Notes"].insert_chart(place, chart)
    sheets["Notes"].insert_textbox("L2", "Own words")
    sheets["Return"].write_comment("B5", "Asked Li")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Notes!$A$1:$A$3"})
    book.add_chartsheet("Chart").set_chart(chart)


def members(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheet(content, name):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(sheet_parts(archive)[name]).decode()


def changed(content, **changes):
    """The workbook with the XML of these sheets changed."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {path: changes[name] for name, path in sheet_parts(archive).items() if name in changes}
    return packed({name: parts[name](part) if name in parts else part for name, part in members(content).items()})


def packed(parts):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def told(content):
    return str(opened(content).worksheets[0]["A4"].value)


# Formats within a text


def rich(content, name, cell):
    return openpyxl.load_workbook(BytesIO(content), rich_text=True)[name][cell].value


def test_a_text_keeps_the_formats_of_its_parts():
    def write(book, sheets):
        red = book.add_format({"bold": True, "color": "red"})
        sheets["Notes"].write_rich_string("B1", "plain ", red, "BOLD RED", " ", red, "_x0041_", " end")

    once = annotated(workbook(write), finding("B5"))
    for content in (once, annotated(once, finding("B5"))):
        text = rich(content, "Notes", "B1")
        assert isinstance(text, CellRichText)
        assert [str(part) for part in text] == [str(part) for part in rich(workbook(write), "Notes", "B1")]
        assert (text[1].font.b, text[1].font.color.rgb) == (True, "FFFF0000")
        assert '<t xml:space="preserve"> </t>' in sheet(content, "Notes")
    assert sheet(once, "Notes").count("_x005F_") == sheet(content, "Notes").count("_x005F_")


def test_a_marked_cell_keeps_the_formats_of_its_text():
    def write(book, sheets):
        sheets["Return"].write_rich_string("B5", "1", book.add_format({"font_script": 1}), "2", " firms")

    content = workbook(write)
    result = annotated(content, finding("B5"))
    assert rich(result, "Return", "B5")[1].font.vertAlign == "superscript"
    assert read(result) == read(content)


def test_the_column_of_answers_is_known_by_a_header_with_formats_of_its_own():
    def write(book, sheets):
        sheets["Return"].write_rich_string("C4", "ans", book.add_format({"bold": True}), "wer")

    assert "C5" in opened(annotated(workbook(write), finding("B5", "query")))["Return"]["B5"].comment.text


# Pictures, charts, shapes


def test_every_drawing_comes_back_as_it_was():
    content = workbook(illustrated)
    before = {
        name: part for name, part in members(content).items() if re.match("xl/(drawings/.*xml|charts/|media)", name)
    }
    assert len([name for name in before if "/_rels/" not in name]) == 7
    once = annotated(content, finding("B5"))
    for result in (once, annotated(once, finding("B5"))):
        after = members(result)
        assert {name: after.get(name) for name in before} == before
        types = after["[Content_Types].xml"].decode()
        assert all(types.count(f'PartName="/{name}"') == 1 for name in before if "/_rels/" not in name)


@pytest.mark.parametrize("name", ["Return", "Notes", "Chart"])
def test_each_sheet_refers_to_its_own_drawing(name):
    def drawing(content):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            folder, _, part = sheet_parts(archive)[name].rpartition("/")
            relations = archive.read(f"{folder}/_rels/{part}.rels").decode()
        (identifier,) = re.findall(r'<drawing [^>]*r:id="(\w+)"', sheet(content, name))
        (relation,) = re.findall(rf'<Relationship [^>]*Id="{identifier}"[^>]*>', relations)
        return re.search(r"drawings/drawing\d+\.xml", relation)[0]

    content = workbook(illustrated)
    assert drawing(annotated(content, finding("B5"))) == drawing(content)


def test_comments_stand_beside_pictures():
    result = annotated(workbook(illustrated), finding("B5"))
    assert "Asked Li" in opened(result)["Return"]["B5"].comment.text
    assert re.search("<drawing [^>]*/><legacyDrawing ", sheet(result, "Return"))


def test_the_program_that_drew_the_charts_is_still_named():
    """Programs read charts of an old Excel with other presets."""
    result = members(annotated(workbook(illustrated), finding("B5")))["docProps/app.xml"].decode()
    assert "AppVersion>12.0000<" in result
    assert "TitlesOfParts" not in result


def test_what_was_carried_over_is_nothing_to_find():
    content = workbook(illustrated)
    assert read(annotated(content, finding("B5"))) == read(content)
    assert "Not in this copy" not in told(annotated(content, finding("B5")))


def test_a_shape_that_stands_for_a_slicer_is_left_out_and_the_others_stay():
    content = workbook(illustrated)
    slicer = b"""<xdr:oneCellAnchor><x xmlns="http://schemas.microsoft.com/office/drawing/2010/slicer"/></xdr:oneCellAnchor>"""
    parts = members(content)
    name = "xl/drawings/drawing1.xml"
    plain = parts[name]
    parts[name] = plain.replace(b"</xdr:wsDr>", slicer + b"</xdr:wsDr>")
    assert members(annotated(packed(parts), finding("B5")))[name] == plain


def test_a_drawing_that_cannot_be_carried_over_is_named():
    parts = members(workbook(illustrated))
    del parts["xl/charts/chart1.xml"]
    relations = "xl/drawings/_rels/drawing2.xml.rels"
    parts[relations] = parts[relations].replace(b"../charts/chart1.xml", b"../worksheets/sheet1.xml")
    result = annotated(packed(parts), finding("B5"))
    assert "pictures, charts and shapes of sheet “Notes”" in told(result)
    assert "工作表“Notes”的图片、图表和形状" in told(result)
    assert "<drawing " not in sheet(result, "Notes")
    assert "<drawing " in sheet(result, "Return")


# Extensions


def test_sparklines_stay():
    content = workbook(lambda book, sheets: sheets["Notes"].add_sparkline("B1", {"range": "Notes!A1:A3"}))
    once = annotated(content, finding("B5"))
    for result in (once, annotated(once, finding("B5"))):
        assert sheet(result, "Notes").count("<xm:f>Notes!A1:A3</xm:f>") == 1


@pytest.mark.parametrize(
    "rules",
    [
        "<x14:dataValidations><x14:dataValidation type='list'><x14:formula1><xm:f>Notes!$A$1:$A$3</xm:f></x14:formula1>"
        "<xm:sqref>C9</xm:sqref></x14:dataValidation></x14:dataValidations>",
        "<x14:conditionalFormattings><x14:conditionalFormatting><x14:cfRule type='expression' priority='9' id='{1}'>"
        "<xm:f>Notes!$A$1:$A$3</xm:f></x14:cfRule><xm:sqref>C9</xm:sqref></x14:conditionalFormatting>"
        "</x14:conditionalFormattings>",
    ],
)
def test_rules_that_refer_to_other_sheets_stay(rules):
    extensions = (
        f"<extLst><ext uri='{{1}}' xmlns:x14='{X14}' xmlns:xm='http://schemas.microsoft.com/office/excel/2006/main'>"
        f"{rules}</ext></extLst></worksheet>"
    )
    content = changed(workbook(), Return=lambda xml: xml.replace(b"</worksheet>", extensions.encode()))
    result = annotated(content, finding("B5"))
    assert sheet(result, "Return").count("<xm:f>Notes!$A$1:$A$3</xm:f>") == 1
    assert read(result) == read(content)


def test_a_rule_that_refines_an_ordinary_one_does_not_stand_twice():
    rule = {"type": "data_bar", "data_bar_2010": True}
    content = workbook(lambda book, sheets: sheets["Notes"].conditional_format("A1:A3", rule))
    assert "x14:cfRule" in sheet(content, "Notes")
    notes = sheet(annotated(content, finding("B5")), "Notes")
    assert notes.count("cfRule type=") == 1


# What is left out is named


def test_what_is_left_out_is_named_in_both_languages_and_by_sheet():
    def write(book, sheets):
        sheets["Notes"].set_background(BytesIO(PICTURE))
        sheets["Roster"].set_header("&L&G", {"image_left": "p.png", "image_data_left": BytesIO(PICTURE)})

    for findings in ([finding("B5")], []):
        words = told(annotated(workbook(write), *findings))
        assert "the background picture of sheet “Notes”; pictures in header and footer of sheet “Roster”" in words
        assert "工作表“Notes”的背景图片;工作表“Roster”的页眉页脚中的图片" in words


@pytest.mark.parametrize(
    ("element", "english"),
    [
        (b"<oleObjects/>", "embedded objects"),
        (b"<controls/>", "form controls"),
        (b"<extLst><ext uri='{1}'><x14:slicerList/></ext></extLst>", "slicers"),
        (b"<extLst><ext uri='{1}'><x15:timelineRefs/></ext></extLst>", "timelines"),
    ],
)
def test_what_needs_other_parts_is_named(element, english):
    spaces = f'<worksheet xmlns:x14="{X14}" xmlns:x15="x15" '.encode()
    content = changed(
        workbook(),
        Notes=lambda xml: xml.replace(b"<worksheet ", spaces).replace(b"</worksheet>", element + b"</worksheet>"),
    )
    assert f"{english} of sheet “Notes”" in told(annotated(content, finding("B5")))


def test_threads_of_comments_are_named():
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
        'Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    content = packed(members(workbook()) | {"xl/worksheets/_rels/sheet2.xml.rels": relations.encode()})
    assert "threads of comments (their text stays as notes) of sheet “Notes”" in told(annotated(content, finding("B5")))


def test_of_the_form_itself_nothing_is_left_out(sent):  # noqa: F811
    assert "Not in this copy" not in told(annotated(sent, finding("E10")))
