"""What Excel lets be typed into a cell, with a word before and a word when it does not fit, in both languages."""

from datetime import date
from typing import Any

from etl import periods
from etl.config import settings
from etl.excel import plain
from etl.form import Form, Measure, RosterColumn
from etl.reading import ANSWER, LONGEST_ANSWER
from etl.rules.live import text_lengths

TITLE_LENGTH, MESSAGE_LENGTH = 32, 255
"""Excel refuses a workbook whose messages are longer."""
_ERROR_TITLE = "请核对 · Please check"
_FIRST_DAY = date(1900, 3, 1)

Validation = dict[str, Any]


def measure_validation(form: Form, measure: Measure) -> Validation:
    """A number in the measure's range, whole for counts."""
    unit = form.unit(measure.unit)
    whole = measure.value_type == "count"
    rule = _number(whole, measure.min, measure.max)
    zh, en = _numbers_in_words(whole, measure.min, measure.max, unit.zh, unit.en)
    before = (
        f"{zh}。没有发生填0;无法取得的留空,在{ANSWER}栏说明。",
        f"{en}. 0 for none; leave blank what cannot be known and say why under “{ANSWER}”.",
    )
    return rule | _told(measure.name.zh, before, (f"应为{zh}。", f"Enter a {en[:1].lower()}{en[1:]}."))


def answer_validation() -> Validation:
    """A text that is not too long."""
    before = (
        "仅在有疑问时填写:写明数据属实的原因。",
        "Only for a query: write why the value is right.",
    )
    longest = f"{LONGEST_ANSWER:,}"
    after = f"最多{longest}个字符。", f"At most {longest} characters."
    return _text(0, LONGEST_ANSWER) | _told("说明 · Answer", before, after)


def column_validation(form: Form, column: RosterColumn, period: str) -> Validation:
    """What the roster's column may hold."""
    rule, zh, en = _column_rule(form, column, period)
    note = column.note
    before = (note.zh, note.en) if note and not column.choices else (zh, en)  # codes are explained first of all
    return rule | _told(column.name.zh, before, (zh, en), short=(zh, en))


def _column_rule(form: Form, column: RosterColumn, period: str) -> tuple[Validation, str, str]:
    """The rule, and in Chinese and English what fits it."""
    if column.value_type in ("choice", "yes_no"):
        choices = {choice.code: choice.name.zh for choice in column.choices} or {"yes": "是", "no": "否"}
        rule = {"validate": "list", "source": list(choices)}
        return (
            rule,
            "请从列表选择:" + "、".join(f"{code} {name}" for code, name in choices.items()),
            "Choose from the list.",
        )
    if column.value_type == "date":
        last = periods.ends(period)
        rule = {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": last}
        return rule, f"请填日期,如{last},不晚于季末。", f"Enter a date such as {last}, not after the quarter."
    if column.value_type == "text":
        shortest, longest = text_lengths(form).get(column.code, (0, settings().limits.text_length))
        if shortest == longest:
            return _text(shortest, longest), f"应为{longest}位字符。", f"Enter {longest} characters."
        return _text(shortest, longest), f"最多{longest:,}个字符。", f"At most {longest:,} characters."
    unit, whole = form.unit(column.unit), column.value_type == "count"
    most = max((form.measures[total.measure].max for total in column.totals), default=None)
    zh, en = _numbers_in_words(whole, 0, most, unit.zh, unit.en)
    return _number(whole, 0, most), f"应为{zh}。", f"Enter a {en[:1].lower()}{en[1:]}."


def _number(whole: bool, least: float, most: float | None) -> Validation:
    kind = {"validate": "integer" if whole else "decimal"}
    if most is None:
        return {**kind, "criteria": ">=", "value": plain(least)}
    return {**kind, "criteria": "between", "minimum": plain(least), "maximum": plain(most)}


def _numbers_in_words(whole: bool, least: float, most: float | None, zh: str, en: str) -> tuple[str, str]:
    limits = f"{least:,.15g}–{most:,.15g}" if most is not None else f"≥ {least:,.15g}"
    kind = ("整数", "Whole number") if whole else ("数字", "Number")
    return f"{kind[0]},{limits} {zh}", f"{kind[1]}, {limits} {en}"


def _text(shortest: int, longest: int) -> Validation:
    return {"validate": "length", "criteria": "between", "minimum": shortest, "maximum": longest}


def _told(
    title: str, before: tuple[str, str], after: tuple[str, str], short: tuple[str, str] | None = None
) -> Validation:
    """The messages. `short`: what is said before where `before` is too long for Excel."""
    message = "\n".join(before)
    if len(message) > MESSAGE_LENGTH and short:
        message = "\n".join(short)
    return {
        "ignore_blank": True,
        "input_title": title[:TITLE_LENGTH],
        "input_message": message[:MESSAGE_LENGTH],
        "error_title": _ERROR_TITLE,
        "error_message": "\n".join(after)[:MESSAGE_LENGTH],
    }
