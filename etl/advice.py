"""What a text that is no number or date may have been meant as. It is told, never taken: the unit is not certain."""

import re
from datetime import date, timedelta

Advice = tuple[str, str]
"""A sentence in English and in Chinese, or two empty texts."""
NO_ADVICE: Advice = ("", "")

_NOTHING = {*"-–—/\\×无空零", "--", "——", "没有", "暂无", "不适用", "n/a", "na", "none", "nil", "null", "no"}
_PLAIN = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_FACTORS = {"%": 0.01, "‰": 0.001, "百": 1e2, "千": 1e3, "k": 1e3, "万": 1e4, "m": 1e6, "百万": 1e6, "亿": 1e8}
_CHINESE_SCALES = ("百", "千", "万", "百万", "亿")
_SCALED = re.compile(rf"({_PLAIN})\s*(百万|[%‰百千万亿kKmM])\D{{0,4}}")
_IN_BRACKETS = re.compile(rf"\(\s*({_PLAIN})\s*\)")
_POWER = re.compile(r"[+-]?\d{1,20}(?:\.\d{0,20})?[eE][+-]?\d{1,2}")
_POINTS_AND_COMMA = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d+,\d{1,2}|\d{1,3}(?:\.\d{3}){2,}")
_SPACED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:\.\d+)?")
_HALF_POINT = re.compile(r"[+-]?(?:\d+\.|\.\d+)")
_WITH_WORDS = re.compile(rf"[^\d%‰.,+-]{{0,6}}({_PLAIN})[^\d.,]{{0,6}}")

_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_DAY_ZERO = date(1899, 12, 30)
"""Of the numbers by which Excel keeps dates (but for workbooks in the 1904 system)."""
_LIKELY = range(10_000, 80_000)
_LONGEST = 60


def on_number(text: str) -> Advice:
    """For a text where a number belongs."""
    if len(text) > _LONGEST:
        return NO_ADVICE
    if text.lower() in _NOTHING:
        return (
            "If there was none, enter 0; if it is not known, leave the cell blank.",
            "没有发生请填0;无法取得请留空。",
        )
    number = _meant(text)
    if number is None:
        return NO_ADVICE
    scaled = _SCALED.fullmatch(text)
    if scaled and scaled[2] in _CHINESE_SCALES:  # 3万 in a row of 万元 is 3, elsewhere 30,000
        bare, unit = f"{_plain(scaled[1]):,.10g}", scaled[2]
        return (
            f"Enter digits only: {bare} where the row's unit begins with {unit}, {number:,.10g} where it does not.",
            f"请只填数字:计量单位以“{unit}”开头的填{bare},否则填{number:,.10g}。",
        )
    return (
        f"If it means {number:,.10g}, enter that, in the unit of its row.",
        f"若为{number:,.10g},请按该行计量单位填写。",
    )


def _meant(text: str) -> float | None:
    if match := _SCALED.fullmatch(text):
        return _plain(match[1]) * _FACTORS[match[2].lower()]
    if match := _IN_BRACKETS.fullmatch(text):
        return -_plain(match[1])
    if _POINTS_AND_COMMA.fullmatch(text):
        return float(text.replace(".", "").replace(",", "."))
    if _POWER.fullmatch(text) or _HALF_POINT.fullmatch(text):
        return float(text)
    if _SPACED.fullmatch(text):
        return float(text.replace(" ", ""))
    if match := _WITH_WORDS.fullmatch(text):
        return _plain(match[1])
    return None


def _plain(text: str) -> float:
    return float(text.replace(",", ""))


def on_date(text: str) -> Advice:
    """For a text or number where a date belongs."""
    day = None
    try:
        if match := _DIGITS.fullmatch(text):
            day = date(int(match[1]), int(match[2]), int(match[3]))
        elif _SERIAL.fullmatch(text) and int(float(text)) in _LIKELY:
            day = _DAY_ZERO + timedelta(days=int(float(text)))
    except ValueError:
        return NO_ADVICE
    if day is None:
        return NO_ADVICE
    return f"If it means {day}, enter that and format the cell as a date.", f"若为{day},请填写该日期并设为日期格式。"
