"""Numbers as sentences write them: with the decimals of their unit, and more where two that differ would read alike."""

from collections.abc import Sequence

from etl.form import load_form

MONEY, YUAN = "万元", 10_000
"""The unit of all money in the warehouse: 10,000 yuan."""
PERCENT, TIMES = "%", "x"
MOST = 340
"""Decimals beyond which no two numbers differ."""


def decimals_of(value: float, unit: str) -> int:
    """Shares have one decimal; else whole numbers and thousands none, tens one, what is smaller two."""
    if unit == PERCENT:
        return 1
    size = abs(value)
    return 0 if size >= 1000 or float(value).is_integer() else 1 if size >= 10 else 2


def written(values: Sequence[float | None], unit: str, language: str) -> list[str]:
    """Numbers that are held against each other, each with its unit; nothing for None. Two that differ never read alike:
    all get one more decimal until they do not."""
    known = {value for value in values if value is not None}

    def told(more: int) -> set[str]:
        return {_with_unit(value, unit, language, more) for value in known}

    more = next((more for more in range(MOST) if len(told(more)) == len(known)), 0)
    return ["" if value is None else _with_unit(value, unit, language, more) for value in values]


def _with_unit(value: float, unit: str, language: str, more: int) -> str:
    """3.1 %, 1,234 people, ¥43,400."""
    if unit == MONEY and language == "en":
        return f"¥{_digits(value * YUAN, '', more)}".replace("¥−", "−¥")
    text = _digits(value, unit, more)
    if unit in ("", TIMES):
        return text + ("×" if unit else "")
    return text + (" " if language == "en" else "") + load_form().unit(unit)[language]


def _digits(value: float, unit: str, more: int) -> str:
    text = f"{value:,.{decimals_of(value, unit) + more}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", "−")
