"""The first sheet: how to fill the form, and how each measure is counted."""

from xlsxwriter.worksheet import Worksheet

from etl.template.style import Heading, Styles, fit_height, fit_to_page, write_heading

INSTRUCTIONS_SHEET = "Instructions"

_STEPS = (
    (
        "1. 在“Return”工作表的黄色单元格填写本季数据;在“Roster”工作表逐行填写本季任何一天在孵的企业(含已离开的)。",
        "1. Fill the yellow cells of the sheet Return, and in the sheet Roster one row for every firm that was in the base "
        "on any day of the quarter, leavers too.",
    ),
    (
        "2. 金额单位均为万元,保留两位小数。空白不等于0:没有发生请填0;确实无法取得的留空,并在“answer”栏写明原因。",
        "2. Money is in 10,000 yuan (万元) with two decimals. A blank is not 0: enter 0 where there was nothing; leave "
        "blank what cannot be known, and give the reason in the column “answer”.",
    ),
    (
        "3. “check”栏随填随验:✓ 相符,✗ 不符(见“Checks”工作表的说明),? 尚缺数据。报送前请消除所有 ✗。",
        "3. The column “check” answers as you type: ✓ holds, ✗ does not (the sheet Checks says what and why), ? a value is "
        "still missing. Clear every ✗ before you send the form.",
    ),
    (
        "4. 请勿更改代码、表头或工作表名称。",
        "4. Do not change codes, headers or the names of the sheets.",
    ),
)
_COLUMNS = (("代码 · Code", 20), ("指标", 34), ("Measure", 46), ("填报说明", 60), ("How to count", 70))
_GUIDE_WIDTHS = (60, 70)


def write_guide(sheet: Worksheet, heading: Heading, styles: Styles) -> None:
    """The steps, then a line for each measure asked of the base's type."""
    write_heading(sheet, heading, styles)
    row = 5
    for zh, en in _STEPS:
        sheet.write_string(row, 0, zh, styles["text"])
        sheet.write_string(row + 1, 0, en, styles["label"])
        row += 2
    row += 1
    for col, (header, width) in enumerate(_COLUMNS):
        sheet.set_column(col, col, width)
        sheet.write_string(row, col, header, styles["header"])
    for line, measure in enumerate(heading.form.measures_of(heading.base.type), start=row + 1):
        guide = (measure.guide.zh, measure.guide.en) if measure.guide else ("", "")
        for col, text in enumerate((measure.code, measure.name.zh, measure.name.en, *guide)):
            sheet.write_string(line, col, text, styles["wrap"])
        fit_height(sheet, line, zip(guide, _GUIDE_WIDTHS, strict=True))
    sheet.protect("", {"format_columns": True, "format_rows": True})
    fit_to_page(sheet, 9, row, row)
