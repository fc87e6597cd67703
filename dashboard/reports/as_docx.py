"""Draws a report as a .docx document: real headings, tables with heads that repeat, page numbers, both languages' fonts."""

import re
from datetime import UTC, datetime
from io import BytesIO
from itertools import zip_longest
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from dashboard.reports.content import (
    SMALL,
    STRONG,
    Block,
    Cell,
    Grid,
    Marked,
    Points,
    Report,
    Section,
    Two,
    Words,
    text_of,
)
from dashboard.texts import HTML_LANG
from dashboard.theme import LIGHT

LATIN, CHINESE = "Arial", "Microsoft YaHei"
"""Programs take what stands for them where they are missing."""
TONES = {
    "red": "lamp-red", "yellow": "lamp-yellow", "green": "lamp-green", "grey": "similar",
    "better": "better-text", "similar": "similar", "worse": "worse", "unknown": "similar", "context": "similar",
}  # fmt: skip
GAP = Mm(7)
"""Between two columns."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""


def as_docx(report: Report) -> bytes:
    """The document."""
    return _Drawing(report).bytes()


class _Drawing:
    """One document while it is being drawn. `size`: of its text, in points."""

    def __init__(self, report: Report):
        self.report = report
        self.size: float = 8 if report.dense else 10
        self.document = Document()
        self.margin = Mm(12) if report.dense else Mm(18)
        self._page()
        self._styles()
        self._properties()

    def bytes(self) -> bytes:
        report = self.report
        self._head()
        self._heading(report.title, 0)
        self._words(Words(report.about, SMALL))
        for block in report.lead:
            self._block(block)
        for section in report.sections:
            self._section(section)
        file = BytesIO()
        self.document.save(file)
        return file.getvalue()

    # The whole

    def _page(self) -> None:
        page = self.document.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = self.margin
        page.top_margin, page.bottom_margin = (Mm(10), Mm(13)) if self.report.dense else (Mm(16), Mm(18))
        page.footer_distance = Mm(6 if self.report.dense else 9)
        line: Any = page.footer.paragraphs[0]
        line.style = self.document.styles["Normal"]  # a footer's own style has tabs of its own
        self._run(line, self.report.foot, size=6.5, colour="muted")
        line.add_run("\t")
        line.paragraph_format.tab_stops.add_tab_stop(self._width(), WD_TAB_ALIGNMENT.RIGHT)
        for number in ("PAGE", "NUMPAGES"):
            if number == "NUMPAGES":
                self._run(line, " / ", size=6.5, colour="muted")
            self._field(line, number)

    def _width(self) -> Any:
        return Mm(210) - 2 * self.margin

    def _styles(self) -> None:
        styles = self.document.styles
        normal: Any = styles["Normal"]
        normal.font.size = Pt(self.size)
        normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
        normal.paragraph_format.line_spacing = 1.0 if self.report.dense else 1.15
        sizes = {"Title": 15 if self.report.dense else 20, "Heading 1": self.size + (1.5 if self.report.dense else 3)}
        for name in ("Normal", *sizes):
            style: Any = styles[name]
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for attribute in list(fonts.attrib):
                del fonts.attrib[attribute]  # those of a theme would come first
            for kind, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", CHINESE)):
                fonts.set(qn(f"w:{kind}"), font)
        for name, size in sizes.items():
            style = styles[name]
            style.font.size, style.font.bold, style.font.color.rgb = Pt(size), True, _colour("ink")
            style.paragraph_format.keep_with_next = True
            style.paragraph_format.space_before = Pt(0 if name == "Title" else self.size * 0.7)
            style.paragraph_format.space_after = Pt(2)
            for border in style.element.findall(f".//{qn('w:pBdr')}"):
                border.getparent().remove(border)
        _border(styles["Heading 1"].element.get_or_add_pPr(), LIGHT["ink"])

    def _properties(self) -> None:
        told = self.document.core_properties
        told.title, told.author, told.comments = _clean(self.report.title), "Basewatch", ""
        told.subject, told.language = _clean(self.report.head[1]), HTML_LANG[self.report.language]
        told.created = told.modified = datetime.now(UTC).replace(tzinfo=None)
        told.last_modified_by, told.keywords = "Basewatch", ""
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "en-US")
        language.set(qn("w:eastAsia"), "zh-CN")
        normal: Any = self.document.styles["Normal"]
        normal.element.get_or_add_rPr().append(language)

    # Its parts

    def _head(self) -> None:
        """The programme to the left, the quarter and its status to the right."""
        line = self.document.add_paragraph()
        line.paragraph_format.tab_stops.add_tab_stop(self._width(), WD_TAB_ALIGNMENT.RIGHT)
        self._run(line, self.report.head[0], size=self.size - 0.5, colour="muted")
        self._run(line, f"\t{self.report.head[1]}", size=self.size - 0.5, colour="muted")
        line.paragraph_format.space_after = Pt(3)

    def _heading(self, text: str, level: int) -> None:
        self.document.add_heading(_clean(text), level)

    def _section(self, section: Section) -> None:
        self._heading(section.title, 1)
        for block, following in zip_longest(section.blocks, section.blocks[1:]):
            self._block(block)
            if isinstance(block, Words) and following is not None:
                self.document.paragraphs[-1].paragraph_format.keep_with_next = True

    def _block(self, block: Block) -> None:
        match block:
            case Words():
                self._words(block)
            case Points():
                for item in block.items:
                    self._point(item)
            case Grid():
                self._grid(block, self._width())
            case Two():
                self._two(block)

    def _words(self, block: Words) -> None:
        line = self.document.add_paragraph()
        line.paragraph_format.space_after = Pt(2)
        size = self.size - 1 if block.style == SMALL else self.size + (1 if block.style == STRONG else 0)
        self._cell(
            line, block.text, size, bold=block.style == STRONG, colour="muted" if block.style == SMALL else "ink"
        )

    def _point(self, item: Cell) -> None:
        line = self.document.add_paragraph()
        line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Mm(4), Mm(-4)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(4))
        line.paragraph_format.space_after = Pt(1)
        mark = item if isinstance(item, Marked) else Marked("–", "grey", item)
        self._run(line, mark.mark, colour=TONES.get(mark.tone, "ink"))
        self._run(line, f"\t{mark.text}")

    def _two(self, block: Two) -> None:
        """Between two breaks that stay on the page."""
        self._break(2)
        room = (self._width() - GAP) // 2
        for inner in block.blocks:
            if isinstance(inner, Grid):
                self._grid(inner, room)
            else:
                self._block(inner)
        self._break(1)

    def _break(self, columns: int) -> None:
        """Ends what came before, which keeps its own columns, and begins what follows with so many."""
        following = self.document.add_section(WD_SECTION.CONTINUOUS)
        found = following._sectPr.find(qn("w:cols"))
        if found is None:
            found = OxmlElement("w:cols")
            following._sectPr.append(found)
        found.set(qn("w:num"), str(columns))
        found.set(qn("w:space"), str(int(GAP.twips)))
        ends = self.document.element.body.findall(f".//{qn('w:p')}/{qn('w:pPr')}/{qn('w:sectPr')}")
        line = Paragraph(ends[-1].getparent().getparent(), self.document)  # type: ignore[arg-type]
        line.paragraph_format.line_spacing = Pt(1)
        line.paragraph_format.space_after = line.paragraph_format.space_before = Pt(0)

    def _grid(self, grid: Grid, width: int) -> None:
        if grid.title:
            title = self.document.add_paragraph()
            title.paragraph_format.keep_with_next = True
            title.paragraph_format.space_before = Pt(3)
            self._run(title, grid.title, bold=True)
        table: Any = self.document.add_table(rows=0, cols=len(grid.head))
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
        _margins(table)
        widths = [int(width * share / sum(grid.widths)) for share in grid.widths]
        for column, room in zip(table.columns, widths, strict=True):
            column.width = room
        self._row(table, grid, grid.head, widths, head=True)
        for row in grid.rows:
            self._row(table, grid, row, widths)
        after = self.document.add_paragraph()
        after.paragraph_format.line_spacing = Pt(self.size * 0.45)

    def _row(self, table: Any, grid: Grid, cells: tuple[Cell, ...], widths: list[int], head: bool = False) -> None:
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if head:
            properties.append(OxmlElement("w:tblHeader"))
        for place, (cell, value) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = widths[place]
            line = cell.paragraphs[0]
            if place >= grid.numbers:
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if head:
                line.paragraph_format.keep_with_next = True
            size = self.size - 1 if head or self.report.dense else self.size - 0.5
            self._cell(line, value, size, bold=head and place == 0, colour="muted" if head and place else "ink")
            _border(cell._tc.get_or_add_tcPr(), LIGHT["ink" if head else "line"], of="w:tcBorders")

    def _cell(self, line: Any, value: Cell, size: float, bold: bool = False, colour: str = "ink") -> None:
        if isinstance(value, Marked):
            gap = " " if value.text else ""
            self._run(line, f"{value.mark}{gap}", size, bold, TONES.get(value.tone, colour))
        self._run(line, text_of(value), size, bold, colour)

    def _field(self, line: Any, name: str) -> None:
        """A number that the program fills in."""
        for kind in ("begin", None, "end"):
            part = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                part.set(qn("w:fldCharType"), kind)
            else:
                part.set(qn("xml:space"), "preserve")
                part.text = name
            self._run(line, "", size=6.5, colour="muted")._r.append(part)

    def _run(self, line: Any, text: str, size: float | None = None, bold: bool = False, colour: str = "ink") -> Any:
        run = line.add_run(_clean(text))
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size or self.size), bold or None, _colour(colour)
        return run


def _clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def _colour(name: str) -> RGBColor:
    return RGBColor.from_string(LIGHT[name].lstrip("#"))


def _border(properties: Any, colour: str, of: str = "w:pBdr") -> None:
    """A line below."""
    borders, line = OxmlElement(of), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1" if of == "w:pBdr" else "0")):
        line.set(qn(f"w:{name}"), value)
    line.set(qn("w:color"), colour.lstrip("#"))
    borders.append(line)
    if of == "w:pBdr":  # the schema wants it before the spacing
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
    else:
        properties.append(borders)


def _margins(table: Any) -> None:
    """Little room in the cells: above and below a hair, at the sides a millimetre."""
    found = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 12), ("left", 30), ("bottom", 12), ("right", 30)):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(twips))
        edge.set(qn("w:type"), "dxa")
        found.append(edge)
    table._tbl.tblPr.append(found)
