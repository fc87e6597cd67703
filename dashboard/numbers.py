"""How numbers, quarters and days are written, in both languages."""

from datetime import date, datetime

from etl import periods
from etl.clock import local
from etl.form import load_form
from indicators.verdicts.written import MONEY, YUAN, decimals_of

NONE = "–"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
MINUS = "−"


def _signed(text: str) -> str:
    return text.replace("-", MINUS)


def plain(value: float, decimals: int | None = None) -> str:
    """1,234 · 123.4 · 12.3 · 1.23: about three digits, unless the decimals are given."""
    if decimals is None:
        decimals = decimals_of(value, "")
    return _signed(f"{value:z,.{decimals}f}")  # z: no −0.0


def setting(value: float) -> str:
    """As it is written in a file and in a field: 2, 1.96."""
    return f"{value:g}"


def exact(value: float) -> str:
    """As it stands in a cell: 1,234.56, with every digit that is there."""
    return _signed(f"{value:,.12g}")


def decimals_for(values: list[float], unit: str) -> int:
    """One number of decimals for a column of values."""
    size = max((abs(value) for value in values), default=0)
    if all(float(value).is_integer() for value in values):
        return 0
    return 1 if unit == "%" else 0 if size >= 1000 else 1 if size >= 10 else 2


def in_unit(value: float | None, unit: str) -> str:
    """A value without its unit, as it stands in every table: shares have one decimal."""
    return NONE if value is None else plain(value, decimals_of(value, unit))


def with_unit(value: float | None, unit: str, language: str, decimals: int | None = None) -> str:
    """A value with its unit: "12.3 %", "1,234 people", "1,234 人"."""
    if value is None:
        return NONE
    if unit == "%":
        number = plain(value, 1 if decimals is None else decimals)
        return f"{number}%" if language == "zh" else f"{number} %"
    name = unit_name(unit, language)
    number = plain(value, decimals)
    return f"{number}{name}" if language == "zh" else f"{number} {name}"


def in_sentence(value: float | None, unit: str, language: str) -> str:
    """As `with_unit`, but money in English is in yuan: "¥301,000" reads where "30.1 10k yuan" does not."""
    if value is not None and unit == MONEY and language == "en":
        return _money(value * YUAN, language)[0]
    return with_unit(value, unit, language)


def unit_name(unit: str, language: str) -> str:
    return load_form().unit(unit)[language]


def headline(value: float, unit: str, language: str) -> tuple[str, str]:
    """A large number and its unit: ("1.42 m", "people"), ("142", "万人"), ("¥38.4 bn", ""), ("384", "亿元")."""
    if unit == MONEY:
        return _money(value * YUAN, language)
    name = unit_name(unit, language)
    size = abs(value)
    if language == "zh":
        return (_three(value / 1e4), f"万{name}") if size >= 1e6 else (plain(value, 0), name)
    return (f"{_three(value / 1e6)} m", name) if size >= 1e6 else (plain(value, 0), name)


def _money(yuan: float, language: str) -> tuple[str, str]:
    size = abs(yuan)
    if language == "zh":
        return (_three(yuan / 1e8), "亿元") if size >= 1e8 else (_three(yuan / 1e4), MONEY)
    if size >= 1e9:
        return f"¥{_three(yuan / 1e9)} bn", ""
    return (f"¥{_three(yuan / 1e6)} m", "") if size >= 1e6 else (f"¥{plain(yuan, 0)}", "")


def _three(value: float) -> str:
    """Three digits."""
    size = abs(value)
    return plain(value, 0 if size >= 100 else 1 if size >= 10 else 2)


def change(ratio: float, language: str) -> str:
    """+3.1 % (en), +3.1% (zh)."""
    text = signed(ratio * 100)
    return f"{text}%" if language == "zh" else f"{text} %"


def signed(value: float) -> str:
    """+1.2 · −0.4 · 0.0, with one decimal."""
    return _signed(f"{value:+z.1f}").replace("+0.0", "0.0")


def score(value: float | None) -> str:
    return NONE if value is None else plain(value, 1)


def ordinal(number: int, language: str) -> str:
    """31st · 第31名."""
    if language == "zh":
        return f"第{number}名"
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def quarter(period: str, language: str) -> str:
    """2026Q3 · 2026年三季度."""
    return periods.in_chinese(period) if language == "zh" else period


def day(when: date | datetime, language: str) -> str:
    """20 Oct 2026 · 2026年10月20日. Of a stored time, which is in UTC, the day on the programme's clock."""
    when = local(when) if isinstance(when, datetime) else when
    if language == "zh":
        return f"{when.year}年{when.month}月{when.day}日"
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"
