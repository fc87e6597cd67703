"""Two sheets to read: Instructions, one page on how to fill the form, and Guide, how each item is counted."""

from xlsxwriter.worksheet import Worksheet

from etl.template.style import Heading, Styles, fit_to_page, height, write_heading

INSTRUCTIONS_SHEET, GUIDE_SHEET = "Instructions", "Guide"

_STEPS = (
    (
        "在“Return”填写本季数据",
        "Fill the sheet Return",
        "只填黄色单元格,旁边是上季和上年同期的数。空白不等于0:没有发生请填0;确实无法取得的留空,并在answer栏写明原因。",
        "Only the yellow cells; last quarter's and last year's values stand beside them. A blank is not 0: enter 0 where "
        "there was nothing; leave blank what cannot be known, and give the reason in the column “answer”.",
    ),
    (
        "在“Roster”逐行填写企业",
        "Fill the sheet Roster, a row for each firm",
        "本季任何一天在孵的企业都要列入,含已离开的;可从其他表格整行粘贴(选择性粘贴为数值),可排序、筛选、增删行。",
        "Every firm that was in the base on any day of the quarter, leavers too. You may paste whole rows (as values), sort, "
        "filter, insert and delete rows.",
    ),
    (
        "查看“校验”栏和“Checks”",
        "Look at the column “check” and the sheet Checks",
        "✓ 相符;✗ 不符;? 尚缺数据。错误须更正;疑问如数据属实,在该行answer栏写明原因。",
        "✓ holds, ✗ does not, ? a value is still missing. Correct every error; where a queried value is right, write the "
        "reason in the column “answer” of its row.",
    ),
    (
        "保存为.xlsx并报送",
        "Save as .xlsx and send it",
        "通过填报网页上传本文件。网页显示“已提交”后方为报送完成;退回的文件可直接更正后再次报送。",
        "Upload this file on the reporting page. It counts only when the page says “submitted”. A file that comes back can "
        "be corrected and sent again as it is.",
    ),
)  # fmt: skip
_COLOURS = (
    ("input", "请填写", "fill in"),
    ("cell_quiet", "已知数据与名称,受保护", "known values and names, protected"),
    ("error", "错误:缺填或有误,须更正", "error: missing or wrong, to be corrected"),
    ("query", "疑问:请核对,或在answer栏说明", "query: look at it again, or answer it in the column “answer”"),
)
_NOTES = (
    (
        "金额",
        "Money",
        "一律以万元为单位,保留两位小数;请勿填元或千元。",
        "Always in 10,000 yuan (万元), with two decimals; never in yuan or thousand yuan.",
    ),
    (
        "答复疑问",
        "Answering a query",
        "退回文件的首页列出全部问题并链接到单元格。报表的疑问在该指标所在行的answer栏答复,名册的疑问在该企业所在行的answer栏答复。",
        "The first sheet of a file that comes back lists everything with links. Answer a query on a measure in the column "
        "“answer” of its row; one on a firm, in the column “answer” of the firm's row.",
    ),
    (
        "请勿改动",
        "Leave as they are",
        "代码、表头和工作表名称。",
        "Codes, headers and the names of the sheets.",
    ),
)
_WIDTHS = (9, 16, 46, 58)
_TEXT = _WIDTHS[1] + _WIDTHS[2], _WIDTHS[3]


def write_instructions(sheet: Worksheet, heading: Heading, styles: Styles) -> None:
    """One page: what to do, what the colours mean, how to answer, whom to ask, when it is due."""
    write_heading(sheet, heading, styles)
    for col, width in enumerate(_WIDTHS):
        sheet.set_column(col, col, width)
    row = _topic(sheet, 5, "四步完成 · Four steps", styles)
    for number, (zh, en, zh_text, en_text) in enumerate(_STEPS, start=1):
        sheet.merge_range(row, 0, row + 1, 0, number, styles["step"])
        _line(sheet, row, zh, en, "lead", styles)
        row = _line(sheet, row + 1, zh_text, en_text, "body", styles) + 1
    row = _topic(sheet, row, "颜色 · Colours", styles)
    for style, zh, en in _COLOURS:
        if style == "cell_quiet":
            sheet.write_string(row, 0, "1,234", styles[style])
        else:
            sheet.write_blank(row, 0, None, styles[style])
        row = _line(sheet, row, zh, en, "body", styles)
    row = _topic(sheet, row + 1, "还须知道 · Good to know", styles)
    for zh, en, zh_text, en_text in (*_due(heading), *_NOTES, _whom(heading)):
        row = _line(sheet, row, f"{zh}:{zh_text}", f"{en}: {en_text}", "body", styles)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    fit_to_page(sheet, 9, landscape=False)
    sheet.print_area(0, 0, row, len(_WIDTHS) - 1)
    sheet.fit_to_pages(1, 1)


def _due(heading: Heading) -> list[tuple[str, str, str, str]]:
    if heading.due is None:
        return []
    day = heading.due.isoformat()
    return [
        ("报送期限", "Due", f"{day}(首次报送无错误的日期为准)", f"{day}, counted by the first version without an error")
    ]


def _whom(heading: Heading) -> tuple[str, str, str, str]:
    province = heading.form.provinces.get(heading.base.province)
    zh, en = (province.name.zh, province.name.en) if province else ("本省", "your province")
    return "咨询", "Questions", f"请联系{zh}的省级协调员。", f"Ask the provincial coordinator of {en}."


def _topic(sheet: Worksheet, row: int, words: str, styles: Styles) -> int:
    for col in range(1, len(_WIDTHS)):
        sheet.write_blank(row, col, None, styles["topic"])
    sheet.write_string(row, 0, words, styles["topic"])
    sheet.set_row(row, 22)
    return row + 1


def _line(sheet: Worksheet, row: int, zh: str, en: str, style: str, styles: Styles) -> int:
    """Both languages side by side."""
    sheet.merge_range(row, 1, row, 2, zh, styles[style])
    sheet.write_string(row, 3, en, styles[style if style == "lead" else "quiet"])
    sheet.set_row(row, height(zip((zh, en), _TEXT, strict=True)))
    return row + 1


_GUIDE = (("代码\nCode", 20), ("指标\nMeasure", 34), ("填报说明", 56), ("How to count", 70))


def write_guide(sheet: Worksheet, heading: Heading, styles: Styles) -> None:
    """A line for each measure asked of the base's type, and for each column of its roster."""
    form, kind = heading.form, heading.base.type
    sheet.hide_gridlines(2)
    for col, (header, width) in enumerate(_GUIDE):
        sheet.set_column(col, col, width)
        sheet.write_string(0, col, header, styles["caption"])
    sheet.set_row(0, 34)
    entries = [(measure.code, measure.name, measure.guide) for measure in form.measures_of(kind)]
    entries += [(column.code, column.name, column.note) for column in form.roster_of(kind)]
    for row, (code, name, guide) in enumerate(entries, start=1):
        texts = code, f"{name.zh}\n{name.en}", guide.zh if guide else "", guide.en if guide else ""
        for col, text in enumerate(texts):
            sheet.write_string(row, col, text, styles["cell" if col else "cell_quiet"])
        sheet.set_row(row, height(zip(texts, (width for _, width in _GUIDE), strict=True)))
    sheet.freeze_panes(1, 2)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    fit_to_page(sheet, 9, 0)
