"""The roster sheet: one row for every firm that was in the base on any day of the quarter."""

from collections.abc import Iterator, Mapping, Sequence

from xlsxwriter.utility import xl_col_to_name

from etl.form import Form, RosterColumn
from etl.periods import in_chinese
from etl.reading import ANSWER
from etl.rules.live import row_marks
from etl.template.filling import Filling
from etl.template.layout import FIRST_FIRM, Layout
from etl.template.sheet import FormSheet
from etl.template.style import Heading, Styles, fit_to_page, height
from etl.template.validation import answer_validation, column_validation

_STYLE = {"date": "row_date", "count": "row_count", "amount": "row_amount"}
_WIDTHS = {"text": 23, "date": 13, "choice": 14, "yes_no": 13, "count": 13, "amount": 14}
_ANSWER_CAPTION, _ANSWER_WIDTH = "说明:对疑问的答复\nAnswer to a query", 34
_TITLE = "企业名册:每家企业一行 · Roster: one row a firm"
_NOTE = (
    "本季任何一天在孵的企业都要列入(含已离开的);在下方继续添行即可。* 必填。红色为缺填或代码有误,橙色为须核对。 · "
    "Every firm that was in the base on any day of the quarter, leavers too; go on in the rows below. * must be filled. "
    "Red: missing or a wrong code; amber: to be looked at."
)
_CARRIED = (
    "下列企业由{zh}期末在孵名单带入:请逐家核对,填写期末状态及本季数据,已离开的也要填写状态和日期。 · These firms are carried over from "
    "the end of {en}: check each, fill its status and this quarter's figures, also of those that have left. ┃ "
)
_PAGES_WIDE = 3
_MAY = ("insert_rows", "delete_rows", "sort", "autofilter", "format_columns", "format_rows", "format_cells")


def write_roster(sheet: FormSheet, heading: Heading, layout: Layout, filling: Filling, styles: Styles) -> None:
    """The header, formats and choice lists, and the firms that are known."""
    columns, answers, firms = layout.roster, len(layout.roster), filling.roster
    _write_head(sheet, heading, filling.carried_from, styles)
    for col, column in enumerate(columns):
        sheet.set_column(col, col, _WIDTHS[column.value_type], styles[_style(column)])
        sheet.write_string(FIRST_FIRM - 1, col, column.code, styles["header"])
        sheet.data_validation(
            FIRST_FIRM, col, layout.last_firm, col, column_validation(heading.form, column, heading.period)
        )
    sheet.set_column(answers, answers, _ANSWER_WIDTH, styles["input"])
    sheet.write_string(FIRST_FIRM - 1, answers, ANSWER, styles["header"])
    sheet.data_validation(FIRST_FIRM, answers, layout.last_firm, answers, answer_validation())
    # A row that is to be deleted or sorted on a protected sheet may hold no locked cell, however far to the right.
    sheet.format_beyond(answers + 1, styles["free"])
    _write_captions(sheet, heading.form, columns, styles)
    _mark_rows(sheet, heading.form, layout, styles)
    looks = [(column.code, styles[_style(column)]) for column in columns] + [(ANSWER, styles["input"])]
    sheet.write_block(FIRST_FIRM, [(look, [firm.get(code) for firm in firms]) for code, look in looks])
    sheet.autofilter(FIRST_FIRM - 1, 0, layout.last_firm, answers)
    sheet.freeze_panes(FIRST_FIRM, 2)
    sheet.set_selection(FIRST_FIRM + len(firms), 0, FIRST_FIRM + len(firms), 0)
    sheet.protect("", dict.fromkeys(_MAY, True))
    # On one page the thirty columns could not be read: each page repeats who the firm is instead.
    fit_to_page(sheet, 9, FIRST_FIRM - 2, FIRST_FIRM - 1, wide=_PAGES_WIDE)
    sheet.repeat_columns(0, 1)


def _style(column: RosterColumn) -> str:
    return _STYLE.get(column.value_type, "row_text")


def _write_head(sheet: FormSheet, heading: Heading, carried_from: str, styles: Styles) -> None:
    """Its rows have a format of their own, so that the columns' stays below."""
    base = heading.base
    sheet.write_string(0, 0, _TITLE, styles["title"])
    sheet.write_string(1, 0, f"{base.code}   {base.name.zh} · {base.name.en}   ·   {heading.period}", styles["strong"])
    carried = _CARRIED.format(zh=in_chinese(carried_from), en=carried_from) if carried_from else ""
    sheet.write_string(2, 0, carried + _NOTE, styles["strong" if carried else "label"])
    for row, points in enumerate((26, 18, 22)):
        sheet.set_row(row, points, styles["text"])


def _write_captions(sheet: FormSheet, form: Form, columns: Sequence[RosterColumn], styles: Styles) -> None:
    captions = [(_caption(form, column), _WIDTHS[column.value_type]) for column in columns]
    captions.append((_ANSWER_CAPTION, _ANSWER_WIDTH))
    for col, (caption, _) in enumerate(captions):
        sheet.write_string(FIRST_FIRM - 2, col, caption, styles["caption_small"])
    sheet.set_row(FIRST_FIRM - 2, max(height([caption]) for caption in captions))


def _caption(form: Form, column: RosterColumn) -> str:
    unit = form.unit(column.unit)
    zh, en = (f" ({unit.zh})", f" ({unit.en})") if column.unit else ("", "")
    star = "* " if column.required else ""
    return f"{star}{column.name.zh}{zh}\n{column.name.en}{en}"


def _mark_rows(sheet: FormSheet, form: Form, layout: Layout, styles: Styles) -> None:
    """Colours what is missing or wrong in a row as it is typed."""
    place = {column.code: col for col, column in enumerate(layout.roster)}
    first = {code: f"${xl_col_to_name(col)}{FIRST_FIRM + 1}" for code, col in place.items()}
    marks = [(mark.column, mark.wrong, mark.check.severity) for mark in row_marks(form, first, layout.last_firm + 1)]
    marks += [(code, condition, "error") for code, condition in _missing(layout.roster, first)]
    for code, condition, severity in marks:
        rule = {"type": "formula", "criteria": f"={condition}", "format": styles[severity]}
        sheet.conditional_format(FIRST_FIRM, place[code], layout.last_firm, place[code], rule)


def _missing(columns: Sequence[RosterColumn], first: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Column → the condition that its cell is blank although the row needs it."""
    ends = f"{first[columns[0].code]}:{first[columns[-1].code]}"
    for column in columns:
        blank = f"LEN({first[column.code]})=0"
        if column.required:
            yield column.code, f"AND({blank},COUNTA({ends})>0)"
        elif column.required_unless:
            others = [
                f'LEN({first[other]})>0,{first[other]}<>"{value}"'
                for other, value in column.required_unless.items()
                if other in first
            ]
            if others:
                yield column.code, f"AND({blank},{','.join(others)})"
