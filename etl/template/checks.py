"""The Checks sheet: what can be told while the form is filled, with what should hold and what to do, and the roster
against the return."""

from collections.abc import Sequence

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from etl.catalogue import Text
from etl.form import Form
from etl.reading import RETURN_SHEET
from etl.rules.live import Sign
from etl.template.layout import Layout
from etl.template.live import FIRST_CHECK, SIGN, Live
from etl.template.style import (
    Heading,
    Styles,
    colour_signs,
    fit_to_page,
    height,
    write_heading,
    write_result,
    write_sign,
)

_KINDS = {"error": Text(en="Error", zh="错误"), "query": Text(en="Query", zh="疑问")}
_WIDTHS = (9, 9, 11, 62, 22, 22, 22, 10)
_HOLDS, _ADVICE, _LAST_ADVICE, _LINK = 3, 4, 6, 7
_VALUE, _ROSTER, _GAP = 4, 5, 6
_CHECK_CAPTIONS = ("代码\nCode", "结果\nResult", "性质\nKind", "应满足\nWhat should hold", "处理建议\nWhat to do", "", "",
                   "位置\nGo to")  # fmt: skip
_TOTAL_CAPTIONS = (*_CHECK_CAPTIONS[:3], "指标\nMeasure", "报表\nReturn", "名册\nRoster", "相差\nDifference",
                   _CHECK_CAPTIONS[-1])  # fmt: skip
_NOTES = (
    "错误须更正;疑问可更正,也可在answer栏说明。? 表示尚缺数据。与其他基地、以前名册有关的核查在报送时进行。",
    "An error must be corrected; a query is corrected or answered. ?: a value is still missing. What needs other bases "
    "or earlier rosters is checked when you send the form.",
)


def write_checks(sheet: Worksheet, heading: Heading, layout: Layout, live: Live, styles: Styles) -> None:
    """One row a check, then one row for each number that the roster must agree with."""
    write_heading(sheet, heading, styles)
    for row, note in enumerate(_NOTES, start=4):
        sheet.write_string(row, 0, note, styles["label"])
    for col, width in enumerate(_WIDTHS):
        sheet.set_column(col, col, width)
    _write_captions(sheet, FIRST_CHECK - 1, _CHECK_CAPTIONS, styles)
    for row, sign in enumerate(live.checks, start=FIRST_CHECK):
        _write_check(sheet, row, sign, layout, styles)
    if live.totals:
        title = "名册与报表核对 · The roster against the return"
        sheet.write_string(live.first_total - 2, 0, title, styles["title"])
        sheet.set_row(live.first_total - 2, 26)
        _write_captions(sheet, live.first_total - 1, _TOTAL_CAPTIONS, styles)
        for row, sign in enumerate(live.totals, start=live.first_total):
            _write_total(sheet, row, sign, heading.form, layout, styles)
    colour_signs(sheet, FIRST_CHECK, live.last_row, SIGN, styles)
    sheet.freeze_panes(FIRST_CHECK, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    fit_to_page(sheet, 9)


def _write_captions(sheet: Worksheet, row: int, captions: Sequence[str], styles: Styles) -> None:
    sheet.set_row(row, 34)
    for col, caption in enumerate(captions):
        right = captions is _TOTAL_CAPTIONS and col in (_VALUE, _ROSTER, _GAP)
        sheet.write_string(row, col, caption, styles["caption_right" if right else "caption"])


def _write_check(sheet: Worksheet, row: int, sign: Sign, layout: Layout, styles: Styles) -> None:
    says, advice = sign.says or sign.check.name, sign.check.advice
    _write_start(sheet, row, sign, sign.formula(), layout, styles)
    texts = f"{says.zh}\n{says.en}", f"{advice.zh}\n{advice.en}"
    sheet.write_string(row, _HOLDS, texts[0], styles["cell"])
    sheet.merge_range(row, _ADVICE, row, _LAST_ADVICE, texts[1], styles["cell"])
    widths = _WIDTHS[_HOLDS], sum(_WIDTHS[_ADVICE : _LAST_ADVICE + 1])
    sheet.set_row(row, height(zip(texts, widths, strict=True)))


def _write_total(sheet: Worksheet, row: int, sign: Sign, form: Form, layout: Layout, styles: Styles) -> None:
    measure = form.measures[sign.measure or ""]
    value, roster = layout.value(measure.code), xl_rowcol_to_cell(row, _ROSTER)
    look = styles["known_count" if measure.value_type == "count" else "known_amount"]
    says = sign.says or measure.full_name
    text = f"{says.zh}\n{says.en}"
    _write_start(sheet, row, sign, sign.formula(roster), layout, styles)
    sheet.write_string(row, _HOLDS, text, styles["cell"])
    write_result(sheet, row, _VALUE, f'=IF(COUNT({value})<1,"",{value})', look, "")
    sheet.write_formula(row, _ROSTER, f"={sign.roster}", look, 0)
    write_result(sheet, row, _GAP, f'=IF(COUNT({value})<1,"",{roster}-{value})', look, "")
    sheet.set_row(row, height([(text, _WIDTHS[_HOLDS])]))


def _write_start(sheet: Worksheet, row: int, sign: Sign, formula: str, layout: Layout, styles: Styles) -> None:
    kind = _KINDS[sign.check.severity]
    sheet.write_string(row, 0, sign.check.code, styles["cell_quiet"])
    write_sign(sheet, row, SIGN, formula, styles)
    sheet.write_string(row, 2, f"{kind.zh} {kind.en}", styles["cell_quiet"])
    place = ((sign.measure and layout.value(sign.measure)) or "").split("!")[-1].replace("$", "")
    if place:
        sheet.write_url(row, _LINK, f"internal:'{RETURN_SHEET}'!{place}", styles["link"], string=place)
    else:
        sheet.write_blank(row, _LINK, None, styles["cell"])
